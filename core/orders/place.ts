import * as Inventory from "../inventory/index.ts";
import { type Context, requirePermission } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { type Fault, NotFoundError, ValidationError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { type Commit, idempotent } from "../platform/idempotency.ts";
import { trackTime } from "../platform/metrics.ts";
import { parse } from "../platform/parse.ts";
import { newResource } from "../platform/resources.ts";
import type { Item, Write } from "../platform/table.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { lineTotal, oneCurrency, orderTotal } from "./amounts.ts";
import { buyerWrites } from "./buyer.store.ts";
import { isMarketplace } from "./channels/names.ts";
import { type CreateOrderInput, CreateOrderSchema, holdsOf, type Order, type OrderLine } from "./order.ts";
import {
  claimExternalId,
  claimOrderNumber,
  countCreatedWrite,
  createOrderWrite,
  externalKey,
  historyWrite,
  orderNumberOf,
  readOrder,
  storedOrder,
} from "./order.store.ts";
import { dueWrites } from "./expire.ts";
import { findLineProducts, type FoundProducts } from "./products.ts";
import { chooseHolds, insufficient, MAX_STOCK_ITEMS, mayTakeBuffer, reserveWritesOf, shortLines } from "./reserve.ts";

/** Locations are chosen by what was read; when others were faster, they are chosen again. */
const MAX_ATTEMPTS = 4;

export interface Placed {
  order: Order;
  /** The channel told of this order before: it is the first one, unchanged. */
  isDuplicate: boolean;
}

/**
 * Places an order and reserves every line of it, or none, in one transaction: order, external id and number, stock,
 * ledger, counters, history, event. Throws INSUFFICIENT_STOCK with what each line lacks, NOT_FOUND for products that do
 * not exist, VALIDATION_ERROR. A repeated external id of a channel is answered with the first order.
 */
export async function placeOrder(ctx: Context, input: unknown): Promise<Placed> {
  requirePermission(ctx, "orders.write");
  const data = parse(CreateOrderSchema, input);
  let isDuplicate = false;
  const run = async (commit: Commit<Order>) => {
    for (let attempt = 1; ; attempt++) {
      const found = await findLineProducts(ctx, data.lines);
      const placed = await tryToPlace(ctx, { data, found, commit, isLast: attempt >= MAX_ATTEMPTS });
      if (placed === "again") continue;
      isDuplicate = placed.isDuplicate;
      return placed.order;
    }
  };
  const place = () => idempotent(ctx, "orders.placeOrder", input, run, storedOrder(ctx));
  const order = await trackTime(ctx.metrics, "order_processing_duration_seconds", { order_type: typeOf(data) }, place);
  return { order, isDuplicate };
}

/** Kinds of orders whose placing is timed apart. */
function typeOf({ draft, channel }: CreateOrderInput): "draft" | "marketplace" | "standard" {
  if (draft) return "draft";
  return isMarketplace(channel) ? "marketplace" : "standard";
}

interface Attempt {
  data: CreateOrderInput;
  found: FoundProducts;
  commit: Commit<Order>;
  isLast: boolean;
}

async function tryToPlace(ctx: Context, { data, found, commit, isLast }: Attempt): Promise<Placed | "again"> {
  const order = draftOrder(ctx, data, found);
  if (!data.draft) {
    const byLine = new Map(order.lines.map(({ id }, index) => [id, data.lines[index]?.locationId]));
    const { holds, shortages } = chooseHolds(order, order.lines, { found, locationOf: ({ id }) => byLine.get(id) });
    // A marketplace that tells of one order twice is answered with the first, even when the stock is gone by now.
    if (shortages.length > 0) return (await firstOrder(ctx, order)) ?? fail(insufficient(order, shortages));
    for (const line of order.lines) line.holds = holds.get(line.id) ?? [];
  }
  const holds = Inventory.mergeHolds(holdsOf(order));
  if (holds.length > MAX_STOCK_ITEMS) {
    const message = `An order reserves at most ${MAX_STOCK_ITEMS} different stock items at once, and this one ${holds.length}`;
    throw new ValidationError([{ path: "lines", code: "TOO_MANY_ITEMS", message }]);
  }
  const stock = reserveWritesOf(ctx, order, holds);
  const guards = [
    createOrderWrite(ctx, order),
    claimOrderNumber(ctx, order.orderNumber, order.id),
    ...(order.externalId === undefined ? [] : [claimExternalId(ctx, order.channel, order.externalId, order.id)]),
  ];
  const records = [
    countCreatedWrite(ctx, [order], order.id),
    historyWrite(ctx, order, { action: "place" }),
    outboxWrite(ctx, "order.placed", { id: order.id, channel: order.channel, status: order.status }),
    ...dueWrites(ctx, order),
    ...buyerWrites(ctx, order),
  ];
  const writes: Write[] = [...guards, ...stock, ...records];
  try {
    return { order: await commit(writes, order), isDuplicate: false };
  } catch (error) {
    if (!(error instanceof TransactionCanceled)) throw error;
    if (order.externalId !== undefined && error.failedAt(2)) {
      const item = error.reasons[2]?.item;
      if (item) return { order: await readOrder(ctx, String(item["orderId"])), isDuplicate: true };
    }
    const short = Inventory.shortagesOf(error, holds, { offset: guards.length, mayTakeBuffer: mayTakeBuffer(order) });
    // Elsewhere there may still be enough.
    if (short.length > 0 && found.locations.length > 1 && !isLast) return "again";
    // The guard is under another's transaction just now, which may be the first order's: what is short then is its doing.
    const isUndecided = order.externalId !== undefined && error.reasons[2]?.code === "TransactionConflict";
    if (isUndecided && !isLast) return "again";
    if (short.length > 0)
      return (
        (isUndecided ? await firstOrder(ctx, order) : undefined) ??
        fail(insufficient(order, shortLines(order.lines, short)))
      );
    // Only the number is left, which a new id makes anew.
    if (error.failedAt(1) && !isLast) return "again";
    throw error;
  }
}

/** The order as it will be, its lines priced and without holds. */
function draftOrder(ctx: Context, data: CreateOrderInput, found: FoundProducts): Order {
  const faults: Fault[] = [];
  for (const [index, line] of data.lines.entries()) {
    const product = found.of(line);
    const path = `lines.${index}.${line.sku === undefined ? "productId" : "sku"}`;
    if (!product) throw new NotFoundError("Product", line.sku ?? line.productId ?? "");
    if (product.status === "archived")
      faults.push({ path, code: "PRODUCT_ARCHIVED", message: `${product.sku} is archived` });
    if (!line.unitPrice && !product.price)
      faults.push({ path: `lines.${index}.unitPrice`, code: "NO_PRICE", message: `${product.sku} has no price` });
  }
  if (faults.length > 0) throw new ValidationError(faults);
  const prices = data.lines.map((line) => line.unitPrice ?? found.of(line)?.price);
  const currency = data.currency ?? prices[0]?.currency ?? ctx.actor.currency;
  const amounts = { shipping: data.shipping, tax: data.tax, discount: data.discount };
  oneCurrency(
    [
      ...prices.map((amount, index) => ({ path: `lines.${index}.unitPrice.currency`, amount })),
      ...Object.entries(amounts).map(([name, amount]) => ({ path: `${name}.currency`, amount })),
    ],
    currency,
  );
  const lines = data.lines.map(({ quantity, supplierId, shippingType, ...line }, index): OrderLine => {
    const product = found.of(line);
    const unitPriceMinor = prices[index]?.minor ?? 0;
    return defined({
      id: String(index + 1),
      productId: product?.id,
      sku: product?.sku,
      title: product?.name,
      quantity,
      unitPriceMinor,
      totalMinor: lineTotal(unitPriceMinor, quantity),
      holds: [],
      fulfilled: 0,
      cancelled: 0,
      returned: 0,
      supplierId,
      shippingType,
    });
  });
  const resource = newResource(ctx, "order");
  const { channel, externalId, shippingAddress, customer, paymentMethod, shippingType, notes, metadata } = data;
  const totals = {
    shippingMinor: data.shipping?.minor ?? 0,
    taxMinor: data.tax?.minor ?? 0,
    discountMinor: data.discount?.minor ?? 0,
  };
  return defined({
    ...resource,
    orderNumber: orderNumberOf(resource),
    channel,
    externalId,
    status: data.draft ? ("draft" as const) : ("pending" as const),
    currency,
    lines,
    ...totals,
    totalMinor: orderTotal({ lines, ...totals }),
    paidMinor: 0,
    refundedMinor: 0,
    payments: [],
    refunds: [],
    fulfilments: [],
    returns: [],
    shippingAddress: shippingAddress && defined(shippingAddress),
    customer: customer && defined(customer),
    paymentMethod,
    shippingType,
    notes,
    metadata,
    affectsStock: true,
    placedAt: resource.createdAt,
    reservedUntil:
      data.reserveForSeconds === undefined || data.draft
        ? undefined
        : new Date(ctx.now() + data.reserveForSeconds * 1000).toISOString(),
    createdBy: ctx.actor.id,
  });
}

function fail(error: Error): never {
  throw error;
}

async function firstOrder(ctx: Context, { channel, externalId }: Order): Promise<Placed | undefined> {
  if (externalId === undefined) return undefined;
  const guard = await ctx.table.get<Item>(externalKey(ctx, channel, externalId), { consistent: true });
  return guard && { order: await readOrder(ctx, String(guard["orderId"])), isDuplicate: true };
}
