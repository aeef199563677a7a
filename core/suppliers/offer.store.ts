import type { Context } from "../platform/context.ts";
import { decodeCursor, encodeCursor } from "../platform/cursor.ts";
import { type Key, orgPartition, type PartitionKey } from "../platform/keys.ts";
import type { Page } from "../platform/resources.ts";
import type { Item, Write } from "../platform/table.ts";
import type { Offer } from "./offer.ts";
import { isOfferOf, offerRangeOf } from "./source-records.ts";

function offerPartition(ctx: Context, supplierId: string): PartitionKey {
  return orgPartition(ctx.actor.organizationId, "OFFER", supplierId);
}

function offerKey(ctx: Context, supplierId: string, externalId: string): Key {
  return { pk: offerPartition(ctx, supplierId), sk: externalId };
}

export function offerWrite(ctx: Context, { cost, ...offer }: Offer): Write {
  const money = cost ? { costMinor: cost.minor, currency: cost.currency } : {};
  return { put: { ...offer, ...money, ...offerKey(ctx, offer.supplierId, offer.externalId), entity: "offer" } };
}

function offerOf({ pk: _pk, sk: _sk, entity: _entity, costMinor, currency, ...rest }: Item): Offer {
  const cost = costMinor === undefined ? {} : { cost: { minor: costMinor as number, currency: currency as string } };
  return { ...(rest as unknown as Offer), ...cost };
}

export async function readOffers(ctx: Context, supplierId: string, externalIds: string[]): Promise<Map<string, Offer>> {
  const items = await ctx.table.batchGet<Item>(
    externalIds.map((id) => offerKey(ctx, supplierId, id)),
    { consistent: true },
  );
  return new Map(items.map((item) => [String(item["externalId"]), offerOf(item)]));
}

/** The supplier's offers in the order of their ids, a page at a time. */
export async function offersAfter(
  ctx: Context,
  supplierId: string,
  after: string | undefined,
  limit: number,
): Promise<{ offers: Offer[]; lastId?: string }> {
  const pk = offerPartition(ctx, supplierId);
  const start = after === undefined ? {} : { startKey: { pk, sk: after } };
  const { items, lastKey } = await ctx.table.query<Item>({ pk, limit, consistent: true, ...start });
  const offers = items.map(offerOf);
  return lastKey ? { offers, lastId: String(lastKey["sk"]) } : { offers };
}

/** All offers of an item, however many options it has or had. */
export async function offersOfItem(ctx: Context, supplierId: string, itemId: string): Promise<Offer[]> {
  const pk = offerPartition(ctx, supplierId);
  const items: Item[] = [];
  let startKey: Item | undefined;
  do {
    const page = await ctx.table.query<Item>({
      pk,
      ...offerRangeOf(itemId),
      consistent: true,
      ...(startKey ? { startKey } : {}),
    });
    items.push(...page.items);
    startKey = page.lastKey;
  } while (startKey);
  return items.map(offerOf).filter(({ externalId }) => isOfferOf(itemId, externalId));
}

export async function listOffers(
  ctx: Context,
  supplierId: string,
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<Offer>> {
  const query = { offers: supplierId };
  const after = cursor === undefined ? undefined : decodeCursor<string>(ctx, query, cursor);
  const { offers, lastId } = await offersAfter(ctx, supplierId, after, limit);
  return lastId === undefined ? { items: offers } : { items: offers, nextCursor: encodeCursor(ctx, query, lastId) };
}
