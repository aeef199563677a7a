import * as z from "zod";
import * as Catalog from "../catalog/index.ts";
import * as Inventory from "../inventory/index.ts";
import { type Context, requirePermission } from "../platform/context.ts";
import { NotFoundError } from "../platform/errors.ts";
import { type Money, toWire } from "../platform/money.ts";
import { parse } from "../platform/parse.ts";
import { readTogether } from "../platform/reads.ts";
import { IdSchema } from "../platform/resources.ts";
import { type Batch, type Consumed, viewConsumed } from "./batch.ts";
import { batchesRead } from "./batch.store.ts";

export const TraceSchema = z.lazy(() =>
  z
    .strictObject({
      lotNumber: z.string().trim().min(1).max(100).optional().describe("All lots of this number"),
      lotId: IdSchema.optional(),
    })
    .refine(({ lotNumber, lotId }) => (lotNumber === undefined) !== (lotId === undefined), {
      message: "say one of lotNumber and lotId",
      path: ["lotNumber"],
    }),
);

/** What one answer follows: enough for every recall that a person can work through, and never without an end. */
const MOST_LOTS = 100;
const MOST_ENTRIES = 20_000;

export interface TracedLot extends Inventory.Trail {
  product: { sku: string; name: string };
  /** 0 for what was asked for, 1 for what was made of it, and so on. */
  level: number;
  /** What a lot that we made was made of. */
  madeOf?: Consumed[];
  /** What was made of it. */
  madeInto: { batchId: string; lotId: string }[];
}

export interface Trace {
  lots: TracedLot[];
  /** The orders that got units of any of the lots and have not sent all of them back. */
  orderIds: string[];
  /** False when there is more than one answer follows: ask for the lots at the end by themselves. */
  isComplete: boolean;
}

/**
 * Where lots came from and where every unit of them is: on the shelf, sold, moved, written off, or in what was made of
 * it, which is followed down. Two calls a lot and one for each level of batches. Throws NOT_FOUND.
 */
export async function traceLots(ctx: Context, input: unknown): Promise<Trace> {
  requirePermission(ctx, "inventory.read");
  const { lotNumber, lotId } = parse(TraceSchema, input);
  const budget = { entries: MOST_ENTRIES };
  const lots = new Map<string, TracedLot>();
  let isComplete = true;
  let ids = lotNumber === undefined ? [lotId ?? ""] : await idsOfNumber(ctx, lotNumber);
  for (let level = 0; ids.length > 0; level++) {
    const room = MOST_LOTS - lots.size;
    if (ids.length > room || budget.entries <= 0) isComplete = false;
    const found = await Promise.all(ids.slice(0, room).map((id) => Inventory.readTrail(ctx, id, budget)));
    const trails = found.flatMap((trail) => trail ?? []);
    const batches = await batchesOf(ctx, trails);
    const traced = trails.map((trail) => tracedLot(trail, batches, level));
    for (const one of traced) lots.set(one.lot.id, one);
    const madeInto = new Set(traced.flatMap((one) => one.madeInto.map((made) => made.lotId)));
    ids = [...madeInto].filter((id) => !lots.has(id));
  }
  if (lots.size === 0) throw new NotFoundError("Lot", lotNumber ?? lotId ?? "");
  isComplete &&= [...lots.values()].every(({ isWhole }) => isWhole);
  const products = await Catalog.findProducts(ctx, new Set([...lots.values()].map(({ lot }) => lot.productId)));
  for (const traced of lots.values()) {
    const { sku = "", name = "" } = products.get(traced.lot.productId) ?? {};
    traced.product = { sku, name };
  }
  return { lots: [...lots.values()], orderIds: ordersOf(lots.values()), isComplete };
}

async function idsOfNumber(ctx: Context, lotNumber: string): Promise<string[]> {
  const lots = await Inventory.lotsOfNumber(ctx, lotNumber, MOST_LOTS + 1);
  return lots.map(({ id }) => id);
}

/** The batches that took units of the lots, and those that made them. */
async function batchesOf(ctx: Context, trails: readonly Inventory.Trail[]): Promise<Map<string, Batch>> {
  const ids = trails.flatMap(({ lot, consumed }) => [
    ...consumed.map(({ batchId }) => batchId),
    ...(lot.cause.kind === "batch" ? [lot.cause.id] : []),
  ]);
  const [batches] = await readTogether(ctx, batchesRead(ctx, ids));
  return batches;
}

function tracedLot(trail: Inventory.Trail, batches: Map<string, Batch>, level: number): TracedLot {
  const { kind, id } = trail.lot.cause;
  const madeOf = kind === "batch" ? batches.get(id)?.consumed : undefined;
  const madeInto = trail.consumed.flatMap(({ batchId }) => {
    const lotId = batches.get(batchId)?.output?.lotId;
    return lotId === undefined ? [] : [{ batchId, lotId }];
  });
  return { ...trail, product: { sku: "", name: "" }, level, madeInto, ...(madeOf ? { madeOf } : {}) };
}

function ordersOf(lots: Iterable<TracedLot>): string[] {
  const withCustomers = [...lots].flatMap(({ sold }) => sold.filter((units) => units.quantity > units.returned));
  return [...new Set(withCustomers.flatMap(({ cause }) => (cause.kind === "order" ? [cause.id] : [])))].toSorted();
}

/** As callers see it: a lot's own facts beside where its units are. */
export function viewTrace({ lots, ...trace }: Trace) {
  return { ...trace, lots: lots.map(viewTracedLot) };
}

function viewTracedLot({ lot, madeOf, product, ...trail }: TracedLot) {
  const { id, costMinor, currency, cause, receivedAt, received: _received, ...facts } = lot;
  const cost: Money | undefined =
    costMinor === undefined || currency === undefined ? undefined : { minor: costMinor, currency };
  return {
    lotId: id,
    ...facts,
    ...product,
    receivedFrom: { cause, at: receivedAt, ...(cost ? { cost: toWire(cost) } : {}) },
    ...trail,
    ...(madeOf ? { madeOf: madeOf.map(viewConsumed) } : {}),
  };
}
