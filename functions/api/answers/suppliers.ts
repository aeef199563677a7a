import * as z from "zod";
import { WireMoneySchema } from "../../../core/platform/money.ts";
import { resource } from "./resource.ts";

export const SupplierAnswer = z.lazy(() =>
  z
    .object({
      ...resource(),
      name: z.string(),
      policy: z.record(z.string(), z.unknown()),
      feed: z.record(z.string(), z.unknown()).optional(),
      connection: z.record(z.string(), z.unknown()).optional(),
    })
    .meta({ id: "Supplier" }),
);

export const OfferAnswer = z.lazy(() =>
  z
    .object({
      supplierId: z.string(),
      externalId: z.string(),
      sku: z.string(),
      productId: z.string().optional(),
      name: z.string(),
      cost: WireMoneySchema.optional(),
      stock: z.int().optional(),
      availability: z.enum(["available", "unavailable"]),
      itemId: z.string().optional().describe("The item at the supplier, of which this is an option or all"),
      optionId: z.string().optional(),
      restrictions: z.array(z.string()).optional().describe("Why it may not be sold everywhere"),
      vendor: z.string().optional(),
      shipping: z.object({ kind: z.string(), fee: WireMoneySchema.optional() }).optional(),
      syncId: z.string(),
      createdAt: z.iso.datetime(),
      updatedAt: z.iso.datetime(),
    })
    .meta({ id: "Offer" }),
);
