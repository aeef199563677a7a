import * as Finance from "../../../core/finance/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { AppError } from "../../../core/platform/errors.ts";

export const usd = (amount: string) => ({ amount, currency: "USD" });
export const minor = (amount: number, currency = "USD") => ({ minor: amount, currency });

export const refusal = (work: Promise<unknown>) =>
  work.then(
    () => "taken",
    (error: unknown) => (error instanceof AppError ? error.code : error),
  );

let orders = 0;

/** A sale in the books as an order would write it, of goods that are not from stock. Returns the order's id. */
export async function sell(
  ctx: Context,
  lines: (Partial<Finance.SoldLine> & { price?: number })[],
  changes: Partial<Finance.SaleFacts> = {},
): Promise<string> {
  const orderId = changes.orderId ?? `ord_${String(++orders).padStart(26, "0")}`;
  const facts: Finance.SaleFacts = {
    orderId,
    channel: "stockx",
    occurredAt: "2026-11-20T10:00:00.000Z",
    currency: "USD",
    lines: lines.map(({ price = 20_000, ...line }, index) => ({
      lineId: `oln_${index}`,
      quantity: 1,
      amount: minor(price),
      fromStock: false,
      ...line,
    })),
    ...changes,
  };
  await ctx.table.transact(Finance.saleWrites(ctx, facts));
  return orderId;
}

export async function buy(ctx: Context, changes: Record<string, unknown> = {}) {
  return Finance.createPurchase(ctx, { sku: "A", unitCost: usd("100.00"), purchasedAt: "2026-10-01", ...changes });
}
