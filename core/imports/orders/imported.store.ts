import type { Context } from "../../platform/context.ts";
import { contentHash } from "../../platform/canonical.ts";
import { type Key, orgPartition } from "../../platform/keys.ts";
import type { Item, Write } from "../../platform/table.ts";
import type { OrderRecord } from "./order-record.ts";

/** What is remembered of a record that a file brought: by it a repeat is known. */
export interface Imported {
  /** The order, credit or write-off that came of it. */
  id: string;
  /** Of its content. */
  hash: string;
  /** The import that brought it, or that brought its last news. */
  importId: string;
  /** What that import did. */
  action: "created" | "updated";
}

/** Longer keys than DynamoDB's are replaced by their hash. */
const MAX_KEY_BYTES = 900;

function keyOf(ctx: Context, { meaning, key }: Pick<OrderRecord, "meaning" | "key">): Key {
  const sk = `${meaning}#${key}`;
  return {
    pk: orgPartition(ctx.actor.organizationId, "IMPORTED"),
    sk: Buffer.byteLength(sk) <= MAX_KEY_BYTES ? sk : `${meaning}#${contentHash(key)}`,
  };
}

/** What is known of these records, in their order: one batch read a hundred. */
export async function readImported(ctx: Context, records: OrderRecord[]): Promise<(Imported | undefined)[]> {
  const keys = records.map((record) => keyOf(ctx, record));
  const items = await ctx.table.batchGet<Item>(keys, { consistent: true });
  const known = new Map(items.map((item) => [String(item["sk"]), item as unknown as Imported]));
  return keys.map(({ sk }) => known.get(sk));
}

/**
 * BROUGHT_ONCE: a record is brought by two imports at once, or by one whose worker was thought dead and lives. The guard is
 * written with what comes of the record, so one of them gets in.
 */
export function importedWrite(
  ctx: Context,
  record: OrderRecord,
  { id, hash, importId }: Omit<Imported, "action">,
): Write {
  return {
    put: { ...keyOf(ctx, record), entity: "imported", id, hash, importId, action: "created" },
    condition: { expression: "attribute_not_exists(pk)" },
  };
}

/** Remembers that an import brought news of it, before these are acted on: a repeat then acts on them again. */
export async function noteNews(
  ctx: Context,
  record: OrderRecord,
  { id, hash, importId }: Omit<Imported, "action">,
): Promise<void> {
  await ctx.table.put({ ...keyOf(ctx, record), entity: "imported", id, hash, importId, action: "updated" });
}
