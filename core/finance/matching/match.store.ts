import type { Context } from "../../platform/context.ts";
import { decodeCursor, encodeCursor } from "../../platform/cursor.ts";
import { orgPartition } from "../../platform/keys.ts";
import { fromItem, type Page, resourceStore } from "../../platform/resources.ts";
import type { Expression, Item, QueryInput, Write } from "../../platform/table.ts";
import type { Match, MatchStatus } from "./match.ts";
import type { Purchase } from "./purchase.ts";
import type { SaleLine } from "./sale-line.ts";

export const purchases = resourceStore<Purchase>("PURCHASE", "Purchase");
export const matches = resourceStore<Match>("MATCH", "Match");

/**
 * UNCHANGED: two matchings take from one purchase, or for one line. Both read version n; the first makes it n + 1, and
 * the second's whole transaction is refused. So no unit is given twice, and no line takes more than it sold.
 */
const unchanged = (version: number): Expression => ({
  expression: "#version = :expected",
  names: { "#version": "version" },
  values: { ":expected": version },
});

const NOT_YET_THERE: Expression = { expression: "attribute_not_exists(pk)" };

/** The match as it shall be; `before` is the version that was read, absent for a new one. */
export function matchWrite(ctx: Context, match: Match, before?: number): Write {
  const { organizationId } = ctx.actor;
  const place = `${match.createdAt}#${match.id}`;
  return {
    put: {
      ...match,
      ...matches.key(ctx, match.id),
      entity: "match",
      gsi1pk: orgPartition(organizationId, "MATCH", match.status),
      gsi1sk: place,
      gsi2pk: orgPartition(organizationId, "MATCH_OF", match.purchaseId),
      gsi2sk: place,
    },
    condition: before === undefined ? NOT_YET_THERE : unchanged(before),
  };
}

/** By status or by purchase, newest first. */
export async function listMatches(
  ctx: Context,
  by: { status: MatchStatus } | { purchaseId: string },
  { limit, cursor }: { limit: number; cursor?: string | undefined },
): Promise<Page<Match>> {
  const query = { matches: by };
  const after = cursor === undefined ? undefined : decodeCursor<Item>(ctx, query, cursor);
  const { organizationId } = ctx.actor;
  const index: Pick<QueryInput, "index" | "pk"> =
    "status" in by
      ? { index: "gsi1", pk: orgPartition(organizationId, "MATCH", by.status) }
      : { index: "gsi2", pk: orgPartition(organizationId, "MATCH_OF", by.purchaseId) };
  const page = await ctx.table.query<Item>({
    ...index,
    newestFirst: true,
    limit,
    ...(after ? { startKey: after } : {}),
  });
  const items = page.items.map((item) => fromItem<Match>(item));
  return page.lastKey ? { items, nextCursor: encodeCursor(ctx, query, page.lastKey) } : { items };
}

const lineKey = (ctx: Context, orderId: string, lineId: string) => ({
  pk: orgPartition(ctx.actor.organizationId, "SALE_LINE", orderId),
  sk: lineId,
});

export function lineWrite(ctx: Context, line: SaleLine, before?: number): Write {
  return {
    put: { ...line, ...lineKey(ctx, line.orderId, line.lineId), entity: "sale-line" },
    condition: before === undefined ? NOT_YET_THERE : unchanged(before),
  };
}

export async function readLine(ctx: Context, orderId: string, lineId: string): Promise<SaleLine | undefined> {
  const item = await ctx.table.get<Item>(lineKey(ctx, orderId, lineId), { consistent: true });
  return item && lineOf(item);
}

/** All lines of an order that are matched with purchases, or are to be. */
export async function readLines(ctx: Context, orderId: string): Promise<SaleLine[]> {
  const lines: SaleLine[] = [];
  let startKey: Item | undefined;
  do {
    const { pk } = lineKey(ctx, orderId, "");
    const page = await ctx.table.query<Item>({ pk, consistent: true, ...(startKey ? { startKey } : {}) });
    lines.push(...page.items.map(lineOf));
    startKey = page.lastKey;
  } while (startKey);
  return lines;
}

function lineOf({ pk: _pk, sk: _sk, entity: _entity, ...rest }: Item): SaleLine {
  return rest as unknown as SaleLine;
}

export async function readPurchases(ctx: Context, ids: string[]): Promise<Purchase[]> {
  const keys = ids.map((id) => purchases.key(ctx, id));
  return (await ctx.table.batchGet<Item>(keys, { consistent: true })).map((item) => fromItem<Purchase>(item));
}

export async function readMatches(ctx: Context, ids: string[]): Promise<Match[]> {
  const keys = ids.map((id) => matches.key(ctx, id));
  return (await ctx.table.batchGet<Item>(keys, { consistent: true })).map((item) => fromItem<Match>(item));
}
