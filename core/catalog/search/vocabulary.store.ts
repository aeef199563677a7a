import type { OrganizationId } from "../../platform/ids.ts";
import { type Key, orgPartition } from "../../platform/keys.ts";
import { Lru } from "../../platform/lru.ts";
import type { Item, Table } from "../../platform/table.ts";
import { endings } from "./text.ts";

/** Words that this process has seen in the vocabulary; a hint that saves reads, never needed for a right answer. */
export type KnownWords = Lru<true>;

export function createKnownWords(): KnownWords {
  return new Lru<true>({ max: 50_000 });
}

/** Words hold no space, so it parts the ending from its word, and a word's own entry is the first of its ending. */
const SEPARATOR = " ";

/** Spread by the first two characters: a lookup by two or more reads one partition. */
function entryKey(organizationId: OrganizationId, ending: string, word: string): Key & Item {
  const [first = "", second = ""] = ending;
  return { pk: orgPartition(organizationId, "VOCAB", first + second), sk: `${ending}${SEPARATOR}${word}` };
}

/** Written after all other entries of the word: who finds it knows that the word is complete. */
export function wordEntry(organizationId: OrganizationId, word: string): Key & Item {
  return entryKey(organizationId, word, word);
}

/** An entry for each further place in the word at which a lookup may begin. */
export function endingEntries(organizationId: OrganizationId, word: string): (Key & Item)[] {
  return endings(word)
    .slice(1)
    .map((ending) => entryKey(organizationId, ending, word));
}

/** The words that contain a text of two characters or more; undefined when there are more than `limit`. */
export async function wordsContaining(
  table: Table,
  organizationId: OrganizationId,
  text: string,
  limit: number,
): Promise<string[] | undefined> {
  const { pk } = entryKey(organizationId, text, text);
  // "banana" is there twice for "an": asking for twice the limit leaves room for such repeats.
  const page = await table.query<Item>({ pk, prefix: text, limit: 2 * limit, attributes: ["sk"] });
  const words = new Set(page.items.map((item) => String(item["sk"]).split(SEPARATOR, 2)[1] ?? ""));
  return page.lastKey || words.size > limit ? undefined : [...words];
}
