import * as Inventory from "../inventory/index.ts";
import { type Context, requirePermission, timestamp } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { type Fault, ValidationError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { idempotent } from "../platform/idempotency.ts";
import type { Money } from "../platform/money.ts";
import { parse } from "../platform/parse.ts";
import { newResource } from "../platform/resources.ts";
import type { Write } from "../platform/table.ts";
import * as Suppliers from "../suppliers/index.ts";
import { accountToBuyWith } from "./buyer.ts";
import { expectedGoods } from "./amounts.ts";
import type { PurchaseOrder, PurchaseOrderLine, ShipTo } from "./purchase-order.ts";
import { createWrite } from "./purchase-order.store.ts";
import { type CreateInput, CreatePurchaseOrderSchema, type FromOrderInput } from "./schemas.ts";
import { sealShipTo } from "./ship-to.ts";

/**
 * Goods to be bought for our own stock. Throws NOT_FOUND (supplier, product, location), VALIDATION_ERROR for a line whose
 * product or cost neither it nor the supplier's offer says.
 */
export async function createPurchaseOrder(ctx: Context, input: unknown): Promise<PurchaseOrder> {
  requirePermission(ctx, "suppliers.write");
  const data = parse(CreatePurchaseOrderSchema, input);
  return idempotent<PurchaseOrder>(ctx, "purchasing.create", input, async (commit) => {
    const order = await draftForStock(ctx, data);
    return commit(creationWrites(ctx, order), order);
  });
}

type StockInput = Omit<CreateInput, "lines"> & { lines: readonly WantedLine[] };

/** Goods that come to us, as a draft that nobody has kept yet. Throws as `createPurchaseOrder` does. */
export async function draftForStock(ctx: Context, { lines: wanted, ...data }: StockInput): Promise<PurchaseOrder> {
  const { locationId = Inventory.MAIN_LOCATION, recipient, ...facts } = data;
  const [accountId] = await Promise.all([accountToBuyWith(ctx, data), Inventory.requireLocations(ctx, [locationId])]);
  const lines = await withOffers(ctx, data.supplierId, wanted);
  await requireGoods(ctx, lines);
  const shipTo = recipient ? { recipient: defined(recipient) } : {};
  return newPurchaseOrder(ctx, facts, { lines, accountId, shipTo, locationId });
}

export interface WantedLine {
  productId?: string | undefined;
  externalId: string;
  optionId?: string | undefined;
  quantity: number;
  unitCost?: Money | undefined;
  covers?: PurchaseOrderLine["covers"] | undefined;
}

export type PricedLine = Omit<PurchaseOrderLine, "unitCostMinor"> & { unitCost: Money };

/** The lines with what the supplier's offers say where nobody else does. Throws VALIDATION_ERROR. */
export async function withOffers(
  ctx: Context,
  supplierId: string,
  wanted: readonly WantedLine[],
): Promise<PricedLine[]> {
  const offers = await Suppliers.readOffers(ctx, supplierId, [...new Set(wanted.map(({ externalId }) => externalId))]);
  const faults: Fault[] = [];
  const seen = new Set<string>();
  const lines = wanted.map((line, index): PricedLine => {
    const offer = offers.get(line.externalId);
    // What an option costs beyond its product is not the offer's cost.
    const unitCost = line.unitCost ?? (line.optionId === undefined ? offer?.cost : undefined);
    const name = `${line.externalId}\n${line.optionId ?? ""}`;
    if (seen.has(name)) faults.push(fault(index, "externalId", "REPEATED_LINE", "Each offer may be named once"));
    seen.add(name);
    if (!unitCost)
      faults.push(fault(index, "unitCost", "UNKNOWN_COST", "No offer of this supplier says what it costs"));
    const { quantity, covers } = line;
    // What is read by a supplier's API names its item and option; a feed's own id is all there is of the others.
    const externalId = offer?.itemId ?? line.externalId;
    const optionId = line.optionId ?? offer?.optionId;
    return defined({
      id: String(index + 1),
      productId: line.productId ?? offer?.productId,
      sku: offer?.sku,
      externalId,
      optionId,
      quantity,
      unitCost: unitCost ?? { minor: 0, currency: "" },
      covers,
      received: 0,
    });
  });
  if (faults.length > 0) throw new ValidationError(faults);
  return lines;
}

const fault = (line: number, field: string, code: string, message: string): Fault => ({
  path: `lines.${line}.${field}`,
  code,
  message,
});

/** What comes into stock is a product, and each has one expected delivery of this purchase. */
async function requireGoods(ctx: Context, lines: readonly PricedLine[]): Promise<void> {
  const seen = new Set<string>();
  const faults = lines.flatMap(({ productId }, index): Fault[] => {
    if (productId === undefined)
      return [fault(index, "productId", "UNKNOWN_PRODUCT", "No offer of this supplier says which product it is")];
    if (seen.has(productId)) return [fault(index, "productId", "REPEATED_LINE", "Each product may be named once")];
    seen.add(productId);
    return [];
  });
  if (faults.length > 0) throw new ValidationError(faults);
  await Promise.all([...seen].map((productId) => Inventory.requireStocked(ctx, productId)));
}

type Facts = Omit<CreateInput, "lines" | "locationId" | "recipient"> | Omit<FromOrderInput, "lines" | "orderId">;

interface Destination {
  accountId: string | undefined;
  lines: readonly PricedLine[];
  shipTo: ShipTo;
  locationId?: string;
  orderId?: string;
}

/** A draft. Throws VALIDATION_ERROR for amounts in several currencies, INVALID_PRICING out of range. */
export function newPurchaseOrder(
  ctx: Context,
  facts: Facts,
  { lines, accountId, shipTo, locationId, orderId }: Destination,
): PurchaseOrder {
  const { supplierId, shipping, tolerance, customsCode, notes } = facts;
  const resource = newResource(ctx, "purchaseOrder");
  const currency = facts.currency ?? lines[0]?.unitCost.currency ?? ctx.actor.currency;
  requireCurrency(currency, lines, shipping);
  const order: PurchaseOrder = defined({
    ...resource,
    status: "draft" as const,
    supplierId,
    accountId,
    currency,
    destination: orderId === undefined ? ("location" as const) : ("customer" as const),
    locationId,
    orderId,
    lines: lines.map(({ unitCost, ...line }) => ({ ...line, unitCostMinor: unitCost.minor })),
    shippingMinor: shipping?.minor,
    tolerance,
    parts: [],
    sealed: sealShipTo(ctx, resource.id, { ...shipTo, ...(customsCode === undefined ? {} : { customsCode }) }),
    notes,
    createdBy: ctx.actor.id,
  });
  expectedGoods(order);
  return order;
}

function requireCurrency(currency: string, lines: readonly PricedLine[], shipping: Money | undefined): void {
  const amounts = [
    ...lines.map(({ unitCost }, index) => ({ path: `lines.${index}.unitCost`, amount: unitCost })),
    ...(shipping ? [{ path: "shipping", amount: shipping }] : []),
  ];
  const faults = amounts
    .filter(({ amount }) => amount.currency !== currency)
    .map(({ path }) => ({ path, code: "OTHER_CURRENCY", message: `The purchase order is in ${currency}` }));
  if (faults.length > 0) throw new ValidationError(faults);
}

export function creationWrites(ctx: Context, order: PurchaseOrder): Write[] {
  const { id, supplierId, orderId, status } = order;
  const data = { id, supplierId, ...(orderId === undefined ? {} : { orderId }), status, at: timestamp(ctx) };
  return [createWrite(ctx, order), outboxWrite(ctx, "purchaseOrder.created", data)];
}
