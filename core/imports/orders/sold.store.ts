import type { Context } from "../../platform/context.ts";
import { contentHash } from "../../platform/canonical.ts";
import { type Key, orgPartition, type PartitionKey } from "../../platform/keys.ts";
import { blindName, blindNames } from "../../platform/secrets.ts";
import type { Item, Write } from "../../platform/table.ts";
import type { OrderDraft } from "../../orders/index.ts";
import { customerKey } from "./order-record.ts";

/** What an order sold to a customer and has not been taken back, by SKU. */
export interface Sold {
  key: Key;
  orderId: string;
  placedAt: string;
  left: ReadonlyMap<string, number>;
}

/** A customer's orders that a return is looked for in: the newest. */
const MOST_ORDERS = 300;

/** Under a name that says nothing of who it is: keys cannot be sealed. */
function partitionOf({ actor }: Context, channel: string, name: string): PartitionKey {
  return orgPartition(actor.organizationId, "SOLD", channel, name);
}

const aboutOf = ({ actor }: Context) => `sold ${actor.organizationId}`;

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
  const pk = partitionOf(ctx, channel, blindName(ctx.config, aboutOf(ctx), key));
  return [{ put: { pk, sk: `${placedAt}#${orderId}`, ...item } }];
}

/** The customer's orders up to then, newest first. */
export async function soldBefore(
  ctx: Context,
  { channel, customer, until }: { channel: string; customer: string; until: string },
): Promise<Sold[]> {
  const pages = await Promise.all(
    namesOf(ctx, customer).map((name) =>
      ctx.table.query<Item & Key>({
        pk: partitionOf(ctx, channel, name),
        to: `${until}#~`,
        newestFirst: true,
        limit: MOST_ORDERS,
        consistent: true,
      }),
    ),
  );
  const items = pages.flatMap((page) => page.items).toSorted((a, b) => (a.sk < b.sk ? 1 : -1));
  return items.slice(0, MOST_ORDERS).map((item) => ({
    key: { pk: item.pk, sk: item.sk },
    orderId: String(item["orderId"]),
    placedAt: String(item["placedAt"]),
    left: new Map(
      Object.entries(item["left"] as Record<string, number>).map(([name, units]) => [name.slice(1), units]),
    ),
  }));
}

/** Also what was kept in clear before there were names, and under keys that have rolled. */
function namesOf(ctx: Context, customer: string): string[] {
  const inClear = Buffer.byteLength(customer) <= MOST_KEY_BYTES ? customer : contentHash(customer);
  return [...blindNames(ctx.config, aboutOf(ctx), customer), inClear];
}

/** DynamoDB takes 2,048 bytes of a partition's key. */
const MOST_KEY_BYTES = 1_500;

/** ENOUGH_LEFT: two returns of one order's units at once. Each takes what it found; the second finds it gone, and looks again. */
export function takeBackWrite({ sold, units }: { sold: Sold; units: Map<string, number> }): Write {
  const skus = [...units];
  return {
    update: sold.key,
    set: {
      expression: `SET ${skus.map((_, index) => `#left.#s${index} = #left.#s${index} - :q${index}`).join(", ")}`,
      names: { "#left": "left", ...Object.fromEntries(skus.map(([sku], index) => [`#s${index}`, attributeOf(sku)])) },
      values: Object.fromEntries(skus.map(([, quantity], index) => [`:q${index}`, quantity])),
    },
    condition: { expression: skus.map((_, index) => `#left.#s${index} >= :q${index}`).join(" AND ") },
  };
}
