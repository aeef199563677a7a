import * as z from "zod";
import * as Finance from "../finance/index.ts";
import * as Inventory from "../inventory/index.ts";
import { type Context, timestamp } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { type Fault, ValidationError } from "../platform/errors.ts";
import { parse } from "../platform/parse.ts";
import { IdSchema } from "../platform/resources.ts";
import { type ChangeRequest, changeOrder, nextOrder, stepWrites } from "./change.ts";
import {
  type FulfilledPart,
  type Order,
  type OrderLine,
  moneyAttention,
  type OrderReturn,
  openUnits,
  statusByLines,
} from "./order.ts";

const text = (most: number) => z.string().trim().min(1).max(most);

export const ReturnOrderSchema = z.lazy(() =>
  z
    .strictObject({
      lines: z
        .array(
          z.strictObject({
            lineId: text(20),
            quantity: z.int().min(1),
            disposition: z
              .enum(["restock", "writeOff"])
              .default("restock")
              .describe("`restock`: back on sale, as the lot that it was. `writeOff`: it came back, and is of no use"),
            locationId: IdSchema.optional().describe("Where it came to; where it left from when absent"),
          }),
        )
        .min(1)
        .max(20)
        .optional()
        .describe("What came back; everything that left where absent"),
      reason: text(500).optional(),
    })
    .prefault({}),
);

type ReturnInput = z.output<typeof ReturnOrderSchema>;

/** Units of a lot that come back, with the part of their cost. */
interface Returning {
  productId: string;
  locationId: string;
  lot: Inventory.LotTake;
}

interface ReturnedLine {
  line: OrderLine;
  quantity: number;
  disposition: "restock" | "writeOff";
  locationId?: string | undefined;
  units: Returning[];
}

/**
 * Goods come back: into the lots that they left from and at the cost that they left with, or through the ledger into a
 * write-off. `returnId`: of a return that is known elsewhere; the order takes it once, whenever it is told again. Throws
 * VALIDATION_ERROR for more than has left, STATE_CONFLICT with reasons.
 */
export async function returnOrder(
  ctx: Context,
  request: ChangeRequest,
  { returnId }: { returnId?: string } = {},
): Promise<Order> {
  const input = parse(ReturnOrderSchema, request.input);
  await Promise.all(
    [...new Set(input.lines?.flatMap(({ locationId }) => locationId ?? []))].map((id) =>
      Inventory.requireLocation(ctx, id),
    ),
  );
  return changeOrder(ctx, "return", request, async (current, commit) => {
    if (current.returns.some(({ id }) => id === returnId)) return current;
    const returned = returnedLines(current, input);
    const units = returned.flatMap((one) => one.units);
    const id = returnId ?? ctx.newId("return");
    const at = timestamp(ctx);
    return Inventory.changeStock<Order>(ctx, {
      cause: { kind: "order", id: current.id },
      needs: units.map(
        ({ lot, ...place }): Inventory.Needed => ({
          ...place,
          lots: [{ lotId: lot.lotId, expirationDate: lot.expirationDate }],
        }),
      ),
      commit,
      work: (book) => {
        for (const { disposition, units: back } of returned) for (const unit of back) takeBack(book, unit, disposition);
        const record: OrderReturn = defined({
          id,
          at,
          reason: input.reason,
          lines: returned.map(({ line, quantity, disposition, locationId, units: back }) => ({
            lineId: line.id,
            quantity,
            disposition,
            locationId: locationId ?? back[0]?.locationId ?? Inventory.MAIN_LOCATION,
          })),
        });
        const lines = current.lines.map((line) => {
          const back = returned.find((one) => one.line.id === line.id);
          return back ? { ...line, returned: line.returned + back.quantity } : line;
        });
        const isWhole = lines.every((line) => line.returned === line.fulfilled);
        const after = nextOrder(ctx, current, {
          lines,
          // What is still to leave can leave: an order is not over because what has left is back.
          status: statusByLines(lines, current.status),
          ...(lines.every((line) => openUnits(line) === 0) ? { attention: moneyAttention(current) } : {}),
          returns: [...current.returns, record],
        });
        const step = {
          action: "return",
          event: isWhole ? "order.returned" : "order.partlyReturned",
          details: { return: record },
        };
        return {
          writes: [...stepWrites(ctx, current, after, step), ...booksOf(ctx, after, record, returned)],
          result: after,
        };
      },
    });
  });
}

function takeBack(book: Inventory.StockBook, { lot, ...place }: Returning, disposition: "restock" | "writeOff"): void {
  const { lotId, lotNumber, expirationDate, quantity, costMinor, currency } = lot;
  const cost = costMinor === undefined || currency === undefined ? undefined : { minor: costMinor, currency };
  book.receive({ ...place, lotId, lotNumber, expirationDate, quantity, cost, type: "returned" });
  // It was here for a moment: the ledger says that it came, and what became of it.
  if (disposition === "writeOff")
    book.issue({
      ...place,
      lotId,
      quantity,
      from: "free",
      maySell: "any",
      type: "damaged",
      notes: "Written off on return",
    });
}

function returnedLines(order: Order, { lines }: ReturnInput): ReturnedLine[] {
  const asked =
    lines ??
    order.lines.flatMap(({ id, fulfilled, returned }) =>
      fulfilled > returned
        ? [{ lineId: id, quantity: fulfilled - returned, disposition: "restock" as const, locationId: undefined }]
        : [],
    );
  const faults: Fault[] = [];
  const found = asked.flatMap(({ lineId, quantity, disposition, locationId }, index): ReturnedLine[] => {
    const line = order.lines.find(({ id }) => id === lineId);
    const there = line ? line.fulfilled - line.returned : 0;
    if (line && quantity <= there)
      return [{ line, quantity, disposition, locationId, units: unitsOf(order, line, { quantity, locationId }) }];
    const message = line ? `Only ${there} units of this line are with the buyer` : "The order has no such line";
    faults.push({
      path: `lines.${index}.${line ? "quantity" : "lineId"}`,
      code: line ? "TOO_MANY" : "UNKNOWN_LINE",
      message,
    });
    return [];
  });
  if (new Set(asked.map(({ lineId }) => lineId)).size < asked.length)
    faults.push({ path: "lines", code: "REPEATED_LINE", message: "Each line may be named once" });
  if (faults.length > 0) throw new ValidationError(faults);
  return found;
}

/** The lots that so many units of a line left from, after those that have come back already, each with its part of the cost. */
function unitsOf(
  order: Order,
  line: OrderLine,
  { quantity, locationId }: { quantity: number; locationId: string | undefined },
): Returning[] {
  const parts = order.fulfilments.flatMap(({ lines }) => lines.filter(({ lineId }) => lineId === line.id));
  const perProduct = new Map<string, (FulfilledPart & { lot: Inventory.LotTake })[]>();
  for (const part of parts.flatMap((one) => one.parts))
    for (const lot of part.lots)
      perProduct.set(part.productId, [...(perProduct.get(part.productId) ?? []), { ...part, lot }]);
  return [...perProduct.values()].flatMap((left) => {
    const perUnit = left.reduce((sum, { lot }) => sum + lot.quantity, 0) / line.fulfilled;
    let skipped = line.returned * perUnit;
    let wanted = quantity * perUnit;
    const units: Returning[] = [];
    for (const { productId, locationId: from, lot } of left) {
      const before = Math.min(skipped, lot.quantity);
      const taken = Math.min(wanted, lot.quantity - before);
      skipped -= before;
      wanted -= taken;
      if (taken > 0)
        units.push({
          productId,
          locationId: locationId ?? from,
          lot: { ...lot, quantity: taken, ...partOfCost(lot, before, taken) },
        });
    }
    return units;
  });
}

/** Costs of parts that come back one after the other sum to the whole: each is the difference of two rounded sums. */
function partOfCost({ costMinor, quantity }: Inventory.LotTake, before: number, taken: number): { costMinor?: number } {
  if (costMinor === undefined) return {};
  const upTo = (units: number) => Number((BigInt(costMinor) * BigInt(units)) / BigInt(quantity));
  return { costMinor: upTo(before + taken) - upTo(before) };
}

/** What came back is in the books at its cost again; what was written off leaves them as a loss. */
function booksOf(ctx: Context, order: Order, { id, at }: OrderReturn, returned: readonly ReturnedLine[]) {
  const costed = returned.flatMap(({ line, disposition, units }) =>
    units.flatMap(({ productId, lot }) =>
      lot.costMinor === undefined || lot.currency === undefined
        ? []
        : [
            {
              lineId: line.id,
              productId,
              disposition,
              quantity: lot.quantity,
              cost: { minor: lot.costMinor, currency: lot.currency },
              lotIds: [lot.lotId],
            },
          ],
    ),
  );
  const back = Finance.costEntries({
    orderId: order.id,
    channel: order.channel,
    causeId: id,
    direction: "returned",
    occurredAt: at,
    lines: costed.map(({ disposition: _disposition, ...line }) => line),
  });
  const lost = costed
    .filter(({ disposition }) => disposition === "writeOff")
    .flatMap(({ productId, quantity, cost, lotIds }) =>
      Finance.writeOffEntries({
        source: { kind: "return", id: `${id}#${lotIds.join()}` },
        occurredAt: at,
        productId,
        quantity,
        cost,
        reason: "damaged",
      }),
    );
  return Finance.entryWrites(ctx, [...back, ...lost]);
}
