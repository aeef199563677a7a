import * as z from "zod";
import * as Finance from "../finance/index.ts";
import * as Inventory from "../inventory/index.ts";
import { type Context, timestamp } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { type Fault, ValidationError } from "../platform/errors.ts";
import { parse } from "../platform/parse.ts";
import { type ChangeRequest, changeOrder, nextOrder, stepOf, stepWrites } from "./change.ts";
import { type Fulfilment, moneyAttention, openUnits, type Order, type OrderLine, statusByLines } from "./order.ts";
import { refused } from "./transitions.ts";

const text = (most: number) => z.string().trim().min(1).max(most);

export const FulfilOrderSchema = z.lazy(() =>
  z
    .strictObject({
      lines: z
        .array(
          z.strictObject({
            lineId: text(20),
            quantity: z.int().min(1),
            lotNumber: text(100).optional().describe("To take from; the lots that leave first where absent"),
          }),
        )
        .min(1)
        .max(1_000)
        .optional()
        .describe("What leaves; everything that is open where absent"),
      carrier: text(100).optional(),
      trackingNumber: text(200).optional(),
      trackingUrl: z.url().max(2_000).optional(),
      shippedAt: z.iso.datetime({ offset: true }).optional(),
    })
    .prefault({}),
);

type FulfilInput = z.output<typeof FulfilOrderSchema>;

/** Lines that one transaction takes: each writes its stock item, its lots, and a ledger entry a lot. */
const LINES_AT_ONCE = 20;

/**
 * Goods leave: the reserved units are taken from their lots, first expired first, and costed. More lines than a
 * transaction holds leave in several steps, each whole by itself, so that a repeat goes on where the first one ended.
 * Throws STATE_CONFLICT with reasons, INSUFFICIENT_STOCK when units have expired meanwhile.
 */
export async function fulfilOrder(ctx: Context, request: ChangeRequest): Promise<Order> {
  const input = parse(FulfilOrderSchema, request.input);
  const { expectedVersion, ...unversioned } = request;
  for (let step = 0; ; step++) {
    const lines = input.lines?.slice(step * LINES_AT_ONCE, (step + 1) * LINES_AT_ONCE);
    const stepInput = { ...(request.input as object | undefined), ...(step === 0 ? {} : { step }) };
    const order = await changeOrder(
      stepOf(ctx, step),
      "fulfil",
      { ...unversioned, input: stepInput, expectedVersion: step === 0 ? expectedVersion : undefined },
      (current, commit) => fulfilStep(ctx, { current, commit, input: { ...input, lines } }),
    );
    const isDone = input.lines
      ? (step + 1) * LINES_AT_ONCE >= input.lines.length
      : order.lines.every((line) => openUnits(line) === 0 || line.boughtBy !== undefined);
    if (isDone) return order;
  }
}

interface FulfilStep {
  current: Order;
  commit: Parameters<Parameters<typeof changeOrder>[3]>[1];
  input: FulfilInput;
}

async function fulfilStep(ctx: Context, { current, commit, input }: FulfilStep): Promise<Order> {
  const wanted = wantedLines(current, input);
  const takes = wanted.map(({ line, quantity, lotNumber }) => ({
    line,
    quantity,
    lotNumber,
    parts: current.affectsStock ? takeFromHolds(line, quantity) : { taken: [], left: [] },
  }));
  const needs = takes.flatMap(({ parts, lotNumber }) =>
    parts.taken.map((hold): Inventory.Needed => ({ ...hold, take: lotNumber === undefined ? hold.quantity : "all" })),
  );
  const id = ctx.newId("fulfilment");
  const at = input.shippedAt === undefined ? timestamp(ctx) : new Date(input.shippedAt).toISOString();
  return Inventory.changeStock<Order>(ctx, {
    cause: { kind: "order", id: current.id },
    needs,
    commit,
    work: (book) => {
      const fulfilment: Fulfilment = defined({
        id,
        at,
        carrier: input.carrier,
        trackingNumber: input.trackingNumber,
        trackingUrl: input.trackingUrl,
        lines: takes.map(({ line, quantity, parts, lotNumber }) => ({
          lineId: line.id,
          quantity,
          parts: parts.taken.map((hold) => {
            const issue = { ...hold, from: "reserved", maySell: "unexpired", lotNumber, type: "sale" } as const;
            const { productId, locationId } = hold;
            return { productId, locationId, lots: book.issue(issue).lots };
          }),
        })),
      });
      const byLine = new Map(takes.map((take) => [take.line.id, take]));
      const lines = current.lines.map((line) => {
        const take = byLine.get(line.id);
        return take ? { ...line, fulfilled: line.fulfilled + take.quantity, holds: take.parts.left } : line;
      });
      const isWhole = lines.every((line) => openUnits(line) === 0);
      const after = nextOrder(ctx, current, {
        lines,
        status: statusByLines(lines, "partiallyFulfilled"),
        ...(isWhole && current.attention?.code !== "DIFFERS_FROM_CHANNEL"
          ? { attention: moneyAttention(current) }
          : {}),
        fulfilments: [...current.fulfilments, fulfilment],
      });
      const step = {
        action: "fulfil",
        event: isWhole ? "order.fulfilled" : "order.partlyFulfilled",
        news: { fulfilmentId: id },
        details: { fulfilment },
      };
      return {
        writes: [...stepWrites(ctx, current, after, step), ...Finance.costWrites(ctx, costsOf(after, fulfilment))],
        result: after,
      };
    },
  });
}

interface Wanted {
  line: OrderLine;
  quantity: number;
  lotNumber?: string | undefined;
}

function wantedLines(order: Order, { lines }: FulfilInput): Wanted[] {
  if (!lines) {
    let room = LINES_AT_ONCE;
    // A bundle's line, or one that is reserved at several places, writes as much as several lines do.
    const open = order.lines.filter((line) => {
      const isOurs = openUnits(line) > 0 && line.boughtBy === undefined;
      const fits = isOurs && (room === LINES_AT_ONCE || line.holds.length <= room);
      if (fits) room -= Math.max(1, line.holds.length);
      return fits;
    });
    return checked(
      order,
      open.map((line) => ({ line, quantity: openUnits(line) })),
    );
  }
  const faults: Fault[] = [];
  const wanted = lines.flatMap(({ lineId, quantity, lotNumber }, index): Wanted[] => {
    const line = order.lines.find(({ id }) => id === lineId);
    if (line && openUnits(line) >= quantity) return [{ line, quantity, lotNumber }];
    const message = line ? `Only ${openUnits(line)} units of this line are open` : "The order has no such line";
    faults.push({
      path: `lines.${index}.${line ? "quantity" : "lineId"}`,
      code: line ? "TOO_MANY" : "UNKNOWN_LINE",
      message,
    });
    return [];
  });
  if (new Set(lines.map(({ lineId }) => lineId)).size < lines.length)
    faults.push({ path: "lines", code: "REPEATED_LINE", message: "Each line may be named once" });
  if (faults.length > 0) throw new ValidationError(faults);
  return checked(order, wanted);
}

function checked(order: Order, wanted: Wanted[]): Wanted[] {
  const reasons = wanted.flatMap(({ line }) => {
    if (line.boughtBy !== undefined)
      return [`line ${line.id} is bought by purchase order ${line.boughtBy}, and its supplier sends it`];
    return order.affectsStock && line.productId !== undefined && line.holds.length === 0
      ? [`nothing is reserved for line ${line.id}: allocate the order first`]
      : [];
  });
  if (wanted.length === 0) reasons.push("nothing of it is open");
  if (reasons.length > 0) throw refused("fulfil", order, reasons);
  return wanted;
}

/** The part of a line's holds that goes with so many of its units. A bundle's parts go in their proportion. */
export function takeFromHolds(line: OrderLine, quantity: number): { taken: Inventory.Hold[]; left: Inventory.Hold[] } {
  const open = openUnits(line);
  const taken: Inventory.Hold[] = [];
  const left: Inventory.Hold[] = [];
  const missing = new Map<string, number>();
  for (const { productId, quantity: held } of line.holds) missing.set(productId, (missing.get(productId) ?? 0) + held);
  for (const [productId, held] of missing) missing.set(productId, (held / open) * quantity);
  for (const hold of line.holds) {
    const part = Math.min(hold.quantity, missing.get(hold.productId) ?? 0);
    missing.set(hold.productId, (missing.get(hold.productId) ?? 0) - part);
    if (part > 0) taken.push({ ...hold, quantity: part });
    if (hold.quantity > part) left.push({ ...hold, quantity: hold.quantity - part });
  }
  return { taken, left };
}

/** What the goods had cost, where that is known. */
function costsOf(order: Order, { id, at, lines }: Fulfilment): Finance.CostFacts {
  return {
    orderId: order.id,
    channel: order.channel,
    causeId: id,
    direction: "issued",
    occurredAt: at,
    lines: lines.flatMap(({ lineId, parts }) =>
      parts.flatMap(({ productId, lots }) => {
        const costed = lots.filter(({ costMinor }) => costMinor !== undefined);
        const [first] = costed;
        if (!first?.currency) return [];
        return [
          {
            lineId,
            productId,
            quantity: costed.reduce((sum, lot) => sum + lot.quantity, 0),
            cost: { minor: costed.reduce((sum, lot) => sum + (lot.costMinor ?? 0), 0), currency: first.currency },
            lotIds: costed.map(({ lotId }) => lotId),
          },
        ];
      }),
    ),
  };
}
