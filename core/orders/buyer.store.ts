import type { Context } from "../platform/context.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { type Key, orgPartition } from "../platform/keys.ts";
import { ownerOf } from "../platform/reseal.ts";
import { blindName, blindNames } from "../platform/secrets.ts";
import type { Item, Write } from "../platform/table.ts";
import type { Order } from "./order.ts";
import { openPerson, type Owner } from "./person.ts";

/** How somebody is known to those who sell to them. */
export interface Buyer {
  email?: string | undefined;
  /** A channel's id of them, and the channel whose it is. */
  externalId?: string | undefined;
  channel?: string | undefined;
}

/** Spellings of one address have one name: capitals and outer spaces do not count. */
export function normalEmail(email: string): string {
  return email.normalize("NFC").trim().toLowerCase();
}

function identifiers({ email, externalId, channel }: Buyer): string[] {
  return [
    ...(email === undefined ? [] : [`email\n${normalEmail(email)}`]),
    ...(externalId === undefined || channel === undefined ? [] : [`externalId\n${channel}\n${externalId}`]),
  ];
}

const aboutOf = ({ actor }: Pick<Owner, "actor">) => `buyer ${actor.organizationId}`;

function keyOf({ actor }: Pick<Owner, "actor">, name: string, orderId: string): Key {
  return { pk: orgPartition(actor.organizationId, "BUYER", name), sk: orderId };
}

export const buyerOf = ({ customer, channel }: Pick<Order, "customer" | "channel">): Buyer => ({
  ...customer,
  channel,
});

/** By which an order is found again when its buyer asks about their data: names that say nothing of who it is. */
export function buyerWrites(ctx: Owner, order: Pick<Order, "id" | "customer" | "channel">): { put: Key & Item }[] {
  return identifiers(buyerOf(order)).map((identifier) => ({
    put: {
      ...keyOf(ctx, blindName(ctx.config, aboutOf(ctx), identifier), order.id),
      entity: "buyer",
      orderId: order.id,
    },
  }));
}

/**
 * Names the buyers of these items' orders under the newest key as well, before an earlier one is forgotten: names cannot be
 * read, so they are made anew from what the orders say. Again it writes the same. Returns how many orders were named.
 */
export async function nameBuyersAnew(
  { config, table }: Pick<Context, "config" | "table">,
  items: readonly Item[],
): Promise<number> {
  const named = items.flatMap((item) => {
    if (item["entity"] !== "order") return [];
    const ctx = { config, actor: { organizationId: ownerOf(item) as OrganizationId } };
    const writes = buyerWrites(ctx, openPerson(ctx, item));
    return writes.length > 0 ? [writes] : [];
  });
  await table.batchWrite(named.flat());
  return named.length;
}

/** Also of what was named under an earlier key. */
export function buyerRemovals(ctx: Context, order: Pick<Order, "id" | "customer" | "channel">): Write[] {
  return identifiers(buyerOf(order))
    .flatMap((identifier) => blindNames(ctx.config, aboutOf(ctx), identifier))
    .map((name) => ({ remove: keyOf(ctx, name, order.id) }));
}

/** The ids of the orders that were made for them; some may be another's by now. */
export async function orderIdsOf(ctx: Context, buyer: Buyer): Promise<string[]> {
  const ids = new Set<string>();
  for (const identifier of identifiers(buyer)) {
    for (const name of blindNames(ctx.config, aboutOf(ctx), identifier)) {
      const { pk } = keyOf(ctx, name, "");
      let startKey: Item | undefined;
      do {
        const page = await ctx.table.query<Item>({ pk, consistent: true, ...(startKey ? { startKey } : {}) });
        for (const { orderId } of page.items) ids.add(String(orderId));
        startKey = page.lastKey;
      } while (startKey);
    }
  }
  return [...ids].toSorted();
}

/** Is the order this buyer's, by what it says itself? */
export function isBoughtBy(order: Pick<Order, "customer" | "channel">, buyer: Buyer): boolean {
  const wanted = new Set(identifiers(buyer));
  return identifiers(buyerOf(order)).some((identifier) => wanted.has(identifier));
}
