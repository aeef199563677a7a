import * as z from "zod";
import type { OrganizationId } from "../platform/ids.ts";
import { isCurrency } from "../platform/money.ts";

/** A tenant: everything else belongs to one. Its currency never changes, since every amount it stores is in it. */
export interface Organization {
  id: OrganizationId;
  name: string;
  /** ISO 4217 code. */
  currency: string;
  createdAt: string;
}

export const CreateOrganizationSchema = z.lazy(() =>
  z
    .object({
      name: z
        .string()
        .trim()
        .min(1)
        .max(200)
        .meta({ examples: ["Han River Sneakers"] }),
      currency: z
        .string()
        .refine(isCurrency, "must be an ISO 4217 currency code")
        .meta({ examples: ["USD"] }),
    })
    .strict(),
);

/** An organisation as answers show it. */
export const OrganizationSchema = z.lazy(() =>
  z
    .object({ id: z.string(), name: z.string(), currency: z.string(), createdAt: z.string() })
    .meta({ id: "Organization" }),
);
