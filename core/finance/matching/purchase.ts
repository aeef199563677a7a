import * as z from "zod";
import { defined } from "../../platform/defined.ts";
import { gtinFault, normalizeGtin } from "../../platform/gtin.ts";
import { type Money, MoneySchema, toWire, type WireMoney } from "../../platform/money.ts";
import type { Resource } from "../../platform/resources.ts";
import type { ItemFacts } from "../ledger/transaction.ts";
import { InstantSchema, LineSchema, PlatformSchema } from "../schemas.ts";

const MAX_QUANTITY = 1_000_000;

const GtinSchema = z.lazy(() =>
  z
    .string()
    .max(20)
    .superRefine((text, context) => {
      if (normalizeGtin(text) === undefined) context.addIssue({ code: "custom", message: gtinFault(text) });
    }),
);

const WordSchema = z.lazy(() => z.string().trim().min(1).max(100));

export const CreatePurchaseSchema = z.lazy(() =>
  z
    .object({
      platform: PlatformSchema.default("manual").describe("Where it was bought"),
      supplier: WordSchema.optional().describe("From whom"),
      sku: WordSchema.optional(),
      gtin: GtinSchema.optional(),
      styleCode: WordSchema.optional(),
      size: z.string().trim().min(1).max(50).optional(),
      title: LineSchema.optional(),
      quantity: z.number().int().min(1).max(MAX_QUANTITY).default(1),
      unitCost: MoneySchema.describe("What one unit cost, with whatever it cost to get it here"),
      purchasedAt: InstantSchema.optional().describe("Now, where absent"),
      reference: z.string().trim().min(1).max(200).optional().describe("The supplier's order number, for instance"),
      note: LineSchema.optional(),
    })
    .strict()
    .superRefine(({ gtin, sku, styleCode, title, unitCost, quantity }, context) => {
      if ((gtin ?? sku ?? styleCode ?? title) === undefined)
        context.addIssue({ code: "custom", path: ["sku"], message: "say what it is: sku, gtin, styleCode or title" });
      if (!Number.isSafeInteger(unitCost.minor * quantity))
        context.addIssue({ code: "custom", path: ["quantity"], message: "comes to a cost that is out of range" });
    }),
);

/** Units bought at one price. Those that are not matched with a sale yet can be; each only once. */
export interface Purchase extends Resource {
  platform: string;
  supplier?: string;
  item: ItemFacts;
  quantity: number;
  /** Units that no sale has taken yet. */
  remaining: number;
  unitCost: Money;
  purchasedAt: string;
  reference?: string;
  note?: string;
  createdBy: string;
  /** Where it is found by those who look for it, while it has units left. */
  keys: string[];
}

export interface PurchaseView extends Omit<Purchase, "item" | "unitCost" | "keys">, ItemFacts {
  unitCost: WireMoney;
  totalCost: WireMoney;
}

export function viewPurchase(purchase: Purchase): PurchaseView {
  const { unitCost, quantity, item } = purchase;
  return defined({
    id: purchase.id,
    platform: purchase.platform,
    supplier: purchase.supplier,
    sku: item.sku,
    gtin: item.gtin,
    styleCode: item.styleCode,
    size: item.size,
    title: item.title,
    quantity,
    remaining: purchase.remaining,
    unitCost: toWire(unitCost),
    totalCost: toWire({ minor: unitCost.minor * quantity, currency: unitCost.currency }),
    purchasedAt: purchase.purchasedAt,
    reference: purchase.reference,
    note: purchase.note,
    createdBy: purchase.createdBy,
    version: purchase.version,
    createdAt: purchase.createdAt,
    updatedAt: purchase.updatedAt,
  });
}
