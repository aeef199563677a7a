import { createHash } from "node:crypto";
import type { OrganizationId } from "../../platform/ids.ts";
import { type Key, orgPartition } from "../../platform/keys.ts";
import type { Item, Table } from "../../platform/table.ts";

/** A pack's bucket: `prd_` and the first eight of a ULID's ten time characters, about one second. */
const BUCKET_LENGTH = 12;
/** About 5 KB: five write units instead of 256. */
const PACK_SIZE = 256;
const PACK_MARK = "#";

/** What happened to one product under one word; `created` says that this is the first the index hears of the product. */
export type PostingChange = "created" | "added" | "removed";

/**
 * The products of one word, newest first. Three kinds of item share the partition:
 *
 *   sk = id                    this product has the word
 *   sk = id, gone: true        it had, and lost it (a pack may still name it)
 *   sk = newest id # hash      a pack: products of one second that came to the index together, in one item
 *
 * Packs hold only products that were just created, and their key holds a hash of what they say: a replay of the stream,
 * cut into other batches, writes other packs beside the first, never over them. A product in two packs is read as one.
 */
export function postingWrites(organizationId: OrganizationId, word: string, changes: Map<string, PostingChange>) {
  const pk = orgPartition(organizationId, "WORD", word);
  const writes: { put: Key & Item }[] = [];
  const buckets = new Map<string, string[]>();
  for (const [id, change] of changes) {
    if (change === "removed") writes.push({ put: { pk, sk: id, gone: true } });
    else if (change === "added") writes.push({ put: { pk, sk: id } });
    else buckets.set(bucketOf(id), [...(buckets.get(bucketOf(id)) ?? []), id]);
  }
  for (const ids of buckets.values()) {
    ids.sort().reverse();
    for (let start = 0; start < ids.length; start += PACK_SIZE) {
      const pack = ids.slice(start, start + PACK_SIZE);
      const newest = pack[0] ?? "";
      if (pack.length === 1) writes.push({ put: { pk, sk: newest } });
      else {
        const rest = pack.map((id) => id.slice(BUCKET_LENGTH)).join(" ");
        const hash = createHash("sha256").update(rest).digest("base64url").slice(0, 8);
        writes.push({ put: { pk, sk: `${newest}${PACK_MARK}${hash}`, ids: rest } });
      }
    }
  }
  return writes;
}

/** One word's products below a place, read page by page; whatever is newer than `floor` is known. */
export interface PostingList {
  readonly ids: ReadonlySet<string>;
  /** Empty when the list has been read to its end. */
  readonly floor: string;
  /** Items read so far: what the list costs, where packs let one item name many products. */
  readonly read: number;
  /** Reads on by so many items. */
  extend(limit: number): Promise<void>;
}

/** `before` is exclusive: an id, or nothing for the newest. */
export function openPostings(table: Table, organizationId: OrganizationId, word: string, before?: string): PostingList {
  const pk = orgPartition(organizationId, "WORD", word);
  const ids = new Set<string>();
  let floor = "\uffff";
  let read = 0;
  let startKey: Item | undefined;

  const take = (item: Item) => {
    const sk = String(item["sk"]);
    const packed = item["ids"];
    if (typeof packed === "string") {
      const bucket = bucketOf(sk);
      for (const rest of packed.split(" ")) ids.add(bucket + rest);
    } else if (item["gone"] === true) ids.delete(sk);
    else ids.add(sk);
  };

  return {
    ids,
    get floor() {
      return floor;
    },
    get read() {
      return read;
    },
    async extend(limit) {
      const page = await table.query<Item>({
        pk,
        // A pack may begin above the place and reach below it, but never out of its bucket.
        ...(before === undefined ? {} : { to: `${bucketOf(before)}~` }),
        newestFirst: true,
        limit,
        attributes: ["sk", "ids", "gone"],
        ...(startKey ? { startKey } : {}),
      });
      page.items.forEach(take);
      startKey = page.lastKey;
      // Packs and removals sort at or above the ids they speak of, so below the last key nothing can change what lies above.
      floor = startKey === undefined ? "" : (String(startKey["sk"]).split(PACK_MARK, 1)[0] ?? "");
      read += page.items.length;
    },
  };
}

function bucketOf(id: string): string {
  return id.slice(0, BUCKET_LENGTH);
}
