import { type Context, requirePermission, timestamp } from "../../platform/context.ts";
import { defined } from "../../platform/defined.ts";
import { outboxWrite } from "../../platform/events.ts";
import { idempotent } from "../../platform/idempotency.ts";
import { parse } from "../../platform/parse.ts";
import { newResource, type Page, PageSchema } from "../../platform/resources.ts";
import { purchaseWrites } from "../ledger/writes.ts";
import { identifier } from "./identifier.ts";
import { keysUnder } from "./identity.ts";
import { lookupWrites } from "./lookup.store.ts";
import { purchases } from "./match.store.ts";
import { CreatePurchaseSchema, type Purchase, type PurchaseView, viewPurchase } from "./purchase.ts";

/** A purchase was recorded: sales that wait for it are to be matched with it. */
export const PURCHASE_RECORDED = "purchase.recorded";

/** The purchase, its entry in the books and its place among those that are looked for, in one transaction. */
export async function createPurchase(ctx: Context, input: unknown): Promise<PurchaseView> {
  requirePermission(ctx, "finance.write");
  const {
    sku,
    gtin,
    styleCode,
    size,
    title,
    purchasedAt = timestamp(ctx),
    ...data
  } = parse(CreatePurchaseSchema, input);
  return idempotent<PurchaseView>(ctx, "finance.createPurchase", input, async (commit) => {
    const item = defined({ sku, gtin, styleCode, size, title });
    const keys = keysUnder((await identifier(ctx))(item));
    const made = { ...newResource(ctx, "purchase"), createdBy: ctx.actor.id };
    const purchase = defined({ ...made, ...data, item, purchasedAt, remaining: data.quantity, keys }) as Purchase;
    const { id, platform, unitCost, quantity } = purchase;
    const total = { minor: unitCost.minor * quantity, currency: unitCost.currency };
    const fact = { source: { kind: "purchase", id }, platform, occurredAt: purchasedAt, quantity, total };
    return commit(
      [
        purchases.createWrite(ctx, purchase),
        ...purchaseWrites(ctx, [fact]),
        ...lookupWrites(ctx, "purchase", keys, purchasedAt, id),
        outboxWrite(ctx, PURCHASE_RECORDED, { purchaseId: id }),
      ],
      viewPurchase(purchase),
    );
  });
}

export async function getPurchase(ctx: Context, id: string): Promise<PurchaseView> {
  requirePermission(ctx, "finance.read");
  return viewPurchase(await purchases.get(ctx, id));
}

export async function listPurchases(ctx: Context, input: unknown): Promise<Page<PurchaseView>> {
  requirePermission(ctx, "finance.read");
  const { items, ...rest } = await purchases.list(ctx, parse(PageSchema, input));
  return { items: items.map(viewPurchase), ...rest };
}
