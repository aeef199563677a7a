import type { Context } from "../../platform/context.ts";
import { decodeCursor, encodeCursor } from "../../platform/cursor.ts";
import { orgPartition } from "../../platform/keys.ts";
import type { Page } from "../../platform/resources.ts";
import type { Item, Write } from "../../platform/table.ts";
import { type FeeTable, readRules, wireRule } from "./fee-table.ts";

const partition = (ctx: Context) => orgPartition(ctx.actor.organizationId, "FEE_TABLE");

/** By channel, then by the time from which it holds, then by age: of two for one time the later one counts. */
const sortKey = ({ channel, effectiveFrom, id }: FeeTable) => `${channel}#${effectiveFrom}#${id}`;

export function feeTableWrite(ctx: Context, table: FeeTable): Write {
  const item = { ...table, rules: table.rules.map(wireRule), entity: "fee-table" };
  return {
    put: { ...item, pk: partition(ctx), sk: sortKey(table) },
    condition: { expression: "attribute_not_exists(pk)" },
  };
}

/** The organisation's own table that holds at a time. */
export async function tableAt(ctx: Context, channel: string, at: string): Promise<FeeTable | undefined> {
  const { items } = await ctx.table.query<Item>({
    pk: partition(ctx),
    from: `${channel}#`,
    to: `${channel}#${at}#~`,
    newestFirst: true,
    limit: 1,
    consistent: true,
  });
  return items[0] && feeTableOf(items[0]);
}

export async function listTables(
  ctx: Context,
  { channel, limit, cursor }: { channel?: string | undefined; limit: number; cursor?: string | undefined },
): Promise<Page<FeeTable>> {
  const query = { feeTables: channel };
  const after = cursor === undefined ? undefined : decodeCursor<string>(ctx, query, cursor);
  const { items: found, lastKey } = await ctx.table.query<Item>({
    pk: partition(ctx),
    ...(channel === undefined ? {} : { prefix: `${channel}#` }),
    limit: limit + 1,
    consistent: true,
    ...(after === undefined ? {} : { startKey: { pk: partition(ctx), sk: after } }),
  });
  const items = found.slice(0, limit).map(feeTableOf);
  const last = items.at(-1);
  const isMore = found.length > limit || lastKey !== undefined;
  return isMore && last ? { items, nextCursor: encodeCursor(ctx, query, sortKey(last)) } : { items };
}

function feeTableOf({ pk: _pk, sk: _sk, entity: _entity, rules, ...rest }: Item): FeeTable {
  return { ...(rest as unknown as FeeTable), rules: readRules(rules) };
}
