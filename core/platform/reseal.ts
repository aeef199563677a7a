import type { Resources } from "./context.ts";
import { inParallel } from "./in-parallel.ts";
import type { PartitionKey } from "./keys.ts";
import { seal, sealedState, unseal } from "./secrets.ts";
import type { Item } from "./table.ts";
import { ConditionFailed } from "./table-errors.ts";

/** Where a sealed text stands in an item, and what it is about. */
export interface SealedText {
  path: readonly (string | number)[];
  about: string;
}

/** Finds the sealed texts of an entity's items. A noun that seals what it keeps says where, by entity. */
export type SealedIn = Readonly<Record<string, (item: Item) => SealedText[]>>;

/** Whose item it is, by its key. */
export const ownerOf = (item: Item): string => String(item["pk"]).split("#", 1)[0] ?? "";

export interface Resealed {
  items: number;
  /** Texts that are under the newest key now and were not before. */
  resealed: number;
  /** Texts that somebody else wrote anew at that moment; they are looked at again with the next round. */
  changed: number;
  /** Texts under another key that nobody says how to open, by entity. */
  left: Record<string, number>;
  /** Of those: texts of items that go by themselves, and when the last does. RFC 3339 UTC. */
  leaving: number;
  lastLeavesAt?: string;
}

const AT_ONCE = 10;

type Needs = Pick<Resources, "table" | "config">;

/**
 * Brings every sealed text of the items under the newest key, one by one, each on the condition that it is still the one
 * that was read: what is written meanwhile wins. Done again, it goes on where it was broken off, since what is under the
 * newest key already is left as it is. With `verifyOnly` it changes nothing.
 */
export async function reseal(
  resources: Needs,
  pages: AsyncIterable<readonly Item[]>,
  sealedIn: SealedIn,
  { verifyOnly = false } = {},
): Promise<Resealed> {
  const sum: Resealed = { items: 0, resealed: 0, changed: 0, left: {}, leaving: 0 };
  for await (const page of pages)
    await inParallel(page, AT_ONCE, async (item) => {
      sum.items++;
      const former = formerTexts(resources, item);
      if (former.length === 0) return;
      const entity = String(item["entity"]);
      const known = new Map((sealedIn[entity]?.(item) ?? []).map(({ path, about }) => [nameOf(path), about]));
      for (const { path, text } of former) {
        const about = known.get(nameOf(path));
        if (about === undefined || verifyOnly) leave(sum, item, entity);
        else if (await replace(resources, item, { path, text, about })) sum.resealed++;
        else sum.changed++;
      }
    });
  return sum;
}

function leave(sum: Resealed, item: Item, entity: string): void {
  const expiresAt = Number(item["expiresAt"]);
  if (Number.isNaN(expiresAt)) {
    sum.left[entity] = (sum.left[entity] ?? 0) + 1;
    return;
  }
  sum.leaving++;
  const at = new Date(expiresAt * 1_000).toISOString();
  if (sum.lastLeavesAt === undefined || at > sum.lastLeavesAt) sum.lastLeavesAt = at;
}

/** STILL_THE_SAME: a token is renewed while its predecessor is sealed anew. Whoever comes second finds another text there. */
async function replace(
  { table, config }: Needs,
  item: Item,
  { path, text, about }: SealedText & { text: string },
): Promise<boolean> {
  const names = Object.fromEntries(path.flatMap((part, at) => (typeof part === "string" ? [[`#p${at}`, part]] : [])));
  const place = path
    .map((part, at) => (typeof part === "string" ? `${at > 0 ? "." : ""}#p${at}` : `[${part}]`))
    .join("");
  const anew = seal(config, about, unseal(config, about, text));
  try {
    await table.update(
      { pk: item["pk"] as PartitionKey, sk: String(item["sk"]) },
      { expression: `SET ${place} = :anew`, names, values: { ":anew": anew } },
      { expression: `${place} = :text`, values: { ":text": text } },
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}

const nameOf = (path: SealedText["path"]) => JSON.stringify(path);

/** Every text of the item, however deep, that is sealed with another key than the newest. */
function formerTexts(
  { config }: Pick<Needs, "config">,
  value: unknown,
  path: (string | number)[] = [],
): { path: (string | number)[]; text: string }[] {
  if (sealedState(config, value) === "former") return [{ path, text: String(value) }];
  if (Array.isArray(value)) return value.flatMap((inner, at) => formerTexts({ config }, inner, [...path, at]));
  if (typeof value !== "object" || value === null || value instanceof Uint8Array) return [];
  return Object.entries(value).flatMap(([name, inner]) => formerTexts({ config }, inner, [...path, name]));
}
