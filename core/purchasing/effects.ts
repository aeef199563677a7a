import * as Inventory from "../inventory/index.ts";
import * as Orders from "../orders/index.ts";
import type { Context } from "../platform/context.ts";
import { AppError, DependencyError } from "../platform/errors.ts";
import type { Write } from "../platform/table.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { changeWrites, next } from "./change.ts";
import { heldBy } from "./lines.ts";
import type { PurchaseOrder, PurchaseOrderLine, SupplierOrder } from "./purchase-order.ts";
import { readPurchaseOrder } from "./purchase-order.store.ts";

/**
 * What a change means for our stock, of goods that come to us: what an order of the supplier brings is expected, and what
 * will not come is not expected any more. Returns the purchase order with its deliveries, and what is written of them. A transaction's worth.
 */
export async function stockOf(ctx: Context, after: PurchaseOrder): Promise<{ after: PurchaseOrder; writes: Write[] }> {
  const { id, supplierId, locationId, destination, placedAt } = after;
  if (destination === "customer" || placedAt === undefined || locationId === undefined) return { after, writes: [] };
  const over = after.lines.filter(({ deliveryId, isClosed }) => deliveryId !== undefined && isClosed);
  const known = await Inventory.readDeliveries(
    ctx,
    over.flatMap(({ deliveryId }) => deliveryId ?? []),
  );
  const writes = [...known.values()].flatMap((delivery) => Inventory.closeGoodsWrites(ctx, delivery));
  const held = heldBy(after.parts);
  const lines = after.lines.map((line) => {
    const { productId, quantity, received, deliveryId, isClosed } = line;
    if (productId === undefined || deliveryId !== undefined || isClosed || !held.has(line.id)) return line;
    const goods = { purchaseOrderId: id, supplierId, productId, locationId, quantity: quantity - received };
    const expected = Inventory.expectGoodsWrites(ctx, goods);
    writes.push(...expected.writes);
    return { ...line, deliveryId: expected.delivery.id };
  });
  return { after: { ...after, lines }, writes };
}

/** Supplier's orders of which the order that they were bought for does not know yet that they have left. */
export function untold({ destination, parts }: PurchaseOrder): SupplierOrder[] {
  if (destination !== "customer") return [];
  return parts.filter(
    (part) => part.shippedAt !== undefined && part.toldAt === undefined && part.notTold === undefined,
  );
}

/** Lines that will not be sent, and of which the order still thinks so. */
export function unreleased({ destination, lines }: PurchaseOrder): PurchaseOrderLine[] {
  return destination === "customer" ? lines.filter(({ isClosed, covers }) => isClosed && covers !== undefined) : [];
}

/**
 * Tells the order that goods were bought for what became of them, a transaction for each of the supplier's orders together
 * with the note that it was told: however often this is repeated, it is one fulfilment. What the order refuses is kept as
 * the reason. Returns the purchase order as it is then.
 */
export async function tellOrder(ctx: Context, purchase: PurchaseOrder): Promise<PurchaseOrder> {
  let current = purchase;
  for (const part of untold(current)) current = await tell(ctx, current, sending(ctx, part));
  if (unreleased(current).length > 0) current = await tell(ctx, current, releasing(ctx));
  return current;
}

/** What is written of the order, and what of the purchase order where that is done, or refused with a reason. */
interface Telling {
  writes: (order: Orders.Order, purchase: PurchaseOrder) => Write[];
  done: (purchase: PurchaseOrder, refusal?: string) => Partial<PurchaseOrder>;
}

/** How often either may change in between. */
const MAX_ATTEMPTS = 8;

async function tell(ctx: Context, first: PurchaseOrder, { writes, done }: Telling): Promise<PurchaseOrder> {
  let purchase = first;
  for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
    if (purchase.orderId === undefined) return purchase;
    const order = await Orders.orderToBuyFor(ctx, purchase.orderId);
    let refusal: string | undefined;
    let own: Write[] = [];
    try {
      own = writes(order, purchase);
    } catch (error) {
      if (!(error instanceof AppError) || error.code !== "STATE_CONFLICT") throw error;
      refusal = error.message;
    }
    const after = next(ctx, purchase, "follow", done(purchase, refusal));
    try {
      await ctx.table.transact([...own, ...changeWrites(ctx, purchase, after)]);
      return after;
    } catch (error) {
      if (!(error instanceof TransactionCanceled)) throw error;
      purchase = await readPurchaseOrder(ctx, purchase.id);
    }
  }
  throw new DependencyError("database", "The order kept being changed while it was told of its goods");
}

function sending(ctx: Context, part: SupplierOrder): Telling {
  const { externalId, lineIds, shippedAt, shipments } = part;
  const [shipment] = shipments;
  return {
    writes: (order, purchase) => {
      const lines = purchase.lines
        .filter(({ id }) => lineIds.includes(id))
        .flatMap((line) => sentLines(purchase, line));
      // Given up before, and there after all: the order may have been bought for anew.
      if (lines.length === 0)
        throw new AppError("STATE_CONFLICT", `Unable to tell order: it waits for nothing of ${externalId} any more`);
      return Orders.sentBySupplierWrites(ctx, order, {
        purchaseOrderId: purchase.id,
        lines,
        carrier: shipment?.carrier,
        trackingNumber: shipment?.trackingNumber,
        shippedAt,
      });
    },
    done: (purchase, refusal) => ({
      parts: purchase.parts.map((one) =>
        one.externalId !== externalId
          ? one
          : {
              ...one,
              ...(refusal === undefined ? { toldAt: new Date(ctx.now()).toISOString() } : { notTold: refusal }),
            },
      ),
      ...(refusal === undefined ? {} : { attention: { code: "ORDER_NOT_TOLD" as const, message: refusal } }),
    }),
  };
}

const releasing = (ctx: Context): Telling => ({
  writes: (order, purchase) => Orders.uncoverWrites(ctx, order, toRelease(purchase)),
  done: (purchase) => ({ lines: withoutCovers(purchase.lines) }),
});

function toRelease(purchase: PurchaseOrder) {
  const lineIds = unreleased(purchase).flatMap(({ covers = [] }) => covers.map(({ lineId }) => lineId));
  return { purchaseOrderId: purchase.id, lineIds };
}

/** That the order is not brought what will not be sent, for the transaction that says so. `withoutCovers` goes with it. */
export async function releaseWrites(ctx: Context, purchase: PurchaseOrder): Promise<Write[]> {
  if (purchase.orderId === undefined || unreleased(purchase).length === 0) return [];
  return Orders.uncoverWrites(ctx, await Orders.orderToBuyFor(ctx, purchase.orderId), toRelease(purchase));
}

export function withoutCovers(lines: readonly PurchaseOrderLine[]): PurchaseOrderLine[] {
  return lines.map((line) => {
    if (!line.isClosed) return line;
    const { covers: _covers, ...rest } = line;
    return rest;
  });
}

/** Each covered line of the order with its part of what the supplier charged, or should have: the parts sum to it. */
export function sentLines(
  { currency }: PurchaseOrder,
  { covers = [], paidMinor, unitCostMinor, quantity }: PurchaseOrderLine,
): Orders.SentBySupplier["lines"][number][] {
  const whole = paidMinor ?? unitCostMinor * quantity;
  const shares = Orders.splitAmount(
    whole,
    covers.map((one) => one.quantity),
  );
  return covers.map((one, index) => ({ ...one, cost: { minor: shares[index] ?? 0, currency } }));
}
