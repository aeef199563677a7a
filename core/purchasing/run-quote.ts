import type { Context } from "../platform/context.ts";
import { timestamp } from "../platform/context.ts";
import { expectedGoods, inCurrency, whyTooHigh } from "./amounts.ts";
import { changeWrites, next } from "./change.ts";
import { GiveUp } from "./give-up.ts";
import type { PurchaseOrder, Quote } from "./purchase-order.ts";
import { workWrites } from "./purchase-work.store.ts";
import { openTarget, orderedOf, type Runs, type Target } from "./run.ts";

/** What the supplier asks for it now. Throws GiveUp for an amount in another currency. */
export async function askQuote(ctx: Context, order: PurchaseOrder, { purchases, connection }: Target): Promise<Quote> {
  const { goods, shipping, parts } = await purchases.quote(connection, await orderedOf(ctx, order));
  const [goodsMinor, shippingMinor] = [inCurrency(goods, order.currency), inCurrency(shipping, order.currency)];
  if (goodsMinor === undefined || shippingMinor === undefined)
    throw new GiveUp(
      "OTHER_CURRENCY",
      `The supplier asks for ${goods.currency}, and the purchase order is in ${order.currency}`,
    );
  return { goodsMinor, shippingMinor, parts, at: timestamp(ctx) };
}

export const quoting: Runs = {
  async run(ctx, job) {
    const { order, work } = job;
    const quote = await askQuote(ctx, order, await openTarget(ctx, job, "urgent"));
    const attention = whyTooHigh(order, expectedGoods(order), quote);
    const after = next(ctx, order, "takeQuote", { status: "quoted", quote, attention });
    await ctx.table.transact([...changeWrites(ctx, order, after), ...workWrites(ctx, work, undefined)]);
  },

  async giveUp(ctx, { order, work }, { message }) {
    const attention = { code: "QUOTE_FAILED" as const, message };
    const after = next(ctx, order, "giveUpQuote", { status: "draft", attention });
    await ctx.table.transact([...changeWrites(ctx, order, after), ...workWrites(ctx, work, undefined)]);
  },

  codeOf: () => "QUOTE_FAILED",
};
