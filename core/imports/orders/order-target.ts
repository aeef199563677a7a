import type { Batch, Outcome, Row, Target } from "../../ingest/index.ts";
import type { Context } from "../../platform/context.ts";
import { AppError } from "../../platform/errors.ts";
import { recordDeduction } from "./deductions.ts";
import { type Imported, importedWrite, noteNews, readImported } from "./imported.store.ts";
import { inParallel } from "./in-parallel.ts";
import { customerKey, type OrderRecord } from "./order-record.ts";
import * as Orders from "../../orders/index.ts";
import { soldWrites } from "./sold.store.ts";

/** Transactions under way at once: what an hour's orders wait for is the store's answers, not the work. */
const AT_ONCE = 16;

export interface OrderTargetOptions {
  /** Reserve and move our own stock, or only keep what happened. */
  affectsStock: boolean;
}

/** Records of a file as orders, and as what is taken back of them. */
export function orderTarget(ctx: Context, options: OrderTargetOptions): Target<OrderRecord> {
  return {
    async apply(batch: Batch, rows: Row<OrderRecord>[], rehearsal: boolean): Promise<Outcome[]> {
      const imported = await readImported(
        ctx,
        rows.map(({ record }) => record),
      );
      const outcomes: Outcome[] = rows.map((row, index) => before(batch, row, imported[index]) ?? TAKEN);
      const open = rows.map((row, index) => ({ row, index, known: imported[index] }));
      const todo = open.filter(({ index }) => outcomes[index] === TAKEN && !rehearsal);
      // What one customer sends back is worked in its order: it may be of the same units.
      const [sales, credits] = parted(todo);
      const found = await Orders.findLineProducts(ctx, sales.flatMap(linesOf));
      const work = async ({ row, index, known }: (typeof todo)[number]) => {
        outcomes[index] = await apply(ctx, batch, row, { ...options, known, found });
      };
      await inParallel(sales, AT_ONCE, work);
      // What is taken back may be of these orders; and what one customer sends back may be of the same units.
      const queues = Map.groupBy(credits, ({ row, index }) => customerOf(row.record) ?? `#${index}`);
      await inParallel([...queues.values()], AT_ONCE, async (queue) => {
        for (const credit of queue) await work(credit);
      });
      return outcomes;
    },
  };
}

type Found = Awaited<ReturnType<typeof Orders.findLineProducts>>;

const TAKEN: Outcome = { status: "accepted", action: "created" };

function parted<T extends { row: Row<OrderRecord> }>(all: T[]): [T[], T[]] {
  const isCredit = ({ row }: T) => row.record.meaning === "credit";
  return [all.filter((one) => !isCredit(one)), all.filter(isCredit)];
}

function linesOf({ row: { record } }: { row: Row<OrderRecord> }) {
  return record.meaning === "sale" ? record.draft.lines : [];
}

function customerOf(record: OrderRecord): string | undefined {
  return record.meaning === "credit" ? customerKey(record.deduction.customer) : undefined;
}

/** DynamoDB takes 400 KB an item; a line's own counters and names take the more. */
const MOST_BYTES = 380_000;
const LINE_BYTES = 130;

function isTooLarge(record: OrderRecord): boolean {
  const told = record.meaning === "sale" ? record.draft : record.deduction;
  return Buffer.byteLength(JSON.stringify(told)) + told.lines.length * LINE_BYTES > MOST_BYTES;
}

/** What can be said without writing; undefined where it is this batch's to make, be it for the second time. */
function before(
  { id: importId }: Batch,
  { hash, record }: Row<OrderRecord>,
  known: Imported | undefined,
): Outcome | undefined {
  if (!known && isTooLarge(record)) {
    const message = "The order has more lines, or more text, than one can be kept with";
    return { status: "rejected", faults: [{ path: "lines", code: "TOO_LARGE", message }] };
  }
  if (!known || (known.hash === hash && known.importId === importId)) return undefined;
  if (known.hash === hash) return { status: "unchanged", id: known.id };
  if (isLive(record)) return undefined;
  const message = `${record.key.replace("#", " ")} was imported before and said something else; it was left as it is`;
  return { status: "rejected", faults: [{ path: "externalId", code: "DIFFERS_FROM_IMPORTED", message }] };
}

/** A marketplace's own answer says what the order is now; a file, what it was. */
function isLive(record: OrderRecord): boolean {
  return record.meaning === "sale" && record.isLive === true;
}

async function refresh(
  ctx: Context,
  { record, hash }: Row<OrderRecord>,
  draft: Orders.OrderDraft,
  { id, importId }: { id: string; importId: string },
): Promise<Outcome> {
  await noteNews(ctx, record, { id, hash, importId });
  await Orders.refreshOrder(ctx, id, draft);
  return { status: "accepted", action: "updated", id };
}

async function apply(
  ctx: Context,
  { id: importId }: Batch,
  row: Row<OrderRecord>,
  { affectsStock, known, found }: OrderTargetOptions & { known: Imported | undefined; found: Found },
): Promise<Outcome> {
  const { record, hash } = row;
  try {
    if (record.meaning !== "sale") return await recordDeduction(ctx, { ...row, record }, { importId, known });
    if (known?.hash === hash && known.action === "created")
      return { status: "accepted", action: "created", id: known.id };
    if (known) return await refresh(ctx, row, record.draft, { id: known.id, importId });
    const { orderId, duplicate } = await Orders.recordOrder(ctx, record.draft, {
      affectsStock,
      found,
      writes: (id) => [importedWrite(ctx, record, { id, hash, importId }), ...soldWrites(ctx, record.draft, id)],
    });
    if (!duplicate) return { status: "accepted", action: "created", id: orderId };
    if (isLive(record)) return await refresh(ctx, row, record.draft, { id: orderId, importId });
    const message = "The order was here already, though no file had brought it";
    return { status: "unchanged", id: orderId, warnings: [{ path: "externalId", code: "KNOWN_OTHERWISE", message }] };
  } catch (error) {
    // What cannot be kept is set aside with its reason; what may pass another time is for the whole page to repeat.
    if (!(error instanceof AppError) || error.retryable) throw error;
    return { status: "rejected", faults: [{ path: error.field ?? "", code: error.code, message: error.message }] };
  }
}
