import type { Batch, Outcome, Row, Target } from "../../ingest/index.ts";
import type { Context } from "../../platform/context.ts";
import { AppError } from "../../platform/errors.ts";
import { recordDeduction } from "./deductions.ts";
import { type Imported, importedWrite, readImported } from "./imported.store.ts";
import { inParallel } from "./in-parallel.ts";
import type { OrderBook } from "./order-book.ts";
import { customerKey, type OrderRecord } from "./order-record.ts";
import { soldWrites } from "./sold.store.ts";

/** Transactions under way at once: what an hour's orders wait for is the store's answers, not the work. */
const AT_ONCE = 16;

export interface OrderTargetOptions {
  book: OrderBook;
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
      const queues = Map.groupBy(todo, ({ row, index }) => queueOf(row.record) ?? `#${index}`);
      await inParallel([...queues.values()], AT_ONCE, async (queue) => {
        for (const { row, index, known } of queue)
          outcomes[index] = await apply(ctx, batch, row, { ...options, known });
      });
      return outcomes;
    },
  };
}

const TAKEN: Outcome = { status: "accepted", action: "created" };

function queueOf(record: OrderRecord): string | undefined {
  return record.meaning === "credit" ? customerKey(record.deduction.customer) : undefined;
}

/** What can be said without writing; undefined where it is this batch's to make, be it for the second time. */
function before({ id: importId }: Batch, { hash, record }: Row<OrderRecord>, known: Imported | undefined) {
  if (!known || (known.hash === hash && known.importId === importId)) return undefined;
  if (known.hash === hash) return { status: "unchanged" as const, id: known.id };
  const message = `${record.key.replace("#", " ")} was imported before and said something else; it was left as it is`;
  return { status: "rejected" as const, faults: [{ path: "externalId", code: "DIFFERS_FROM_IMPORTED", message }] };
}

async function apply(
  ctx: Context,
  { id: importId }: Batch,
  row: Row<OrderRecord>,
  { book, affectsStock, known }: OrderTargetOptions & { known: Imported | undefined },
): Promise<Outcome> {
  const { record, hash } = row;
  try {
    if (record.meaning !== "sale") return await recordDeduction(ctx, { ...row, record }, { book, importId, known });
    if (known) return { status: "accepted", action: "created", id: known.id };
    const { orderId, duplicate } = await book.record(ctx, record.draft, {
      affectsStock,
      writes: (id) => [importedWrite(ctx, record, { id, hash, importId }), ...soldWrites(ctx, record.draft, id)],
    });
    if (!duplicate) return { status: "accepted", action: "created", id: orderId };
    const message = "The order was here already, though no file had brought it";
    return { status: "unchanged", id: orderId, warnings: [{ path: "externalId", code: "KNOWN_OTHERWISE", message }] };
  } catch (error) {
    // What cannot be kept is set aside with its reason; what may pass another time is for the whole page to repeat.
    if (!(error instanceof AppError) || error.retryable) throw error;
    return { status: "rejected", faults: [{ path: error.field ?? "", code: error.code, message: error.message }] };
  }
}
