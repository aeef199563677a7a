import { contentHash } from "../platform/canonical.ts";
import type { Context } from "../platform/context.ts";
import { globalPartition, type Key, orgPartition, type PartitionKey } from "../platform/keys.ts";
import type { Item, Write } from "../platform/table.ts";
import { leavingOrder, type Lot, type LotPosition } from "./lot.ts";
import type { StockPlace } from "./stock.ts";

/** What is left of a product's lots: by location, then in the order in which they leave. */
export function positionPartition(ctx: Context, productId: string): PartitionKey {
  return orgPartition(ctx.actor.organizationId, "LOT", productId);
}

export function positionKey(ctx: Context, place: StockPlace & Pick<LotPosition, "lotId" | "expirationDate">): Key {
  return { pk: positionPartition(ctx, place.productId), sk: `${place.locationId}#${leavingOrder(place)}` };
}

export function positionOf(item: Item): LotPosition {
  const { pk: _pk, sk: _sk, entity: _entity, ...position } = item;
  return position as unknown as LotPosition;
}

/** A position as it is now; an empty one goes. The stock item's condition, in the same transaction, guards it. */
export function positionWrite(ctx: Context, position: LotPosition): Write {
  const key = positionKey(ctx, position);
  return position.remaining === 0 ? { remove: key } : { put: { ...position, ...key, entity: "lot-position" } };
}

/** How a lot came, which never changes. Lots of one number are found by it. */
export function lotKey(ctx: Context, productId: string, lotId: string): Key {
  return { pk: orgPartition(ctx.actor.organizationId, "LOTS", productId), sk: lotId };
}

export function lotWrite(ctx: Context, lot: Lot): Write {
  return {
    put: {
      ...lot,
      ...lotKey(ctx, lot.productId, lot.id),
      entity: "lot",
      ...(lot.lotNumber === undefined ? {} : { gsi1pk: lotNumberPartition(ctx, lot.lotNumber), gsi1sk: lot.id }),
    },
  };
}

export function lotOf(item: Item): Lot {
  const { pk: _pk, sk: _sk, entity: _entity, gsi1pk: _gsi1pk, gsi1sk: _gsi1sk, ...lot } = item;
  return lot as unknown as Lot;
}

export function lotNumberPartition(ctx: Context, lotNumber: string): PartitionKey {
  return orgPartition(ctx.actor.organizationId, "LOT_NUMBER", contentHash(lotNumber));
}

/** The lots of every organisation by their last day, for the sweep that takes what has expired off sale. */
export const EXPIRY_SCHEDULE = globalPartition("SCHEDULE", "LOT_EXPIRY");

export interface ExpiryItem extends StockPlace {
  organizationId: string;
  currency: string;
  lotId: string;
  expirationDate: string;
}

export function expiryKey(
  organizationId: string,
  position: StockPlace & { lotId: string; expirationDate: string },
): Key {
  const { expirationDate, productId, locationId, lotId } = position;
  return { pk: EXPIRY_SCHEDULE, sk: [expirationDate, organizationId, productId, locationId, lotId].join("#") };
}

export function expiryWrite(ctx: Context, position: StockPlace & { lotId: string; expirationDate: string }): Write {
  const { organizationId, currency } = ctx.actor;
  const { productId, locationId, lotId, expirationDate } = position;
  const item = { organizationId, currency, productId, locationId, lotId, expirationDate };
  return { put: { ...expiryKey(organizationId, position), entity: "lot-expiry", ...item } };
}
