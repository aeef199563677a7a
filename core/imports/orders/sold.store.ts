import type { Context } from "../../platform/context.ts";
import { contentHash } from "../../platform/canonical.ts";
import { orgPartition, type PartitionKey } from "../../platform/keys.ts";
import type { Item, Write } from "../../platform/table.ts";
import type { OrderDraft } from "../../orders/index.ts";
import { customerKey } from "./order-record.ts";

/** What an order sold to a customer and has not been taken back, by SKU. */
export interface Sold {
  orderId: string;
  placedAt: string;
  left: ReadonlyMap<string, number>;
}

/** A customer's orders that a return is looked for in: the newest. */
const MOST_ORDERS = 300;

/** DynamoDB takes 2,048 bytes of a partition's key. */
const MOST_KEY_BYTES = 1_500;

function partition(ctx: Context, channel: string, customer: string): PartitionKey {
  const key = Buffer.byteLength(customer) <= MOST_KEY_BYTES ? customer : contentHash(customer);
  return orgPartition(ctx.actor.organizationId, "SOLD", channel, key);
}

/** An SKU may be "constructor", which as a property's name means something to the SDK. */
const attributeOf = (sku: string) => `=${sku}`;

/** Nothing where it cannot be told whose order it is, or of what. */
export function soldWrites(ctx: Context, { channel, customer, placedAt, lines }: OrderDraft, orderId: string): Write[] {
  const key = customerKey(customer);
  if (key === undefined) return [];
  const left = new Map<string, number>();
  for (const { sku, quantity } of lines) if (sku !== undefined) left.set(sku, (left.get(sku) ?? 0) + quantity);
  if (left.size === 0) return [];
  const item = {
    entity: "sold",
    orderId,
    placedAt,
    left: Object.fromEntries([...left].map(([sku, units]) => [attributeOf(sku), units])),
  };
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
  return items.map((item) => ({
    orderId: String(item["orderId"]),
    placedAt: String(item["placedAt"]),
    left: new Map(
      Object.entries(item["left"] as Record<string, number>).map(([name, units]) => [name.slice(1), units]),
    ),
  }));
}

/** ENOUGH_LEFT: two returns of one order's units at once. Each takes what it found; the second finds it gone, and looks again. */
export function takeBackWrite(
  ctx: Context,
  { channel, customer, sold, units }: { channel: string; customer: string; sold: Sold; units: Map<string, number> },
): Write {
  const skus = [...units];
  return {
    update: { pk: partition(ctx, channel, customer), sk: `${sold.placedAt}#${sold.orderId}` },
    set: {
      expression: `SET ${skus.map((_, index) => `#left.#s${index} = #left.#s${index} - :q${index}`).join(", ")}`,
      names: { "#left": "left", ...Object.fromEntries(skus.map(([sku], index) => [`#s${index}`, attributeOf(sku)])) },
      values: Object.fromEntries(skus.map(([, quantity], index) => [`:q${index}`, quantity])),
    },
    condition: { expression: skus.map((_, index) => `#left.#s${index} >= :q${index}`).join(" AND ") },
  };
}
