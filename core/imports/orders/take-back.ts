import type { CreditLine } from "./credit.store.ts";
import { customerKey, type Deduction } from "./order-record.ts";
import { type Sold, soldBefore } from "./sold.store.ts";
import type { Context } from "../../platform/context.ts";

/** Which orders the lines of a credit belong to, and how many units of each are taken back. */
export interface Plan {
  lines: CreditLine[];
  taken: { sold: Sold; units: Map<string, number> }[];
}

/** Orders that one transaction takes back from, beside what it writes of the credit itself. */
const MOST_ORDERS = 80;

/**
 * Finds for each line the order it takes back from: the customer's latest before it that has as many units of the SKU
 * left. A line without one stands for itself: nothing is guessed.
 */
export async function planTakeBack(ctx: Context, deduction: Deduction): Promise<Plan> {
  const { channel, customer, occurredAt, lines } = deduction;
  const key = customerKey(customer);
  if (key === undefined) return { lines, taken: [] };
  const orders = await soldBefore(ctx, { channel, customer: key, until: occurredAt });
  return assign(lines, orders);
}

/** Pure. `orders` are newest first. */
export function assign(lines: Deduction["lines"], orders: Sold[]): Pick<Plan, "lines" | "taken"> {
  const taken = new Map<string, Plan["taken"][number]>();
  const assigned = lines.map((line): CreditLine => {
    const { sku, quantity } = line;
    if (sku === undefined) return line;
    const sold = orders.find(({ orderId, left }) => {
      const known = taken.get(orderId);
      if (!known && taken.size >= MOST_ORDERS) return false;
      return (left.get(sku) ?? 0) - (known?.units.get(sku) ?? 0) >= quantity;
    });
    if (!sold) return line;
    const of = taken.get(sold.orderId) ?? { sold, units: new Map<string, number>() };
    of.units.set(sku, (of.units.get(sku) ?? 0) + quantity);
    taken.set(sold.orderId, of);
    return { ...line, orderId: sold.orderId };
  });
  return { lines: assigned, taken: [...taken.values()] };
}
