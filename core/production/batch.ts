import * as z from "zod";
import { DateSchema, type LotTake, MAX_UNITS } from "../inventory/index.ts";
import { defined } from "../platform/defined.ts";
import { AppError } from "../platform/errors.ts";
import { type Money, toWire } from "../platform/money.ts";
import { IdSchema, type Page, PageSchema, type Resource } from "../platform/resources.ts";
import type { Ingredient } from "./recipe.ts";

export const BATCH_STATUSES = ["planned", "started", "finished", "cancelled"] as const;
export type BatchStatus = (typeof BATCH_STATUSES)[number];
export type BatchAction = "start" | "finish" | "cancel";

/** Runs of a recipe that are made together. It keeps which lots went in and which came out. */
export interface Batch extends Resource {
  status: BatchStatus;
  recipeId: string;
  /** What the recipe said when the batch was planned; it may change later, the batch does not. */
  recipeVersion: number;
  productId: string;
  runs: number;
  locationId: string;
  /** Of all the runs together. */
  ingredients: Ingredient[];
  /** Units that come out when nothing is lost, and those that are expected to. */
  nominalQuantity: number;
  expectedQuantity: number;
  shelfLifeDays?: number;
  /** What the lot that comes out shall be called. */
  lotNumber?: string;
  notes?: string;
  consumed?: Consumed[];
  /** What went in cost together; what comes out costs the same. Absent when nobody knows any of it. */
  cost?: Money;
  /** Consumed units whose cost nobody knows: they are in no cost. */
  uncosted?: number;
  output?: BatchOutput;
  startedAt?: string;
  finishedAt?: string;
  cancelledAt?: string;
}

export interface Consumed {
  productId: string;
  quantity: number;
  lots: LotTake[];
}

export interface BatchOutput {
  quantity: number;
  /** Absent when nothing came out: the cost of what went in is lost then. */
  lotId?: string;
  expirationDate?: string;
  /** Percent of the nominal quantity, to two decimals. */
  yieldPercent: number;
}

export const PlanBatchSchema = z.lazy(() =>
  z.strictObject({
    recipeId: IdSchema,
    runs: z.int().min(1).max(1_000_000),
    locationId: IdSchema.optional().describe("Where it is made: the main location where absent"),
    lotNumber: z.string().trim().min(1).max(100).optional().describe("Of the lot that will come out"),
    notes: z.string().trim().max(2_000).optional(),
  }),
);

export const FinishBatchSchema = z.lazy(() =>
  z.strictObject({
    quantity: z.int().min(0).max(MAX_UNITS).describe("Units that came out; 0 when all was lost"),
    expirationDate: DateSchema.optional().describe("By the recipe's shelf life where absent"),
    lotNumber: z.string().trim().min(1).max(100).optional().describe("As planned where absent"),
  }),
);

export const EmptySchema = z.lazy(() => z.strictObject({}).prefault({}));

export const ListBatchesSchema = z.lazy(() =>
  PageSchema.unwrap()
    .extend({ status: z.enum(BATCH_STATUSES).optional() })
    .strict(),
);

/** The life of a batch, to be read aloud. What is not here is refused. */
const TRANSITIONS: Record<BatchAction, Partial<Record<BatchStatus, BatchStatus>>> = {
  start: { planned: "started" },
  finish: { started: "finished" },
  cancel: { planned: "cancelled", started: "cancelled" },
};

const WHY_NOT: Record<BatchStatus, string> = {
  planned: "its ingredients have not been taken yet: start it first",
  started: "its ingredients have been taken already",
  finished: "what it made is in stock already: adjust that, if it is wrong",
  cancelled: "what it had taken is back in stock: plan another one",
};

/** The status after an action. Throws STATE_CONFLICT with the reason why not, and what could be done. */
export function nextStatus({ id, status }: Batch, action: BatchAction): BatchStatus {
  const next = TRANSITIONS[action][status];
  if (next) return next;
  const reason = WHY_NOT[status];
  throw new AppError("STATE_CONFLICT", `A batch that is ${status} cannot be changed by ${action}: ${reason}`, {
    details: { id, status, action, reason, allowed: actionsOf(status) },
  });
}

function actionsOf(status: BatchStatus): BatchAction[] {
  return (Object.keys(TRANSITIONS) as BatchAction[]).filter((action) => TRANSITIONS[action][status]);
}

/** What all that went in cost, exactly. Throws STATE_CONFLICT for costs of several currencies, which have no sum. */
export function rolledUpCost(consumed: readonly Consumed[]): Pick<Batch, "cost" | "uncosted"> {
  const lots = consumed.flatMap((one) => one.lots);
  const costed = lots.filter((lot) => lot.costMinor !== undefined);
  const currencies = [...new Set(costed.flatMap(({ currency }) => currency ?? []))];
  if (currencies.length > 1)
    throw new AppError(
      "STATE_CONFLICT",
      `The ingredients' costs are in ${currencies.join(" and ")}: they have no sum`,
      {
        details: { currencies },
      },
    );
  const [currency] = currencies;
  const uncosted = lots.reduce((sum, lot) => sum + (lot.costMinor === undefined ? lot.quantity : 0), 0);
  if (currency === undefined) return { uncosted };
  return { cost: { minor: costed.reduce((sum, lot) => sum + (lot.costMinor ?? 0), 0), currency }, uncosted };
}

/** Percent to two decimals, by integers: 29 of 30 is 96.66. */
export function yieldPercent(quantity: number, nominalQuantity: number): number {
  return Number((BigInt(quantity) * 10_000n) / BigInt(nominalQuantity)) / 100;
}

/** The last day of sale of what is finished at this time. */
export function lastDay(finishedAtMs: number, shelfLifeDays: number | undefined): string | undefined {
  if (shelfLifeDays === undefined) return undefined;
  return new Date(finishedAtMs + shelfLifeDays * 86_400_000).toISOString().slice(0, 10);
}

/** As callers see it. */
export function viewBatch({ cost, consumed, ...batch }: Batch) {
  return defined({ ...batch, cost: cost && toWire(cost), consumed: consumed?.map(viewConsumed) });
}

export function viewBatchPage({ items, ...page }: Page<Batch>) {
  return { items: items.map(viewBatch), ...page };
}

export function viewConsumed({ lots, ...rest }: Consumed) {
  return {
    ...rest,
    lots: lots.map(({ costMinor, currency, ...lot }) =>
      costMinor === undefined || currency === undefined
        ? lot
        : { ...lot, cost: toWire({ minor: costMinor, currency }) },
    ),
  };
}
