import type { Batch, Outcome, Row, Target } from "../../ingest/index.ts";
import * as Orders from "../../orders/index.ts";
import type { Context } from "../../platform/context.ts";
import { AppError } from "../../platform/errors.ts";
import { inParallel } from "../../platform/in-parallel.ts";
import { recordDeduction } from "./deductions.ts";
import { type Imported, importedWrite, noteNews, readImported } from "./imported.store.ts";
import { customerKey, type OrderRecord } from "./order-record.ts";
import { isLive, verdictBefore } from "./verdict-before.ts";
import { soldWrites } from "./sold.store.ts";

/** What is worked one by one, such as a return, at once: it waits for the store's answers, not for us. */
const AT_ONCE = 16;

export interface OrderTargetOptions {
  /** Reserve and move our own stock, or only keep what happened. */
  affectsStock: boolean;
}

type SaleRecord = Extract<OrderRecord, { draft: Orders.OrderDraft }>;

interface Todo<Rec = OrderRecord> {
  row: Row<OrderRecord>;
  record: Rec;
  known: Imported | undefined;
  /** Notes what became of it. */
  done: (outcome: Outcome) => void;
}

/** Records of a file as orders, and as what is taken back of them. */
export function orderTarget(ctx: Context, { affectsStock }: OrderTargetOptions): Target<OrderRecord> {
  return {
    async apply(batch: Batch, rows: Row<OrderRecord>[], rehearsal: boolean): Promise<Outcome[]> {
      const imported = await readImported(
        ctx,
        rows.map(({ record }) => record),
      );
      const outcomes = rows.map((row, index) => verdictBefore(batch, row, imported[index]) ?? TAKEN);
      if (rehearsal) return outcomes;
      const sales: Todo<SaleRecord>[] = [];
      const others: Todo[] = [];
      for (const [index, row] of rows.entries()) {
        if (outcomes[index] !== TAKEN) continue;
        const done = (outcome: Outcome) => void (outcomes[index] = outcome);
        const { record } = row;
        const known = imported[index];
        if (record.meaning === "sale") sales.push({ row, record, known, done });
        else others.push({ row, record, known, done });
      }
      // What is taken back may be of these orders.
      await recordSales(ctx, batch, sales, affectsStock);
      await recordOthers(ctx, batch, others, affectsStock);
      return outcomes;
    },
  };
}

const TAKEN: Outcome = { status: "accepted", action: "created" };

async function recordSales(
  ctx: Context,
  { id: importId }: Batch,
  sales: Todo<SaleRecord>[],
  affectsStock: boolean,
): Promise<void> {
  const isMade = ({ known, row }: Todo) => known?.hash === row.hash && known.action === "created";
  // Where stock is moved, its worker may have died between the order and its stock: then it is asked for again.
  for (const { known, done } of affectsStock ? [] : sales.filter(isMade)) done({ ...TAKEN, id: known?.id ?? "" });
  const open = sales.filter((todo) => (isMade(todo) ? affectsStock : !todo.known));
  const drafts = open.map(({ record, row: { hash } }) => ({
    draft: record.draft,
    writes: (id: string) => [importedWrite(ctx, record, { id, hash, importId }), ...soldWrites(ctx, record.draft, id)],
  }));
  const results = drafts.length === 0 ? [] : await Orders.recordOrders(ctx, drafts, { affectsStock });
  const news = sales.filter((todo) => todo.known && !isMade(todo)).map((todo) => ({ todo, id: todo.known?.id ?? "" }));
  for (const [index, todo] of open.entries()) {
    const result = results[index];
    if (!result) throw new Error("Fewer orders were recorded than were given");
    if ("error" in result) todo.done(refused(result.error));
    else if (!result.duplicate || isMade(todo)) todo.done({ ...TAKEN, id: result.orderId });
    else if (isLive(todo.record)) news.push({ todo, id: result.orderId });
    else todo.done({ status: "unchanged", id: result.orderId, warnings: [KNOWN_OTHERWISE] });
  }
  await inParallel(news, AT_ONCE, async ({ todo, id }) => {
    const { record, row, done } = todo;
    await noteNews(ctx, record, { id, hash: row.hash, importId });
    await kept(done, async () => {
      await Orders.refreshOrder(ctx, id, record.draft);
      return { status: "accepted", action: "updated", id };
    });
  });
}

const KNOWN_OTHERWISE = {
  path: "externalId",
  code: "KNOWN_OTHERWISE",
  message: "The order was here already, though no file had brought it",
};

async function recordOthers(
  ctx: Context,
  { id: importId }: Batch,
  others: Todo[],
  affectsStock: boolean,
): Promise<void> {
  // What one customer sends back is worked in its order: it may be of the same units.
  const queues = Map.groupBy(others, ({ record, row }) => customerOf(record) ?? `#${row.row}`);
  await inParallel([...queues.values()], AT_ONCE, async (queue) => {
    for (const { record, row, known, done } of queue)
      await kept(done, async () =>
        record.meaning === "sale" ? TAKEN : recordDeduction(ctx, { ...row, record }, { importId, known, affectsStock }),
      );
  });
}

function customerOf(record: OrderRecord): string | undefined {
  return record.meaning === "credit" ? customerKey(record.deduction.customer) : undefined;
}

/** What cannot be kept is set aside with its reason; what may pass another time is for the whole page to repeat. */
async function kept(done: (outcome: Outcome) => void, work: () => Promise<Outcome>): Promise<void> {
  try {
    done(await work());
  } catch (error) {
    if (!(error instanceof AppError) || error.retryable) throw error;
    done(refused(error));
  }
}

function refused({ field = "", code, message }: AppError): Outcome {
  return { status: "rejected", faults: [{ path: field, code, message }] };
}
