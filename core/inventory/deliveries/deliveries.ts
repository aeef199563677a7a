import * as Catalog from "../../catalog/index.ts";
import * as Finance from "../../finance/index.ts";
import { type Context, requirePermission, timestamp } from "../../platform/context.ts";
import { defined } from "../../platform/defined.ts";
import { AppError, NotFoundError, VersionConflictError } from "../../platform/errors.ts";
import { outboxWrite } from "../../platform/events.ts";
import { idempotent } from "../../platform/idempotency.ts";
import { multiply } from "../../platform/money.ts";
import { parse } from "../../platform/parse.ts";
import { readTogether } from "../../platform/reads.ts";
import { newResource, type Page, PageSchema, revise } from "../../platform/resources.ts";
import { TransactionCanceled } from "../../platform/table-errors.ts";
import { adjustmentEntries } from "../adjustment-books.ts";
import { bundlesRead } from "../bundle.store.ts";
import { changeStock } from "../change-stock.ts";
import { MAIN_LOCATION } from "../location.ts";
import { requireLocations } from "../locations.ts";
import {
  CancelDeliverySchema,
  CreateDeliverySchema,
  type Delivery,
  ReceiveDeliverySchema,
  requireAllowed,
} from "./delivery.ts";
import { deliveries, expectedWrite } from "./delivery.store.ts";

/** Notes units that were ordered. Throws NOT_FOUND (product, location), STATE_CONFLICT for a bundle. */
export async function expectDelivery(ctx: Context, input: unknown): Promise<Delivery> {
  requirePermission(ctx, "inventory.adjust");
  const { locationId = MAIN_LOCATION, ...data } = parse(CreateDeliverySchema, input);
  return idempotent<Delivery>(ctx, "inventory.expectDelivery", input, async (commit) => {
    const { productId, quantity } = data;
    await Promise.all([requireStocked(ctx, productId), requireLocations(ctx, [locationId])]);
    const delivery = defined({
      ...newResource(ctx, "delivery"),
      status: "open",
      ...data,
      locationId,
      remaining: quantity,
      receipts: [],
    }) as Delivery;
    const event = outboxWrite(ctx, "delivery.expected", { id: delivery.id, productId, locationId, quantity });
    const writes = [deliveries.createWrite(ctx, delivery), expectedWrite(ctx, delivery, quantity), event];
    return commit(writes, delivery);
  });
}

export async function getDelivery(ctx: Context, id: string): Promise<Delivery> {
  requirePermission(ctx, "inventory.read");
  return deliveries.get(ctx, id);
}

/** Newest first. */
export async function listDeliveries(ctx: Context, input: unknown): Promise<Page<Delivery>> {
  requirePermission(ctx, "inventory.read");
  return deliveries.list(ctx, parse(PageSchema, input));
}

interface StepInput {
  id: string;
  expectedVersion?: number | undefined;
  input?: unknown;
}

/**
 * Units come: a lot like any other's, in one transaction with what is expected still. Throws STATE_CONFLICT,
 * VERSION_CONFLICT.
 */
export async function receiveDelivery(ctx: Context, { id, expectedVersion, input }: StepInput): Promise<Delivery> {
  requirePermission(ctx, "inventory.adjust");
  const { quantity, unitCost, lotNumber, expirationDate, notes, isLast } = parse(ReceiveDeliverySchema, input);
  return idempotent<Delivery>(ctx, "inventory.receiveDelivery", { id, input }, async (commit) => {
    const delivery = await deliveries.get(ctx, id);
    requireAllowed(delivery, "receive");
    const { productId, locationId } = delivery;
    const adjustmentId = ctx.newId("adjustment");
    const left = isLast ? 0 : Math.max(0, delivery.remaining - quantity);
    const status = left === 0 ? "received" : "open";
    const changed = revise(ctx, "Expected delivery", delivery, { status, remaining: left }, expectedVersion);
    return changeStock<Delivery>(ctx, {
      cause: { kind: "adjustment", id: adjustmentId },
      needs: [{ productId, locationId }],
      commit,
      work: (book) => {
        const cost = unitCost && multiply(unitCost, { digits: BigInt(quantity), scale: 0 });
        const lot = { productId, locationId, quantity, cost, lotNumber, expirationDate, notes };
        const lotId = book.receive({ ...lot, type: "restock" });
        const at = timestamp(ctx);
        const receipt = { adjustmentId, lotId, quantity, at };
        const result: Delivery = { ...changed, receipts: [...delivery.receipts, receipt] };
        const books = adjustmentEntries({
          source: adjustmentId,
          productId,
          type: "restock",
          notes,
          occurredAt: at,
          entries: book.entries,
        });
        return {
          writes: [
            deliveries.replaceWrite(ctx, result),
            expectedWrite(ctx, delivery, left - delivery.remaining),
            outboxWrite(ctx, "delivery.received", { id, productId, locationId, quantity, status }),
            ...Finance.entryWrites(ctx, books),
          ],
          result,
        };
      },
    }).catch((error: unknown) => {
      throw lostRace(error, delivery);
    });
  });
}

/** Nothing more will come. Throws STATE_CONFLICT, VERSION_CONFLICT. */
export async function cancelDelivery(ctx: Context, { id, expectedVersion, input }: StepInput): Promise<Delivery> {
  requirePermission(ctx, "inventory.adjust");
  parse(CancelDeliverySchema, input);
  return idempotent<Delivery>(ctx, "inventory.cancelDelivery", { id }, async (commit) => {
    const delivery = await deliveries.get(ctx, id);
    requireAllowed(delivery, "cancel");
    const changes = { status: "cancelled" as const, remaining: 0 };
    const cancelled = revise(ctx, "Expected delivery", delivery, changes, expectedVersion);
    const writes = [
      deliveries.replaceWrite(ctx, cancelled),
      expectedWrite(ctx, delivery, -delivery.remaining),
      outboxWrite(ctx, "delivery.cancelled", { id, productId: delivery.productId }),
    ];
    return commit(writes, cancelled).catch((error: unknown) => {
      throw lostRace(error, delivery);
    });
  });
}

function lostRace(error: unknown, { id, version }: Delivery): unknown {
  const isLate = error instanceof TransactionCanceled && error.failedAt(0);
  return isLate ? new VersionConflictError("Expected delivery", id, version) : error;
}

/** Throws NOT_FOUND, and STATE_CONFLICT for a bundle, which has no stock of its own. */
export async function requireStocked(ctx: Context, productId: string): Promise<Catalog.Product> {
  const [products, bundles] = await readTogether(
    ctx,
    Catalog.productsRead(ctx, [productId]),
    bundlesRead(ctx, [productId]),
  );
  const product = products.get(productId);
  if (!product) throw new NotFoundError("Product", productId);
  if (bundles.has(productId))
    throw new AppError("STATE_CONFLICT", "A bundle has no stock of its own: name its components", {
      details: { productId },
    });
  return product;
}
