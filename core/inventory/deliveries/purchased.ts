import * as Finance from "../../finance/index.ts";
import { type Context, timestamp } from "../../platform/context.ts";
import { outboxWrite } from "../../platform/events.ts";
import type { Commit } from "../../platform/idempotency.ts";
import type { Money } from "../../platform/money.ts";
import { fromItem, newResource, revise } from "../../platform/resources.ts";
import type { Item, Write } from "../../platform/table.ts";
import { adjustmentEntries } from "../adjustment-books.ts";
import { changeStock } from "../change-stock.ts";
import type { Delivery } from "./delivery.ts";
import { deliveries, expectedWrite } from "./delivery.store.ts";

// Deliveries of purchase orders, for whoever keeps those: each is written in the transaction of what happened to its
// purchase order, and nobody else changes it.

export interface ExpectedGoods {
  purchaseOrderId: string;
  supplierId: string;
  productId: string;
  locationId: string;
  quantity: number;
}

/** Units were ordered to us. Name each product of a location once a transaction. */
export function expectGoodsWrites(ctx: Context, goods: ExpectedGoods): { delivery: Delivery; writes: Write[] } {
  const { productId, locationId, quantity, purchaseOrderId } = goods;
  const delivery: Delivery = {
    ...newResource(ctx, "delivery"),
    status: "open",
    ...goods,
    reference: purchaseOrderId,
    remaining: quantity,
    receipts: [],
  };
  const event = outboxWrite(ctx, "delivery.expected", { id: delivery.id, productId, locationId, quantity });
  return { delivery, writes: [deliveries.createWrite(ctx, delivery), expectedWrite(ctx, delivery, quantity), event] };
}

export async function readDeliveries(ctx: Context, ids: readonly string[]): Promise<Map<string, Delivery>> {
  const keys = ids.map((id) => deliveries.key(ctx, id));
  const items = keys.length === 0 ? [] : await ctx.table.batchGet<Item>(keys, { consistent: true });
  return new Map(items.map((item) => [String(item["sk"]), fromItem<Delivery>(item)]));
}

/** Nothing more will come of it; of one that is over nothing is written. */
export function closeGoodsWrites(ctx: Context, delivery: Delivery): Write[] {
  if (delivery.status !== "open") return [];
  const status = delivery.receipts.length > 0 ? "received" : "cancelled";
  const closed = revise(ctx, "Expected delivery", delivery, { status, remaining: 0 });
  return [
    deliveries.replaceWrite(ctx, closed),
    expectedWrite(ctx, delivery, -delivery.remaining),
    outboxWrite(ctx, "delivery.cancelled", { id: delivery.id, productId: delivery.productId }),
  ];
}

export interface Arrival {
  delivery: Delivery;
  quantity: number;
  /** Of all of these units. */
  cost?: Money | undefined;
  lotNumber?: string | undefined;
  expirationDate?: string | undefined;
  isLast: boolean;
}

/** Units come as a lot, in one transaction with the caller's own writes, which come first. Without units it is over. */
export async function receiveGoods<T>(
  ctx: Context,
  { arrival, commit, own }: { arrival: Arrival; commit: Commit<T>; own: { writes: Write[]; result: T } },
): Promise<T> {
  const { delivery, quantity, cost, lotNumber, expirationDate, isLast } = arrival;
  if (quantity === 0) return commit([...own.writes, ...closeGoodsWrites(ctx, delivery)], own.result);
  const { id, productId, locationId } = delivery;
  const adjustmentId = ctx.newId("adjustment");
  return changeStock<T>(ctx, {
    cause: { kind: "adjustment", id: adjustmentId },
    needs: [{ productId, locationId }],
    commit,
    work: (book) => {
      const lot = { productId, locationId, quantity, cost, lotNumber, expirationDate };
      const lotId = book.receive({ ...lot, type: "restock", notes: undefined });
      const at = timestamp(ctx);
      const left = isLast ? 0 : Math.max(0, delivery.remaining - quantity);
      const status = left === 0 ? ("received" as const) : ("open" as const);
      const receipts = [...delivery.receipts, { adjustmentId, lotId, quantity, at }];
      const books = adjustmentEntries({
        source: adjustmentId,
        productId,
        type: "restock",
        occurredAt: at,
        entries: book.entries,
      });
      const writes = [
        ...own.writes,
        deliveries.replaceWrite(ctx, revise(ctx, "Expected delivery", delivery, { status, remaining: left, receipts })),
        expectedWrite(ctx, delivery, left - delivery.remaining),
        outboxWrite(ctx, "delivery.received", { id, productId, locationId, quantity, status }),
        ...Finance.entryWrites(ctx, books),
      ];
      return { writes, result: own.result };
    },
  });
}
