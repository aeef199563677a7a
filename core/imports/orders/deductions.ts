import * as Finance from "../../finance/index.ts";
import * as Inventory from "../../inventory/index.ts";
import type { Outcome, Row } from "../../ingest/index.ts";
import { type Context, timestamp } from "../../platform/context.ts";
import type { Fault } from "../../platform/errors.ts";
import { AppError, DependencyError } from "../../platform/errors.ts";
import { TransactionCanceled } from "../../platform/table-errors.ts";
import { type Credit, type CreditLine, creditWrite, readCredit } from "./credit.store.ts";
import { type Imported, importedWrite } from "./imported.store.ts";
import * as Orders from "../../orders/index.ts";
import type { Deduction, OrderRecord } from "./order-record.ts";
import { takeBackWrite } from "./sold.store.ts";
import { planTakeBack, type Plan } from "./take-back.ts";

type DeductionRecord = Extract<OrderRecord, { deduction: Deduction }>;

const ATTEMPTS = 8;

/**
 * Keeps what a file takes back or writes off, once: the credit with the orders that it belongs to, what it takes from their
 * units, and its entry in the books are one transaction. What it does to the orders themselves follows, and is done again
 * by a repeat until it is done.
 */
export async function recordDeduction(
  ctx: Context,
  { record, hash }: Row<DeductionRecord>,
  { importId, known, affectsStock }: { importId: string; known: Imported | undefined; affectsStock: boolean },
): Promise<Outcome> {
  const credit = known ? await readCredit(ctx, known.id) : await keep(ctx, record, { hash, importId });
  if (credit?.kind === "credit") await applyToOrders(ctx, credit);
  const kept = credit?.kind === "writeOff" && affectsStock ? await takeFromStock(ctx, credit) : [];
  return outcomeOf(credit, kept);
}

/** Undefined where another worker has brought it in the meantime: then it is that one's to finish. */
async function keep(
  ctx: Context,
  record: DeductionRecord,
  { hash, importId }: { hash: string; importId: string },
): Promise<Credit | undefined> {
  const { meaning, deduction } = record;
  const id = ctx.newId(meaning === "credit" ? "return" : "adjustment");
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const plan: Plan =
      meaning === "credit" ? await planTakeBack(ctx, deduction) : { lines: deduction.lines, taken: [] };
    const { channel, occurredAt, currency } = deduction;
    const { lines } = plan;
    // Whose goods they were, the orders say that they belong to: what is of no more use is not kept.
    const { customer: _customer, ...told } = deduction;
    const credit: Credit = { ...told, id, kind: meaning, lines, importId, recordedAt: timestamp(ctx) };
    try {
      await ctx.table.transact([
        importedWrite(ctx, record, { id, hash, importId }),
        creditWrite(ctx, credit),
        ...plan.taken.map(takeBackWrite),
        ...Finance.entryWrites(ctx, entriesOf(credit, { channel, occurredAt, currency })),
      ]);
      return credit;
    } catch (error) {
      if (!(error instanceof TransactionCanceled)) throw error;
      if (error.failedAt(0)) return undefined;
    }
  }
  throw new DependencyError("database", "Other returns of the same orders kept coming in between");
}

/** What stands for itself. What belongs to an order is in the books as a refund of that order. */
function entriesOf(
  { id, kind, lines, reason }: Credit,
  { channel, occurredAt, currency }: Pick<Deduction, "channel" | "occurredAt" | "currency">,
): Finance.Entry[] {
  const parts = lines
    .filter(({ orderId, total }) => orderId === undefined && total.minor > 0)
    .map(({ quantity, total, sku, title }) => ({
      kind: "line",
      minor: -total.minor,
      quantity,
      item: { ...(sku === undefined ? {} : { sku }), ...(title === undefined ? {} : { title }) },
    }));
  if (parts.length === 0) return [];
  const amount = { minor: parts.reduce((sum, { minor }) => sum + minor, 0), currency };
  return [
    {
      type: kind === "credit" ? "refund" : "adjustment",
      platform: channel,
      amount,
      occurredAt,
      source: { kind, id },
      ref: `${kind}#${id}`,
      parts,
      ...(reason === undefined ? {} : { note: reason }),
    },
  ];
}

async function applyToOrders(ctx: Context, credit: Credit): Promise<void> {
  const ofOrders = Map.groupBy(
    credit.lines.filter((line): line is CreditLine & { orderId: string; sku: string } => line.orderId !== undefined),
    ({ orderId }) => orderId,
  );
  for (const [orderId, lines] of ofOrders) {
    await Orders.takeBack(ctx, {
      orderId,
      returnId: credit.id,
      at: credit.occurredAt,
      reason: credit.reason ?? `Cancelled by ${credit.externalId ?? credit.id}`,
      lines: lines.map(({ sku, quantity, total }) => ({ sku, quantity, totalMinor: total.minor })),
    });
  }
}

/** What kept each line from leaving our stock, where something did. */
async function takeFromStock(ctx: Context, { id, lines, reason }: Credit): Promise<(Fault | undefined)[]> {
  const found = await Orders.findLineProducts(ctx, lines);
  const faults: (Fault | undefined)[] = [];
  for (const [index, { sku, quantity }] of lines.entries()) {
    const product = found.of({ sku });
    const notes = (reason ?? "Written off by a file").slice(0, 500);
    const input = { changeType: "manual", direction: "out", quantity, notes };
    const once = { ...ctx, idempotencyKey: `${id}#${index}` };
    try {
      if (!product) throw new AppError("NOT_FOUND", `${sku ?? "What has no SKU"} is not in the catalogue`);
      await Inventory.adjust(once, { productId: product.id, input });
      faults.push(undefined);
    } catch (error) {
      if (!(error instanceof AppError) || error.retryable) throw error;
      faults.push({ path: "quantity", code: "STILL_IN_STOCK", message: `Nothing left our stock: ${error.message}` });
    }
  }
  return faults;
}

function outcomeOf(credit: Credit | undefined, kept: (Fault | undefined)[]): Outcome {
  if (!credit) return { status: "accepted" };
  const { id, kind, lines } = credit;
  const ofRows = lines.map(({ orderId }, index): Outcome => {
    const odd = kind === "credit" && orderId === undefined ? ALONE : kept[index];
    return { status: "accepted", id: orderId ?? id, ...(odd ? { warnings: [odd] } : {}) };
  });
  return { status: "accepted", action: "created", id, ofRows };
}

const ALONE: Fault = {
  path: "externalId",
  code: "ORIGINAL_NOT_FOUND",
  message: "No earlier order of the customer has as many units of this SKU left: kept as a credit of its own",
};
