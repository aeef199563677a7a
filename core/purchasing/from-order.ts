import * as Orders from "../orders/index.ts";
import { type Context, requirePermission } from "../platform/context.ts";
import { AppError, DependencyError, type Fault, ValidationError } from "../platform/errors.ts";
import { idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { accountToBuyWith } from "./buyer.ts";
import { creationWrites, newPurchaseOrder, type WantedLine, withOffers } from "./create.ts";
import type { PurchaseOrder } from "./purchase-order.ts";
import { type FromOrderInput, FromOrderSchema, MAX_LINES } from "./schemas.ts";
import { recipientOf } from "./ship-to.ts";

/** How often the order may change in between. */
const MAX_ATTEMPTS = 6;

/**
 * Buys an order's open units at a supplier who sends them to the buyer. The order says of its lines that they are bought, in
 * the same transaction: what was reserved for them is free again, and nobody buys them twice. Throws NOT_FOUND,
 * STATE_CONFLICT with reasons, VALIDATION_ERROR for a line that no offer of the supplier is known for.
 */
export async function buyForOrder(ctx: Context, input: unknown): Promise<PurchaseOrder> {
  requirePermission(ctx, "suppliers.write");
  const { lines: asked, orderId, ...facts } = parse(FromOrderSchema, input);
  return idempotent<PurchaseOrder>(ctx, "purchasing.fromOrder", input, async (commit) => {
    const accountId = await accountToBuyWith(ctx, facts);
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt++) {
      const order = await Orders.orderToBuyFor(ctx, orderId);
      const chosen = linesOf(order, facts.supplierId, asked);
      if (!recipientOf(order))
        throw new AppError("STATE_CONFLICT", "Unable to buy for order: it does not say to whom and where it goes", {
          field: "shippingAddress",
          details: { id: orderId },
        });
      const lines = await withOffers(ctx, facts.supplierId, merged(wantedOf(chosen)));
      const purchase = newPurchaseOrder(ctx, facts, { lines, accountId, shipTo: {}, orderId });
      const lineIds = chosen.map(({ line }) => line.id);
      const covered = Orders.coverWrites(ctx, order, { purchaseOrderId: purchase.id, lineIds });
      try {
        return await commit([...covered, ...creationWrites(ctx, purchase)], purchase);
      } catch (error) {
        if (!(error instanceof TransactionCanceled) || !error.failedAt(0)) throw error;
      }
    }
    throw new DependencyError("database", "The order kept being changed while it was bought for");
  });
}

type Asked = NonNullable<FromOrderInput["lines"]>[number];

interface Chosen {
  line: Orders.OrderLine;
  asked?: Asked;
}

function linesOf(order: Orders.Order, supplierId: string, asked: readonly Asked[] | undefined): Chosen[] {
  if (asked) {
    requireDistinct(asked);
    return asked.map((one) => {
      const line = order.lines.find(({ id }) => id === one.lineId);
      if (line) return { line, asked: one };
      throw new AppError("VALIDATION_ERROR", `The order has no line ${one.lineId}`, { field: "lines" });
    });
  }
  const chosen = Orders.linesToBuy(order)
    .filter((line) => line.productId !== undefined && (line.supplierId ?? supplierId) === supplierId)
    .slice(0, MAX_LINES)
    .map((line) => ({ line }));
  if (chosen.length > 0) return chosen;
  throw new AppError("STATE_CONFLICT", "Unable to buy for order: it has no line that this supplier could send", {
    details: { id: order.id, status: order.status },
  });
}

/** A line that is named twice would be bought twice: each is bought with all that is open of it. */
function requireDistinct(asked: readonly Asked[]): void {
  const seen = new Set<string>();
  const faults = asked.flatMap(({ lineId }, index): Fault[] => {
    if (seen.has(lineId))
      return [{ path: `lines.${index}.lineId`, code: "REPEATED_LINE", message: "Each line may be named once" }];
    seen.add(lineId);
    return [];
  });
  if (faults.length > 0) throw new ValidationError(faults);
}

/** Most suppliers know their goods by the SKU that we took from them: where they do not, the caller says by what. */
function wantedOf(chosen: readonly Chosen[]): WantedLine[] {
  return chosen.map(({ line, asked }) => {
    const { quantity, fulfilled, cancelled, productId, sku } = line;
    const units = quantity - fulfilled - cancelled;
    const externalId = asked?.externalId ?? sku;
    if (externalId === undefined)
      throw new AppError("VALIDATION_ERROR", `Line ${line.id} has no SKU: name the supplier's own id of it`, {
        field: "lines",
        details: { orderLine: line.id },
      });
    const covers = [{ lineId: line.id, quantity: units }];
    return { productId, externalId, optionId: asked?.optionId, quantity: units, unitCost: asked?.unitCost, covers };
  });
}

/** Lines of one offer as one: a supplier is asked for each of its goods once. */
function merged(lines: readonly WantedLine[]): WantedLine[] {
  const byOffer = Map.groupBy(lines, ({ externalId, optionId }) => `${externalId}\n${optionId ?? ""}`);
  return [...byOffer.values()].flatMap((same) => {
    const [first] = same;
    if (!first) return [];
    const quantity = same.reduce((sum, line) => sum + line.quantity, 0);
    return [{ ...first, quantity, covers: same.flatMap(({ covers }) => covers ?? []) }];
  });
}
