import * as Finance from "../../core/finance/index.ts";
import * as Orders from "../../core/orders/index.ts";
import type { Context } from "../../core/platform/context.ts";

/** Every order of the organisation, the first one first. */
export async function allOrders(ctx: Context): Promise<Orders.Order[]> {
  const orders: Orders.Order[] = [];
  let cursor: string | undefined;
  do {
    const page = await Orders.listOrders(ctx, { limit: 100, ...(cursor ? { cursor } : {}) });
    orders.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor);
  return orders.toReversed();
}

/** What the books say of these days: by currency and type, exact. */
export async function booksOf(ctx: Context, from: string, to: string): Promise<Record<string, string>> {
  const { groups } = await Finance.summary(ctx, { from, to });
  return Object.fromEntries(
    groups.flatMap(({ currency, totals, cash }) => [
      ...totals.map(({ type, amount }): [string, string] => [`${currency} ${type}`, amount.amount]),
      [`${currency} cash`, cash.amount] as [string, string],
    ]),
  );
}
