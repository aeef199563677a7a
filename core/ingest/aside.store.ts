import type { Context } from "../platform/context.ts";
import { type Key, orgPartition, type PartitionKey } from "../platform/keys.ts";
import type { Item } from "../platform/table.ts";
import type { Batch } from "./batch.ts";
import type { Parsed } from "./record.ts";

/** Far longer than any batch runs. */
const KEPT_SECONDS = 7 * 24 * 3600;
/** Bytes of rows in one item; DynamoDB takes 400 KB, in which a character of text may be three bytes. */
const ITEM_CHARACTERS = 100_000;
/** Items a read; DynamoDB ends it at 1 MB in any case. */
const READ = 50;

/** Rows that are set aside until their record is whole: `place` says of which, and when it is its turn. */
export interface Aside<Row> {
  place: string;
  rows: Parsed<Row>[];
}

function partition(ctx: Context, batch: Batch): PartitionKey {
  return orgPartition(ctx.actor.organizationId, "BATCH", batch.id, "ASIDE");
}

/** Keeps what a page has to set aside. A repeat of the page writes the same items again. */
export async function setAside<Row>(ctx: Context, batch: Batch, page: number, asides: Aside<Row>[]): Promise<void> {
  const pk = partition(ctx, batch);
  const expiresAt = Math.floor(ctx.now() / 1000) + KEPT_SECONDS;
  await ctx.table.batchWrite(
    asides.flatMap(({ place, rows }) =>
      inParts(rows).map((part, index) => ({
        put: {
          pk,
          sk: `${place}#${number(page, 8)}#${number(index, 4)}`,
          entity: "batch-aside",
          place,
          rows: part,
          expiresAt,
        },
      })),
    ),
  );
}

/** What was set aside, a whole group at a time, in the order of the places after `after`. */
export async function* readAside<Row>(ctx: Context, batch: Batch, after: string): AsyncGenerator<Aside<Row>> {
  const pk = partition(ctx, batch);
  let held: Aside<Row> | undefined;
  let startKey: Item | undefined;
  do {
    const page = await ctx.table.query<Item & Key>({
      pk,
      // Parts of a place go on with "#", and "$" is the character after it.
      from: after === "" ? "0" : `${after}$`,
      limit: READ,
      consistent: true,
      ...(startKey ? { startKey } : {}),
    });
    for (const item of page.items) {
      const place = String(item["place"]);
      const rows = item["rows"] as Parsed<Row>[];
      if (held?.place === place) held.rows.push(...rows);
      else {
        if (held) yield held;
        held = { place, rows };
      }
    }
    startKey = page.lastKey;
  } while (startKey);
  if (held) yield held;
}

function inParts<Row>(rows: Parsed<Row>[]): Parsed<Row>[][] {
  const parts: Parsed<Row>[][] = [[]];
  let characters = 0;
  for (const row of rows) {
    const size = JSON.stringify(row).length;
    if (characters + size > ITEM_CHARACTERS && characters > 0) {
      parts.push([]);
      characters = 0;
    }
    parts.at(-1)?.push(row);
    characters += size;
  }
  return parts;
}

const number = (value: number, digits: number) => String(value).padStart(digits, "0");
