import * as z from "zod";
import { WireMoneySchema } from "../../../core/platform/money.ts";
import { resource } from "./resource.ts";

const item = () => ({
  sku: z.string().optional(),
  gtin: z.string().optional(),
  styleCode: z.string().optional(),
  size: z.string().optional(),
  title: z.string().optional(),
});

export const PurchaseAnswer = z.lazy(() =>
  z
    .object({
      ...resource(),
      platform: z.string(),
      supplier: z.string().optional(),
      ...item(),
      quantity: z.int(),
      remaining: z.int().describe("Units that no sale has taken yet"),
      unitCost: WireMoneySchema,
      totalCost: WireMoneySchema,
      purchasedAt: z.iso.datetime(),
      reference: z.string().optional(),
      note: z.string().optional(),
      createdBy: z.string(),
    })
    .meta({ id: "Purchase" }),
);

export const MatchAnswer = z.lazy(() =>
  z
    .object({
      ...resource(),
      status: z.enum(["matched", "review", "accepted", "rejected", "released", "superseded"]),
      method: z.enum(["gtin", "sku", "styleAndSize", "style", "title"]),
      score: z.int().describe("How surely, 0 to 100"),
      reason: z.string(),
      quantity: z.int(),
      unitCost: WireMoneySchema,
      cost: WireMoneySchema,
      orderId: z.string(),
      lineId: z.string(),
      purchaseId: z.string(),
      sale: z.object({ channel: z.string(), soldAt: z.iso.datetime(), ...item() }),
      purchase: z.object({
        platform: z.string(),
        purchasedAt: z.iso.datetime(),
        reference: z.string().optional(),
        ...item(),
      }),
      decidedBy: z.string(),
    })
    .meta({ id: "Match" }),
);

export const MatchedSalesAnswer = z.lazy(() =>
  z.object({
    orders: z.int(),
    open: z.int().describe("Units that still have no purchase"),
    inReview: z.int(),
    nextCursor: z.string().optional().describe("Where to go on; absent at the end"),
  }),
);
