import * as Inventory from "../inventory/index.ts";
import { type Context, requirePermission } from "../platform/context.ts";
import { type Fault, ValidationError } from "../platform/errors.ts";
import { idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import { costOfArrival } from "./amounts.ts";
import { changeWrites, lostRace, next } from "./change.ts";
import { endedWith, stillSaid } from "./lines.ts";
import type { PurchaseOrder, PurchaseOrderLine } from "./purchase-order.ts";
import { readPurchaseOrder } from "./purchase-order.store.ts";
import { ReceivePurchaseOrderSchema } from "./schemas.ts";
import { refused, requireAllowed, statusBy } from "./status.ts";
import { requireVersion, type StepInput } from "./steps.ts";

/**
 * Goods come into stock, each line as a lot that costs what the supplier charged for it. A line is a transaction: with its
 * Idempotency-Key a repeat goes on where the first one ended. Throws STATE_CONFLICT, VERSION_CONFLICT, VALIDATION_ERROR.
 */
export async function receivePurchaseOrder(
  ctx: Context,
  { id, expectedVersion, input }: StepInput,
): Promise<PurchaseOrder> {
  requirePermission(ctx, "suppliers.write");
  const { lines } = parse(ReceivePurchaseOrderSchema, input);
  const first = await readPurchaseOrder(ctx, id);
  check(first, lines);
  let current = first;
  for (const [place, arrived] of lines.entries()) {
    const stepCtx =
      ctx.idempotencyKey === undefined || place === 0
        ? ctx
        : { ...ctx, idempotencyKey: `${ctx.idempotencyKey}#${place}` };
    current = await idempotent<PurchaseOrder>(stepCtx, "purchasing.receive", { id, input, place }, async (commit) => {
      const order = await readPurchaseOrder(ctx, id);
      if (place === 0) requireVersion(order, expectedVersion);
      requireAllowed("receive", order);
      const line = lineOf(order, arrived.lineId);
      const delivery = (await Inventory.readDeliveries(ctx, [line.deliveryId ?? ""])).get(line.deliveryId ?? "");
      if (!delivery || delivery.status !== "open")
        throw refused("receive", order, [`nothing more of line ${line.id} is expected`]);
      const after = withArrival(ctx, order, arrived);
      const own = { writes: changeWrites(ctx, order, after), result: after };
      const arrival = { ...arrived, delivery, cost: costOf(order, line, arrived.quantity) };
      return Inventory.receiveGoods(ctx, { arrival, commit, own }).catch((error: unknown) => {
        throw lostRace(error, order);
      });
    });
  }
  return current;
}

type Arrived = ReturnType<typeof parseInput>["lines"][number];
const parseInput = (input: unknown) => parse(ReceivePurchaseOrderSchema, input);

function check(order: PurchaseOrder, lines: readonly Arrived[]): void {
  if (order.destination === "customer") throw refused("receive", order, ["its goods go to the buyer, not to us"]);
  const seen = new Set<string>();
  const faults = lines.flatMap(({ lineId, quantity, isLast }, index): Fault[] => {
    const path = `lines.${index}`;
    const found: Fault[] = [];
    if (!order.lines.some(({ id }) => id === lineId))
      found.push({ path: `${path}.lineId`, code: "UNKNOWN_LINE", message: "The purchase order has no such line" });
    if (seen.has(lineId))
      found.push({ path: `${path}.lineId`, code: "REPEATED_LINE", message: "Each line may be named once" });
    if (quantity === 0 && !isLast)
      found.push({
        path: `${path}.quantity`,
        code: "NOTHING",
        message: "Nothing came, and more will: that is no news",
      });
    seen.add(lineId);
    return found;
  });
  if (faults.length > 0) throw new ValidationError(faults);
}

function lineOf(order: PurchaseOrder, lineId: string): PurchaseOrderLine {
  const line = order.lines.find(({ id }) => id === lineId);
  if (!line) throw refused("receive", order, [`it has no line ${lineId}`]);
  return line;
}

function withArrival(ctx: Context, order: PurchaseOrder, { lineId, quantity, isLast }: Arrived): PurchaseOrder {
  const arrived = order.lines.map((line) => {
    if (line.id !== lineId) return line;
    const received = line.received + quantity;
    return { ...line, received, ...(isLast || received >= line.quantity ? { isClosed: true } : {}) };
  });
  const status = statusBy(order.parts, arrived);
  const lines = endedWith(status, arrived, order.parts);
  return next(ctx, order, "receive", { lines, status, attention: stillSaid({ ...order, lines }) });
}

function costOf(order: PurchaseOrder, line: PurchaseOrderLine, arriving: number) {
  const { paidMinor, unitCostMinor, quantity, received } = line;
  const paid = paidMinor ?? unitCostMinor * quantity;
  return { minor: costOfArrival({ paid, quantity }, { before: received, arriving }), currency: order.currency };
}
