import * as z from "zod";
import { resource } from "./resource.ts";

const place = () => ({ productId: z.string(), locationId: z.string() });

export const ReorderRuleAnswer = z.lazy(() =>
  z
    .object({
      ...resource(),
      ...place(),
      minimum: z.int(),
      target: z.int().optional(),
      leadTimeDays: z.int(),
      packSize: z.int(),
      minimumOrder: z.int(),
      supplierId: z.string().optional(),
    })
    .meta({ id: "ReorderRule" }),
);

const suggestion = () =>
  z.object({
    ...place(),
    sku: z.string().optional(),
    name: z.string().optional(),
    quantity: z.int().describe("Units to order: whole packs"),
    packs: z.int(),
    supplierId: z.string().optional(),
    daysLeft: z.int().optional().describe("That what is free lasts; absent without any demand"),
    demand: z.object({
      from: z.iso.date(),
      to: z.iso.date(),
      days: z.int(),
      units: z.int(),
      counted: z.int().describe("Units without what stands out"),
      dayLimit: z.int().optional(),
      spikes: z.array(z.object({ day: z.iso.date(), units: z.int() })),
    }),
    steps: z
      .array(z.object({ name: z.string(), value: z.int(), because: z.string() }))
      .describe("The calculation from its beginning"),
  });

export const SuggestionsAnswer = z.lazy(() =>
  z
    .object({
      items: z.array(suggestion()),
      checked: z.int().describe("Rules that were looked at; those with enough are not among the items"),
      nextCursor: z.string().optional(),
    })
    .meta({ id: "ReorderSuggestions" }),
);

export const DeliveryAnswer = z.lazy(() =>
  z
    .object({
      ...resource(),
      ...place(),
      status: z.enum(["open", "received", "cancelled"]),
      quantity: z.int(),
      remaining: z.int().describe("Units that are still expected"),
      expectedAt: z.iso.date().optional(),
      reference: z.string().optional(),
      supplierId: z.string().optional(),
      purchaseOrderId: z.string().optional().describe("The purchase order that it is received and cancelled with"),
      receipts: z.array(
        z.object({ adjustmentId: z.string(), lotId: z.string(), quantity: z.int(), at: z.iso.datetime() }),
      ),
    })
    .meta({ id: "ExpectedDelivery" }),
);
