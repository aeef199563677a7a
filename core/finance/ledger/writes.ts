import { type Context, timestamp } from "../../platform/context.ts";
import { outboxWrite } from "../../platform/events.ts";
import type { Write } from "../../platform/table.ts";
import { dayWrites } from "./day.store.ts";
import { costEntries, purchaseEntries, refundEntries, saleEntries, writeOffEntries } from "./entries.ts";
import type { CostFacts, PurchaseFacts, RefundFacts, SaleFacts, WriteOffFacts } from "./facts.ts";
import { transactionWrite } from "./transaction.store.ts";
import { checkEntry, type Entry, type Transaction } from "./transaction.ts";

/** An order was sold whose goods are not from stock: it waits to be matched. */
export const SALE_RECORDED = "sale.recorded";

// Writes for the transaction of what they tell of. A transaction takes an item only once and so does each day's total:
// whoever has several facts for one transaction gathers their entries and asks for their writes together.

/** One write an entry, and one for each day and platform among them. Refused where one of the facts stands already. */
export function entryWrites(ctx: Context, entries: Entry[]): Write[] {
  return preparedWrites(ctx, entries).writes;
}

/** The same, with the entries as they will stand. */
export function preparedWrites(ctx: Context, entries: Entry[]): { writes: Write[]; transactions: Transaction[] } {
  const [first] = entries;
  if (!first) return { writes: [], transactions: [] };
  const recorded = { recordedAt: timestamp(ctx), createdBy: ctx.actor.id };
  const transactions = entries.map((entry): Transaction => {
    checkEntry(entry);
    // Lists go by this text: one form for every time, whatever a channel writes.
    const occurredAt = new Date(entry.occurredAt).toISOString();
    return { ...entry, ...recorded, occurredAt, id: ctx.newId("transaction") };
  });
  const seed = first.orderId ?? first.source.id;
  const writes = [...transactions.map((entry) => transactionWrite(ctx, entry)), ...dayWrites(ctx, transactions, seed)];
  return { writes, transactions };
}

/**
 * Two to six writes, however many lines: goods, and shipping, tax and fees where there are any; the day's totals; and
 * an event where a line is to be matched with purchases.
 */
export function saleWrites(ctx: Context, facts: SaleFacts): Write[] {
  const { orderId, lines } = facts;
  const toMatch = lines.some(({ fromStock }) => !fromStock);
  return [...entryWrites(ctx, saleEntries(facts)), ...(toMatch ? [outboxWrite(ctx, SALE_RECORDED, { orderId })] : [])];
}

/** Two to four writes: goods and shipping, tax, fees given back; the day's totals. */
export const refundWrites = (ctx: Context, facts: RefundFacts): Write[] => entryWrites(ctx, refundEntries(facts));

/** Two writes where all costs are of one currency. */
export const costWrites = (ctx: Context, facts: CostFacts): Write[] => entryWrites(ctx, costEntries(facts));

/** A write each, and one for each day and platform among them. */
export const purchaseWrites = (ctx: Context, facts: PurchaseFacts[]): Write[] =>
  entryWrites(ctx, facts.flatMap(purchaseEntries));

/** A write each, and one for each day among them. */
export const writeOffWrites = (ctx: Context, facts: WriteOffFacts[]): Write[] =>
  entryWrites(ctx, facts.flatMap(writeOffEntries));
