import type { Context } from "../platform/context.ts";
import { decodeCursor, encodeCursor } from "../platform/cursor.ts";
import { orgPartition, type PartitionKey } from "../platform/keys.ts";
import type { Read } from "../platform/reads.ts";
import { fromItem, type Page, resourceStore } from "../platform/resources.ts";
import type { Item, Write } from "../platform/table.ts";
import type { Batch, BatchStatus } from "./batch.ts";

const KIND = "PRODUCTION_BATCH";
const store = resourceStore<Batch>(KIND, "Batch");

/** Batches of a status, which is what an operator asks for (gsi1). */
function statusPartition(ctx: Context, status: BatchStatus): PartitionKey {
  return orgPartition(ctx.actor.organizationId, KIND, status);
}

function indexed(ctx: Context, batch: Batch, write: Write): Write {
  if (!("put" in write)) return write;
  return { ...write, put: { ...write.put, gsi1pk: statusPartition(ctx, batch.status), gsi1sk: batch.id } };
}

/** Those of the batches that exist, by id, to be read along with other things. */
export function batchesRead(ctx: Context, ids: Iterable<string>): Read<Map<string, Batch>> {
  return {
    keys: [...new Set(ids)].map((id) => store.key(ctx, id)),
    from: (items) => new Map(items.map((item) => [String(item["id"]), fromItem<Batch>(item)])),
  };
}

export const batches = {
  get: (ctx: Context, id: string) => store.get(ctx, id),
  list: (ctx: Context, page: { limit: number; cursor?: string | undefined }) => store.list(ctx, page),
  createWrite: (ctx: Context, batch: Batch) => indexed(ctx, batch, store.createWrite(ctx, batch)),
  replaceWrite: (ctx: Context, batch: Batch) => indexed(ctx, batch, store.replaceWrite(ctx, batch)),

  async listByStatus(
    ctx: Context,
    { status, limit, cursor }: { status: BatchStatus; limit: number; cursor?: string | undefined },
  ): Promise<Page<Batch>> {
    const query = { list: KIND, status };
    const startKey = cursor === undefined ? {} : { startKey: decodeCursor<Item>(ctx, query, cursor) };
    const pk = statusPartition(ctx, status);
    const page = await ctx.table.query<Item>({ index: "gsi1", pk, newestFirst: true, limit, ...startKey });
    const items = page.items.map((item) => fromItem<Batch>(item));
    return page.lastKey ? { items, nextCursor: encodeCursor(ctx, query, page.lastKey) } : { items };
  },
};
