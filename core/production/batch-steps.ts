import * as Inventory from "../inventory/index.ts";
import { type Context, requirePermission, timestamp } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { AppError, ValidationError, VersionConflictError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import { revise } from "../platform/resources.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import {
  type Batch,
  type BatchAction,
  type BatchOutput,
  type Consumed,
  EmptySchema,
  FinishBatchSchema,
  lastDay,
  nextStatus,
  rolledUpCost,
  yieldPercent,
} from "./batch.ts";
import { batches } from "./batch.store.ts";

export interface StepInput {
  id: string;
  expectedVersion?: number | undefined;
  input?: unknown;
}

/** Of a stock item, each of its lots at most: position, ledger entry and a place in the expiry schedule. */
const WRITES_A_LOT = 3;
/** Batch, event, totals, idempotency record. */
const OTHER_WRITES = 4;
const MOST_WRITES = 100;

/**
 * Takes the ingredients, those lots first that expire first: all of them or none. Throws INSUFFICIENT_STOCK with what
 * each one lacks in `details.lines`, STATE_CONFLICT, VERSION_CONFLICT.
 */
export async function startBatch(ctx: Context, step: StepInput): Promise<Batch> {
  parse(EmptySchema, step.input);
  return take(ctx, "start", step, ({ ingredients, locationId }) => ({
    needs: ingredients.map(({ productId, quantity }) => ({ productId, locationId, take: quantity })),
    work: (book) => {
      const lines = ingredients.flatMap(({ productId, quantity }) =>
        shortOf(book, { productId, locationId }, quantity),
      );
      if (lines.length > 0)
        throw new AppError("INSUFFICIENT_STOCK", `${lines.length} of ${ingredients.length} ingredients are short`, {
          details: { lines },
        });
      const consumed = ingredients.map(({ productId, quantity }): Consumed => {
        const { lots } = book.issue({
          productId,
          locationId,
          quantity,
          from: "free",
          maySell: "unexpired",
          type: "consumed",
        });
        return { productId, quantity, lots };
      });
      requireUndoable(consumed);
      return { consumed, ...rolledUpCost(consumed), startedAt: timestamp(ctx) };
    },
  }));
}

/**
 * What was made comes into stock as one lot that costs what went in, to the minor unit. Throws STATE_CONFLICT,
 * VERSION_CONFLICT.
 */
export async function finishBatch(ctx: Context, step: StepInput): Promise<Batch> {
  const { quantity, expirationDate: givenDay, lotNumber: givenNumber } = parse(FinishBatchSchema, step.input);
  return take(ctx, "finish", step, ({ productId, locationId, nominalQuantity, cost, ...batch }) => ({
    needs: quantity === 0 ? [] : [{ productId, locationId }],
    work: (book) => {
      const expirationDate = givenDay ?? lastDay(ctx.now(), batch.shelfLifeDays);
      const lotNumber = givenNumber ?? batch.lotNumber;
      const lot = { productId, locationId, quantity, cost, lotNumber, expirationDate };
      const lotId = quantity === 0 ? undefined : book.receive({ ...lot, type: "produced" });
      const percent = yieldPercent(quantity, nominalQuantity);
      const output = defined({ quantity, lotId, expirationDate, yieldPercent: percent }) as BatchOutput;
      return { output, ...(lotNumber === undefined ? {} : { lotNumber }), finishedAt: timestamp(ctx) };
    },
  }));
}

/** Before the start nothing moves; after it what went in comes back, into the same lots at the same cost, once. */
export async function cancelBatch(ctx: Context, step: StepInput): Promise<Batch> {
  parse(EmptySchema, step.input);
  return take(ctx, "cancel", step, ({ consumed = [], locationId }) => ({
    needs: consumed.map(({ productId, lots }) => ({ productId, locationId, lots })),
    work: (book) => {
      for (const { productId, lots } of consumed)
        for (const lot of lots) giveBack(book, { productId, locationId }, lot);
      return { cancelledAt: timestamp(ctx) };
    },
  }));
}

interface Step {
  needs: Inventory.Needed[];
  /** Moves units in the book and says what changes of the batch. */
  work: (book: Inventory.StockBook) => Partial<Batch>;
}

/**
 * BATCH_UNCHANGED: two starts of one batch race here. Both read version n; the batch is written in the transaction that
 * moves the units, so the second one's condition no longer holds and its units do not move.
 */
async function take(
  ctx: Context,
  action: BatchAction,
  { id, expectedVersion, input = {} }: StepInput,
  step: (batch: Batch) => Step,
): Promise<Batch> {
  requirePermission(ctx, "inventory.adjust");
  return idempotent<Batch>(ctx, `production.${action}Batch`, { id, input }, async (commit) => {
    const batch = await batches.get(ctx, id);
    const status = nextStatus(batch, action);
    // Before the units are looked at: who holds an old version is told so, whatever there is in stock.
    const changed = revise(ctx, "Batch", batch, { status }, expectedVersion);
    const { needs, work } = step(batch);
    try {
      return await Inventory.changeStock<Batch>(ctx, {
        cause: { kind: "batch", id },
        needs,
        commit,
        work: (book) => {
          const result: Batch = { ...changed, ...work(book) };
          const event = outboxWrite(ctx, `batch.${status}`, { id, productId: batch.productId, status });
          return { writes: [batches.replaceWrite(ctx, result), event], result };
        },
      });
    } catch (error) {
      const isLate = error instanceof TransactionCanceled && error.failedAt(0);
      // What is short may be so because the same batch has just been started by somebody else.
      const isShort = error instanceof AppError && error.code === "INSUFFICIENT_STOCK";
      if (isLate || (isShort && (await batches.get(ctx, id)).version !== batch.version))
        throw new VersionConflictError("Batch", id, batch.version);
      // Nothing of the request is at fault: the stock item that it comes to is costed in another currency.
      if (error instanceof ValidationError)
        throw new AppError("STATE_CONFLICT", error.faults[0]?.message ?? error.message);
      throw error;
    }
  });
}

function shortOf(book: Inventory.StockBook, place: Inventory.StockPlace, requested: number) {
  const { positions, now } = book.account(place);
  const isExpired = (day = book.today) => day < book.today;
  const sellable = positions.filter((lot) => !lot.blocked && !isExpired(lot.expirationDate));
  const unexpired = sellable.reduce((sum, lot) => sum + lot.remaining, 0);
  const available = Math.max(0, Math.min(unexpired, now.free));
  return available >= requested ? [] : [{ ...place, requested, available, missing: requested - available }];
}

/** What is started must be possible to cancel, which takes more writes than starting it did. */
function requireUndoable(consumed: readonly Consumed[]): void {
  const lots = consumed.reduce((sum, one) => sum + one.lots.length, 0);
  if (consumed.length + lots * WRITES_A_LOT + OTHER_WRITES <= MOST_WRITES) return;
  throw new AppError("STATE_CONFLICT", `This would take from ${lots} lots, too many for one step: plan fewer runs`, {
    details: { lots },
  });
}

function giveBack(book: Inventory.StockBook, place: Inventory.StockPlace, taken: Inventory.LotTake): void {
  const { lotId, lotNumber, expirationDate, quantity, costMinor, currency } = taken;
  const cost = costMinor === undefined || currency === undefined ? undefined : { minor: costMinor, currency };
  book.receive({ ...place, quantity, cost, lotId, lotNumber, expirationDate, type: "returned" });
}
