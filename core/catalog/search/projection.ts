import type { OrganizationId } from "../../platform/ids.ts";
import type { Key } from "../../platform/keys.ts";
import type { Item, Table } from "../../platform/table.ts";
import { type PostingChange, postingWrites } from "./postings.store.ts";
import { endings, indexWords, type Searchable, searchText } from "./text.ts";
import { endingEntries, type KnownWords, wordEntry } from "./vocabulary.store.ts";

const BATCH = 25;
const BATCHES_AT_ONCE = 8;
const PRODUCT_PARTITION = /^(.+)#PRODUCT$/;

/** An item before and after a write, as the table's stream tells it. */
export interface ItemChange {
  old?: Item;
  new?: Item;
}

/** What a batch of changes means to the index: organisation → word → product → its last change. */
type Changes = Map<OrganizationId, Map<string, Map<string, PostingChange>>>;

/**
 * Brings the search index up to the products' new texts. Takes any items and leaves out what is no product, and writes
 * only differences: a change of price, status or images writes nothing. All writes are puts that say the same thing each
 * time, so records may come again, also cut into other batches, as long as each product's own changes keep their order.
 */
export async function project(
  resources: { table: Table; knownWords?: KnownWords },
  records: ItemChange[],
): Promise<{ written: number }> {
  const changes = new Map() as Changes;
  for (const record of records) collect(changes, record);
  const postings: { put: Key & Item }[] = [];
  const vocabulary: { endings: (Key & Item)[]; words: (Key & Item)[] } = { endings: [], words: [] };
  for (const [organizationId, words] of changes) {
    for (const [word, products] of words) postings.push(...postingWrites(organizationId, word, products));
    for (const word of await newWords(resources, organizationId, words)) {
      vocabulary.endings.push(...endingEntries(organizationId, word));
      vocabulary.words.push(wordEntry(organizationId, word));
    }
  }
  await writeAll(resources.table, [...postings, ...vocabulary.endings.map((put) => ({ put }))]);
  await writeAll(
    resources.table,
    vocabulary.words.map((put) => ({ put })),
  );
  remember(resources.knownWords, changes);
  return { written: postings.length + vocabulary.endings.length + vocabulary.words.length };
}

function collect(changes: Changes, record: ItemChange): void {
  const item = record.new ?? record.old;
  const organization = PRODUCT_PARTITION.exec(String(item?.["pk"]))?.[1];
  if (item?.["entity"] !== "product" || organization === undefined) return;
  const [before, after] = [textOf(record.old), textOf(record.new)];
  if (before === after) return;
  const organizationId = organization as OrganizationId;
  const words = changes.get(organizationId) ?? new Map<string, Map<string, PostingChange>>();
  changes.set(organizationId, words);
  const [had, has] = [indexWords(before), indexWords(after)];
  const id = String(item["sk"]);
  for (const word of had) if (!has.has(word)) note(words, word, id, "removed");
  for (const word of has) if (!had.has(word)) note(words, word, id, record.old ? "added" : "created");
}

/** The later change stands; a product that comes back under a word within one batch is no longer "just created". */
function note(words: Map<string, Map<string, PostingChange>>, word: string, id: string, change: PostingChange): void {
  const products = words.get(word) ?? new Map<string, PostingChange>();
  words.set(word, products);
  products.set(id, change === "created" && products.has(id) ? "added" : change);
}

function textOf(item: Item | undefined): string {
  return item ? searchText(item as Item & Searchable) : "";
}

/** The words of the batch that the vocabulary lacks. Reading is a tenth of the price of writing them again. */
async function newWords(
  { table, knownWords }: { table: Table; knownWords?: KnownWords },
  organizationId: OrganizationId,
  words: Map<string, Map<string, PostingChange>>,
): Promise<string[]> {
  const asked: string[] = [];
  for (const [word, products] of words) {
    if (endings(word).length === 0 || knownWords?.has(knownKey(organizationId, word))) continue;
    if ([...products.values()].some((change) => change !== "removed")) asked.push(word);
  }
  const keys = asked.map((word) => wordEntry(organizationId, word));
  const found = await table.batchGet<Item>(keys, { attributes: ["sk"] });
  const complete = new Set(found.map((item) => item["sk"]));
  return asked.filter((word) => !complete.has(wordEntry(organizationId, word).sk));
}

function remember(knownWords: KnownWords | undefined, changes: Changes): void {
  if (!knownWords) return;
  for (const [organizationId, words] of changes) {
    for (const [word, products] of words) {
      if ([...products.values()].some((change) => change !== "removed"))
        knownWords.set(knownKey(organizationId, word), true);
    }
  }
}

function knownKey(organizationId: OrganizationId, word: string): string {
  return `${organizationId} ${word}`;
}

async function writeAll(table: Table, writes: { put: Key & Item }[]): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < writes.length) {
      const batch = writes.slice(next, next + BATCH);
      next += BATCH;
      await table.batchWrite(batch);
    }
  };
  await Promise.all(Array.from({ length: BATCHES_AT_ONCE }, worker));
}
