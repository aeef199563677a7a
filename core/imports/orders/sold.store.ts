import type { Context } from "../../platform/context.ts";
import { orgPartition, type PartitionKey } from "../../platform/keys.ts";
import type { Item, Write } from "../../platform/table.ts";
import type { OrderDraft } from "../../orders/index.ts";
import { customerKey } from "./order-record.ts";

/** What an order sold to a customer and has not been taken back, by SKU. */
export interface Sold {
  orderId: string;
  placedAt: string;
  left: Record<string, number>;
}

/** A customer's orders that a return is looked for in: the newest. */
const MOST_ORDERS = 300;

function partition(ctx: Context, channel: string, customer: string): PartitionKey {
  return orgPartition(ctx.actor.organizationId, "SOLD", channel, customer);
}

/** Nothing where it cannot be told whose order it is, or of what. */
export function soldWrites(ctx: Context, { channel, customer, placedAt, lines }: OrderDraft, orderId: string): Write[] {
  const key = customerKey(customer);
  if (key === undefined) return [];
  const left: Record<string, number> = {};
  for (const { sku, quantity } of lines) if (sku !== undefined) left[sku] = (left[sku] ?? 0) + quantity;
  if (Object.keys(left).length === 0) return [];
  const item = { entity: "sold", orderId, placedAt, left };
  return [{ put: { pk: partition(ctx, channel, key), sk: `${placedAt}#${orderId}`, ...item } }];
}

/** The customer's orders up to then, newest first. */
export async function soldBefore(
  ctx: Context,
  { channel, customer, until }: { channel: string; customer: string; until: string },
): Promise<Sold[]> {
  const { items } = await ctx.table.query<Item>({
    pk: partition(ctx, channel, customer),
    to: `${until}#~`,
    newestFirst: true,
    limit: MOST_ORDERS,
    consistent: true,
  });
  return items as unknown as Sold[];
}

/** ENOUGH_LEFT: two returns of one order's units at once. Each takes what it found; the second finds it gone, and looks again. */
export function takeBackWrite(
  ctx: Context,
  { channel, customer, sold, units }: { channel: string; customer: string; sold: Sold; units: Record<string, number> },
): Write {
  const skus = Object.entries(units);
  return {
    update: { pk: partition(ctx, channel, customer), sk: `${sold.placedAt}#${sold.orderId}` },
    set: {
      expression: `SET ${skus.map((_, index) => `#left.#s${index} = #left.#s${index} - :q${index}`).join(", ")}`,
      names: { "#left": "left", ...Object.fromEntries(skus.map(([sku], index) => [`#s${index}`, sku])) },
      values: Object.fromEntries(skus.map(([, quantity], index) => [`:q${index}`, quantity])),
    },
    condition: { expression: skus.map((_, index) => `#left.#s${index} >= :q${index}`).join(" AND ") },
  };
}
