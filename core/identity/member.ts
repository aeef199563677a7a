import * as z from "zod";
import type { Resource } from "../platform/resources.ts";

/** A person in an organisation: their id, what they may do there. */
export interface Member extends Resource {
  roleId: string;
  /** The organisation's, which never changes: what authentication needs comes with one read. */
  currency: string;
  /** Sessions of another number are over here: a change of role raises it. */
  epoch: number;
}

export interface MemberView extends Resource {
  email: string;
  name: string;
  role: string;
}

export const RoleIdSchema = z.lazy(() =>
  z
    .string()
    .min(1)
    .max(100)
    .meta({ examples: ["operator"] }),
);

export const ChangeMemberSchema = z.lazy(() => z.object({ role: RoleIdSchema.describe("A role's id") }).strict());

export const MemberSchema = z.lazy(() =>
  z
    .object({
      id: z.string(),
      email: z.string(),
      name: z.string(),
      role: z.string().describe("Its id"),
      version: z.int(),
      createdAt: z.iso.datetime(),
      updatedAt: z.iso.datetime(),
    })
    .meta({ id: "Member" }),
);
