import type { Context } from "../platform/context.ts";
import { type Key, orgPartition } from "../platform/keys.ts";
import { blindName, blindNames } from "../platform/secrets.ts";
import type { Item, Write } from "../platform/table.ts";
import type { Order } from "./order.ts";
import type { Owner } from "./person.ts";

export const BUYER_ENTRY = "buyer";

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
export function buyerWrites(ctx: Context, order: Pick<Order, "id" | "customer" | "channel">): Write[] {
  return identifiers(buyerOf(order)).map((identifier) => ({
    put: {
      ...keyOf(ctx, blindName(ctx.config, aboutOf(ctx), identifier), order.id),
      entity: BUYER_ENTRY,
      orderId: order.id,
    },
  }));
}

/** The name of this entry as it is under the newest key, where the order says whose it is and that is another one. */
export function renamed(owner: Owner, entry: Item, order: Order): (Key & Item) | undefined {
  const orderId = String(entry["orderId"]);
  for (const identifier of identifiers(buyerOf(order))) {
    const [newest = "", ...former] = blindNames(owner.config, aboutOf(owner), identifier);
    const isFormer = former.some((name) => name !== newest && keyOf(owner, name, orderId).pk === entry["pk"]);
    if (isFormer) return { ...keyOf(owner, newest, orderId), entity: BUYER_ENTRY, orderId };
  }
  return undefined;
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
    // The earliest key's name first: one that is moved meanwhile, to the newest key's, is met there.
    for (const name of blindNames(ctx.config, aboutOf(ctx), identifier).toReversed()) {
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
