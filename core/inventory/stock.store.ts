import { type Context, timestamp } from "../platform/context.ts";
import { countWrite } from "../platform/counters.ts";
import { type Key, orgPartition, type PartitionKey } from "../platform/keys.ts";
import type { Expression, Item, Write } from "../platform/table.ts";
import { derivedDelta, emptyStock, type StockDelta, type StockItem, type StockPlace } from "./stock.ts";

/** One partition an organisation; a product's locations stand together. Totals are kept in its counters. */
export function stockPartition(ctx: Context): PartitionKey {
  return orgPartition(ctx.actor.organizationId, "STOCK");
}

export function stockKey(ctx: Context, { productId, locationId }: StockPlace): Key {
  return { pk: stockPartition(ctx), sk: `${productId}#${locationId}` };
}

/** The bounds of stock items between the counters and everything else. */
export const FIRST_STOCK = "prd_";
export const AFTER_STOCK = "prd_~";

export function stockOf(item: Item): StockItem {
  const { pk: _pk, sk: _sk, entity: _entity, ...rest } = item;
  const place = { productId: String(item["productId"]), locationId: String(item["locationId"]) };
  return { ...emptyStock(place), ...rest };
}

/**
 * AVAILABLE_FOR, FREE_FOR: five hundred orders for the last twenty units race here. Each is one conditional addition, so
 * DynamoDB lets in as many as there are units, in whatever order they come, and hands the others the item as it is.
 * What a marketplace has sold already may take the safety buffer: that is what it is for.
 */
export const availableFor = (quantity: number): Expression => atLeast("available", quantity);
export const freeFor = (quantity: number): Expression => atLeast("free", quantity);
export const reservedFor = (quantity: number): Expression => atLeast("reserved", quantity);

function atLeast(name: string, quantity: number): Expression {
  return { expression: `#least >= :least`, names: { "#least": name }, values: { ":least": quantity } };
}

/**
 * LOTS_UNCHANGED: two issues read the same lots. The first raises `seq`, the second's condition no longer holds, and it
 * reads and picks again. Reservations do not touch `seq`: they may pass meanwhile, which is why what leaves the free
 * units is checked as well.
 */
export function lotsUnchanged(seq: number, freeTaken: number): Expression {
  const same = seq === 0 ? "attribute_not_exists(#seq)" : "#seq = :seq";
  const free = freeTaken > 0 ? " AND #free >= :taken" : "";
  return {
    expression: same + free,
    names: { "#seq": "seq", ...(freeTaken > 0 ? { "#free": "free" } : {}) },
    values: { ...(seq === 0 ? {} : { ":seq": seq }), ...(freeTaken > 0 ? { ":taken": freeTaken } : {}) },
  };
}

export interface StockChange {
  delta: StockDelta;
  /** Units move, lots or the buffer change; a reservation leaves `seq` alone. */
  raisesSeq: boolean;
  /** Of the first lot with a cost. */
  currency?: string | undefined;
}

/** Adds to a stock item, which begins to exist with its first change. */
export function stockWrite(
  ctx: Context,
  place: StockPlace,
  { delta, raisesSeq, currency }: StockChange,
  condition: Expression,
): Write {
  const added: Record<string, number> = { onHand: 0, ...delta, ...derivedDelta(delta), rev: 1 };
  if (raisesSeq) added["seq"] = 1;
  const names = Object.keys(added);
  const set = ["entity = :entity", "productId = :productId", "locationId = :locationId", "updatedAt = :at"];
  if (currency !== undefined) set.push("currency = :currency");
  return {
    update: stockKey(ctx, place),
    set: {
      expression: `SET ${set.join(", ")} ADD ${names.map((_, at) => `#a${at} :a${at}`).join(", ")}`,
      names: Object.fromEntries(names.map((name, at) => [`#a${at}`, name])),
      values: {
        ":entity": "stock",
        ":productId": place.productId,
        ":locationId": place.locationId,
        ":at": timestamp(ctx),
        ...(currency === undefined ? {} : { ":currency": currency }),
        ...Object.fromEntries(Object.values(added).map((by, at) => [`:a${at}`, by])),
      },
    },
    condition,
  };
}

/** Units on hand and their cost over the whole organisation, by currency, in the transaction that changes them. */
export function valuationWrite(ctx: Context, change: Record<string, number>, seed: string): Write {
  return countWrite(stockPartition(ctx), change, seed);
}
