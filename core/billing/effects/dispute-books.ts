import * as Finance from "../../finance/index.ts";
import * as Orders from "../../orders/index.ts";
import type { Context } from "../../platform/context.ts";
import type { Write } from "../../platform/table.ts";
import { type Json, list } from "../json.ts";
import type { Loss, Payment } from "../payment.ts";
import { fromStripe } from "../stripe-amount.ts";

/** What the bank took back, and what Stripe takes for it. */
export function lossOf(dispute: Json): Loss | undefined {
  const amount = fromStripe(dispute["amount"], dispute["currency"]);
  if (!amount) return undefined;
  const fees = list(dispute["balance_transactions"]).flatMap((one) => fromStripe(one["fee"], one["currency"]) ?? []);
  return { amount, fees: fees.filter(({ minor }) => minor !== 0) };
}

/**
 * The entries of a dispute that was lost, or of one that was won after all, which takes them back: one for each
 * currency. They are no refund, since nobody here gave anything back, and no fee of the channel's, which profits
 * estimate for themselves.
 */
export async function lossWrites(
  ctx: Context,
  payment: Payment,
  { id, loss, sign, occurredAt }: { id: string; loss: Loss; sign: 1 | -1; occurredAt: string },
): Promise<Write[]> {
  const { channel } = await Orders.getOrder(ctx, payment.orderId);
  const parts = [
    { kind: "chargeback", ...loss.amount },
    ...loss.fees.map((fee) => ({ kind: "disputeFee", ...fee })),
  ].map(({ kind, minor, currency }) => ({ kind, minor: sign * minor, currency }));
  const entries = [...Map.groupBy(parts, ({ currency }) => currency)].map(
    ([currency, own]): Finance.Entry => ({
      type: "adjustment",
      platform: channel,
      occurredAt,
      source: { kind: "dispute", id },
      // Won after it was lost, and lost again: each time is a fact of its own.
      ref: `dispute#${id}#${payment.version}#${currency}`,
      orderId: payment.orderId,
      amount: { minor: own.reduce((sum, { minor }) => sum + minor, 0), currency },
      parts: own.map(({ kind, minor }) => ({ kind, minor })),
      note: sign < 0 ? `The dispute ${id} was lost` : `The dispute ${id} was won after all`,
    }),
  );
  return Finance.entryWrites(ctx, entries);
}
