import * as Finance from "../../finance/index.ts";
import { type Context, timestamp } from "../../platform/context.ts";
import { defined } from "../../platform/defined.ts";
import { AppError } from "../../platform/errors.ts";
import { outboxWrite } from "../../platform/events.ts";
import type { Commit } from "../../platform/idempotency.ts";
import { TransactionCanceled } from "../../platform/table-errors.ts";
import { adjustmentEntries } from "../adjustment-books.ts";
import type { StockBook } from "../book.ts";
import { changeStock } from "../change-stock.ts";
import type { EntryFacts } from "../ledger.store.ts";
import { recount } from "../recount.ts";
import type { CountLine, CountVerdict } from "./count.ts";
import { verdictOf, verdictWrite } from "./count.store.ts";

/** A line of a count at its place. */
export interface LineOfCount extends CountLine {
  countId: string;
  locationId: string;
  line: number;
  notes?: string | undefined;
}

/**
 * Applies one line with its verdict in one transaction, once: who comes second gets the verdict of the first. What cannot
 * be done is a verdict as well.
 */
export async function applyLine(ctx: Context, line: LineOfCount): Promise<CountVerdict> {
  try {
    return await decide(ctx, line, async (writes, result) => {
      await ctx.table.transact(writes);
      return result;
    });
  } catch (error) {
    const decided = error instanceof TransactionCanceled && error.failedAt(0) && error.reasons[0]?.item;
    if (decided) return verdictOf(decided);
    return refuse(ctx, line, error);
  }
}

/** What applying a line would come to now. */
export async function previewLine(ctx: Context, line: LineOfCount): Promise<CountVerdict> {
  try {
    return await decide(ctx, line, async (_writes, result) => result);
  } catch (error) {
    return refusal(line, error);
  }
}

function decide(ctx: Context, line: LineOfCount, commit: Commit<CountVerdict>): Promise<CountVerdict> {
  const { countId, line: at, productId, locationId, counted, notes } = line;
  return changeStock<CountVerdict>(ctx, {
    cause: { kind: "count", id: countId },
    needs: [{ productId, locationId, take: "all" }],
    commit,
    work: (book) => {
      const { expected, entries } = recountLine(book, line);
      const difference = counted - expected;
      const verdict: CountVerdict = {
        ...named(line),
        verdict: difference === 0 ? "matched" : "corrected",
        expected,
        difference,
        ...costChange(entries),
      };
      const event = outboxWrite(ctx, "stock.counted", { countId, productId, locationId, counted, difference });
      const books = adjustmentEntries({
        source: `${countId}#${at}`,
        productId,
        type: "recount",
        notes,
        occurredAt: timestamp(ctx),
        entries,
      });
      const writes = difference === 0 ? [] : [event, ...Finance.entryWrites(ctx, books)];
      return { writes: [verdictWrite(ctx, countId, verdict), ...writes], result: verdict };
    },
  });
}

/** The line's number is its own also where the same stock item is counted lot by lot. */
function recountLine(book: StockBook, { counted, lotNumber, notes, productId, locationId }: LineOfCount) {
  const before = book.entries.length;
  try {
    const expected = recount(book, { productId, locationId, counted, lotNumber, notes });
    return { expected, entries: book.entries.slice(before) };
  } catch (error) {
    if (!(error instanceof AppError) || error.code !== "INSUFFICIENT_STOCK") throw error;
    const { positions } = book.account({ productId, locationId });
    const ofLot = positions.filter((lot) => lotNumber === undefined || lot.lotNumber === lotNumber);
    const expected = ofLot.reduce((sum, lot) => sum + lot.remaining, 0);
    throw new Refused(error, expected);
  }
}

/** Counted less than is promised: what was expected is worth saying beside the reason. */
class Refused extends Error {
  readonly error: AppError;
  readonly expected: number;
  constructor(error: AppError, expected: number) {
    super(error.message, { cause: error });
    this.error = error;
    this.expected = expected;
  }
}

function costChange(entries: readonly EntryFacts[]): Pick<CountVerdict, "costChange"> {
  const costed = entries.filter(({ costChangeMinor }) => costChangeMinor !== undefined);
  const currency = costed[0]?.currency;
  if (currency === undefined) return {};
  return { costChange: { minor: costed.reduce((sum, entry) => sum + (entry.costChangeMinor ?? 0), 0), currency } };
}

async function refuse(ctx: Context, line: LineOfCount, error: unknown): Promise<CountVerdict> {
  const verdict = refusal(line, error);
  try {
    await ctx.table.transact([verdictWrite(ctx, line.countId, verdict)]);
    return verdict;
  } catch (lost) {
    const decided = lost instanceof TransactionCanceled && lost.failedAt(0) && lost.reasons[0]?.item;
    if (decided) return verdictOf(decided);
    throw lost;
  }
}

/** Throws what is no verdict: a store that is down says nothing about the line. */
function refusal(line: LineOfCount, thrown: unknown): CountVerdict {
  const { error, expected } = thrown instanceof Refused ? thrown : { error: thrown, expected: undefined };
  if (!(error instanceof AppError) || error.retryable) throw error;
  const { code, message, details } = error;
  return {
    ...named(line),
    verdict: "refused",
    ...(expected === undefined ? {} : { expected, difference: line.counted - expected }),
    error: { code, message, ...(details === undefined ? {} : { details }) },
  };
}

function named({ line, productId, lotNumber, counted }: LineOfCount) {
  return defined({ line, productId, lotNumber, counted });
}
