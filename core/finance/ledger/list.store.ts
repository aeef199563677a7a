import type { Context } from "../../platform/context.ts";
import type { Expression, Item, QueryInput } from "../../platform/table.ts";
import { subjectPartition, timePartition, transactionOf, typePartition } from "./transaction.store.ts";
import type { Transaction, TransactionType } from "./transaction.ts";

export interface Filters {
  type?: TransactionType | undefined;
  platform?: string | undefined;
  /** With, RFC 3339 UTC. */
  from?: string | undefined;
  /** Without. */
  to?: string | undefined;
}

/** Where a list goes on: the sort key after which, in the list's own order. */
export type Place = string;

export interface Listed {
  items: Transaction[];
  after?: Place;
}

/** A filter may pass over much: at most so many items are read for a page, so many at once. */
const MAX_CALLS = 5;
const EVALUATED = 500;

/**
 * Newest first where nothing else is asked for: all, or those of a type, each by a key of its own. A platform's are picked
 * out of these.
 */
export async function listByTime(
  ctx: Context,
  { type, platform, from, to, oldestFirst = false }: Filters & { oldestFirst?: boolean },
  limit: number,
  after: Place | undefined,
): Promise<Listed> {
  const index: Pick<QueryInput, "index" | "pk"> =
    type === undefined ? { index: "gsi1", pk: timePartition(ctx) } : { index: "gsi2", pk: typePartition(ctx, type) };
  const filter = platform === undefined ? {} : { filter: equals({ platform }) };
  const found: Item[] = [];
  let place = after;
  for (let call = 0; call < MAX_CALLS; call++) {
    // What ends at a time ends before every entry of it, since those go on with an id; what goes on after an entry
    // begins or stops short of it.
    const lowest = oldestFirst && place !== undefined ? `${place}!` : (from ?? "0");
    const highest = !oldestFirst && place !== undefined ? before(place) : to === undefined ? "9" : before(to);
    if (lowest > highest) break;
    const page = await ctx.table.query<Item>({
      ...index,
      from: lowest,
      to: highest,
      newestFirst: !oldestFirst,
      limit: platform === undefined ? limit + 1 : EVALUATED,
      ...filter,
    });
    found.push(...page.items);
    const last = found[limit - 1];
    if (found.length > limit && last) return { items: found.slice(0, limit).map(transactionOf), after: timeOf(last) };
    if (!page.lastKey) return { items: found.map(transactionOf) };
    place = String(page.lastKey[`${index.index}sk`]);
    if (call === MAX_CALLS - 1) return { items: found.map(transactionOf), after: place };
  }
  return { items: found.map(transactionOf) };
}

/** In the order of their refs, read as they are this moment. An order has few. */
export async function listOfOrder(
  ctx: Context,
  { orderId, type, platform, from, to }: Filters & { orderId: string },
  limit: number,
  after: Place | undefined,
): Promise<Listed> {
  const all = await readOrder(ctx, orderId);
  const fitting = all.filter(
    (entry) =>
      (type === undefined || entry.type === type) &&
      (platform === undefined || entry.platform === platform) &&
      (from === undefined || entry.occurredAt >= from) &&
      (to === undefined || entry.occurredAt < to) &&
      (after === undefined || entry.ref > after),
  );
  const items = fitting.slice(0, limit);
  const last = items.at(-1);
  return fitting.length > limit && last ? { items, after: last.ref } : { items };
}

/** Every entry of an order, consistent. */
export async function readOrder(ctx: Context, orderId: string): Promise<Transaction[]> {
  const found: Item[] = [];
  let startKey: Item | undefined;
  do {
    const page = await ctx.table.query<Item>({
      pk: subjectPartition(ctx, orderId),
      consistent: true,
      ...(startKey ? { startKey } : {}),
    });
    found.push(...page.items);
    startKey = page.lastKey;
  } while (startKey);
  return found.map(transactionOf);
}

/** The greatest text that sorts before one that ends in a letter or digit. */
function before(text: string): string {
  return `${text.slice(0, -1)}${String.fromCharCode(text.charCodeAt(text.length - 1) - 1)}~`;
}

const timeOf = (item: Item) => `${String(item["occurredAt"])}#${String(item["id"])}`;

function equals(fields: Record<string, unknown>): Expression {
  const names = Object.keys(fields);
  return {
    expression: names.map((_, index) => `#f${index} = :f${index}`).join(" AND "),
    names: Object.fromEntries(names.map((name, index) => [`#f${index}`, name])),
    values: Object.fromEntries(Object.values(fields).map((value, index) => [`:f${index}`, value])),
  };
}
