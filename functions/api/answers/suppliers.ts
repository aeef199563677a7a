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
      syncId: z.string(),
      createdAt: z.iso.datetime(),
      updatedAt: z.iso.datetime(),
    })
    .meta({ id: "Offer" }),
);
