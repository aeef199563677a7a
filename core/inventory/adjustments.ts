import { contentHash } from "../platform/canonical.ts";
import * as Finance from "../finance/index.ts";
import { type Context, requirePermission, timestamp } from "../platform/context.ts";
import { AppError, type ErrorCode, ValidationError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { type Commit, idempotent } from "../platform/idempotency.ts";
import { multiply } from "../platform/money.ts";
import { parse } from "../platform/parse.ts";
import { type AdjustmentInput, AdjustmentSchema, AdjustmentsSchema, effectOf, OPTIONAL_FIELDS } from "./adjustment.ts";
import { adjustmentEntries } from "./adjustment-books.ts";
import type { StockBook } from "./book.ts";
import { changeStock, type Needed } from "./change-stock.ts";
import { MAIN_LOCATION } from "./location.ts";
import { requireLocations } from "./locations.ts";
import { recount } from "./recount.ts";
import { type StockPlace, viewStock } from "./stock.ts";

export interface AdjustmentResult {
  success: true;
  message: string;
  /** The product's id. */
  itemId: string;
  locationId: string;
  /** Units on hand afterwards. */
  newQuantity: number;
  reserved: number;
  available: number;
  adjustmentId: string;
  timestamp: string;
}

interface Adjustment extends StockPlace {
  data: AdjustmentInput;
}

/**
 * The one path by which stock is changed by hand, in one transaction with its ledger. Throws NOT_FOUND (product or
 * location), INSUFFICIENT_STOCK with the numbers that stand in the way, STATE_CONFLICT.
 */
export async function adjust(
  ctx: Context,
  { productId, input }: { productId: string; input: unknown },
): Promise<AdjustmentResult> {
  requirePermission(ctx, "inventory.adjust");
  const adjustment = adjustmentOf(productId, input);
  return idempotent<AdjustmentResult>(ctx, "inventory.adjust", { productId, input }, (commit) =>
    adjustWith(ctx, adjustment, commit, (result) => result),
  );
}

function adjustmentOf(productId: string, input: unknown): Adjustment {
  const data = parse(AdjustmentSchema, input);
  return { productId, locationId: data.locationId ?? MAIN_LOCATION, data };
}

async function adjustWith<T>(
  ctx: Context,
  adjustment: Adjustment,
  commit: Commit<T>,
  answer: (result: AdjustmentResult) => T,
): Promise<T> {
  await requireLocations(ctx, [adjustment.locationId]);
  const id = ctx.newId("adjustment");
  return changeStock<T>(ctx, {
    cause: { kind: "adjustment", id },
    needs: [needOf(adjustment)],
    commit,
    work: (book) => {
      const books = applyWithBooks(ctx, book, adjustment, id);
      return {
        writes: [eventOf(ctx, id, adjustment), ...Finance.entryWrites(ctx, books)],
        result: answer(resultOf(ctx, id, book, adjustment)),
      };
    },
  });
}

export interface RowResult {
  /** Place in the request, from 0. */
  index: number;
  status: "accepted" | "rejected";
  result?: AdjustmentResult;
  error?: { code: ErrorCode; message: string; details?: unknown };
  /** Optional fields that were at fault and left out. */
  ignored?: string[];
}

/** Many adjustments at once, under one of three policies for what cannot be done. */
export async function adjustMany(
  ctx: Context,
  input: unknown,
): Promise<{ accepted: number; rejected: number; items: RowResult[] }> {
  requirePermission(ctx, "inventory.adjust");
  const { items, onError } = parse(AdjustmentsSchema, input);
  const results =
    onError === "rejectEverything"
      ? await adjustTogether(ctx, items)
      : await adjustEach(ctx, items, onError === "ignoreFailed");
  const accepted = results.filter(({ status }) => status === "accepted").length;
  return { accepted, rejected: results.length - accepted, items: results };
}

type RawItem = { productId: string } & Record<string, unknown>;

async function adjustTogether(ctx: Context, items: RawItem[]): Promise<RowResult[]> {
  const adjustments = items.map(({ productId, ...fields }, index): Adjustment => {
    try {
      return adjustmentOf(productId, fields);
    } catch (error) {
      throw error instanceof ValidationError ? atRow(error, index) : error;
    }
  });
  await requireLocations(
    ctx,
    adjustments.map(({ locationId }) => locationId),
  );
  return idempotent<RowResult[]>(ctx, "inventory.adjustMany", items, async (commit) => {
    // One transaction, one adjustment: its entries share the id.
    const id = ctx.newId("adjustment");
    return changeStock<RowResult[]>(ctx, {
      cause: { kind: "adjustment", id },
      needs: adjustments.map(needOf),
      commit,
      work: (book) => {
        const books: Finance.Entry[] = [];
        const result = adjustments.map((adjustment, index): RowResult => {
          try {
            books.push(...applyWithBooks(ctx, book, adjustment, `${id}#${index}`));
          } catch (error) {
            if (!(error instanceof AppError)) throw error;
            throw new AppError(error.code, error.message, { details: error.details, field: `items.${index}` });
          }
          return { index, status: "accepted", result: resultOf(ctx, id, book, adjustment) };
        });
        const events = adjustments.map((adjustment) => eventOf(ctx, id, adjustment));
        return { writes: [...events, ...Finance.entryWrites(ctx, books)], result };
      },
    });
  });
}

/**
 * Rows one after the other, each with its own place under the request's key: a repeat goes on where the first ended, and
 * a row that was refused then stays refused, whatever the rows after it have changed.
 */
async function adjustEach(ctx: Context, items: RawItem[], mayIgnore: boolean): Promise<RowResult[]> {
  const results: RowResult[] = [];
  const request = contentHash({ items, mayIgnore });
  for (const [index, item] of items.entries()) {
    const key = ctx.idempotencyKey;
    const rowCtx = key === undefined ? ctx : { ...ctx, idempotencyKey: `${key}#${index}` };
    results.push(
      await idempotent<RowResult>(rowCtx, "inventory.adjustRow", { request, index }, (commit) =>
        adjustRow(rowCtx, { index, item, mayIgnore }, commit),
      ),
    );
  }
  return results;
}

async function adjustRow(
  ctx: Context,
  { index, item: { productId, ...fields }, mayIgnore }: { index: number; item: RawItem; mayIgnore: boolean },
  commit: Commit<RowResult>,
): Promise<RowResult> {
  const { kept, ignored } = mayIgnore ? withoutFaults(fields) : { kept: fields, ignored: [] };
  try {
    return await adjustWith(ctx, adjustmentOf(productId, kept), commit, (result) => ({
      index,
      status: "accepted",
      result,
      ...(ignored.length > 0 ? { ignored } : {}),
    }));
  } catch (error) {
    if (!(error instanceof AppError) || error.retryable) throw error;
    const { code, message, details } = error;
    const reason = { code, message, ...(details === undefined ? {} : { details }) };
    return commit([], { index, status: "rejected", error: reason });
  }
}

function withoutFaults(fields: Record<string, unknown>): { kept: Record<string, unknown>; ignored: string[] } {
  const checked = AdjustmentSchema.safeParse(fields);
  if (checked.success) return { kept: fields, ignored: [] };
  const ignored = [...new Set(checked.error.issues.map(({ path }) => String(path[0])))].filter((name) =>
    OPTIONAL_FIELDS.has(name),
  );
  return { kept: Object.fromEntries(Object.entries(fields).filter(([name]) => !ignored.includes(name))), ignored };
}

function atRow(error: ValidationError, index: number): ValidationError {
  return new ValidationError(error.faults.map((fault) => ({ ...fault, path: `items.${index}.${fault.path}` })));
}

function needOf({ productId, locationId, data }: Adjustment): Needed {
  const effect = effectOf(data);
  if (effect === "in" || effect === "hold" || effect === "release") return { productId, locationId };
  // What is written off may have expired, and a count may take from every lot: only a sale stops at what it needs.
  const isSale = data.changeType === "sale" && data.lotNumber === undefined;
  return { productId, locationId, take: isSale ? data.quantity : "all" };
}

/** Moves the units, and gives the entry that the books get of it. */
function applyWithBooks(ctx: Context, book: StockBook, adjustment: Adjustment, source: string): Finance.Entry[] {
  const before = book.entries.length;
  apply(book, adjustment);
  const { productId, data } = adjustment;
  const { changeType: type, notes } = data;
  return adjustmentEntries({
    source,
    productId,
    type,
    notes,
    occurredAt: timestamp(ctx),
    entries: book.entries.slice(before),
  });
}

function apply(book: StockBook, { productId, locationId, data }: Adjustment): void {
  const { changeType: type, quantity, notes, lotNumber, expirationDate, unitCost } = data;
  const place = { productId, locationId };
  const effect = effectOf(data);
  const change = { ...place, quantity, lotNumber, type, notes };
  const cost = () => unitCost && multiply(unitCost, { digits: BigInt(quantity), scale: 0 });
  if (effect === "in") book.receive({ ...change, cost: cost(), expirationDate });
  else if (effect === "out") book.issue({ ...change, from: "free", maySell: type === "sale" ? "unexpired" : "any" });
  else if (effect === "hold") book.holdByHand({ ...place, quantity, type, notes });
  else if (effect === "release") book.holdByHand({ ...place, quantity: -quantity, type, notes });
  else recount(book, { ...place, counted: quantity, lotNumber, unitCost, notes });
}

function eventOf(ctx: Context, adjustmentId: string, { productId, locationId, data }: Adjustment) {
  const { changeType, quantity } = data;
  return outboxWrite(ctx, "stock.adjusted", { adjustmentId, productId, locationId, changeType, quantity });
}

function resultOf(
  ctx: Context,
  adjustmentId: string,
  book: StockBook,
  { productId, locationId, data }: Adjustment,
): AdjustmentResult {
  const { onHand, reserved, available } = viewStock(book.stock({ productId, locationId }));
  return {
    success: true,
    message: `${data.changeType} of ${data.quantity} recorded`,
    itemId: productId,
    locationId,
    newQuantity: onHand,
    reserved,
    available,
    adjustmentId,
    timestamp: timestamp(ctx),
  };
}
