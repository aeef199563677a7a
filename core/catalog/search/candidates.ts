import type { Context } from "../../platform/context.ts";
import { openPostings, type PostingList } from "./postings.store.ts";
import { NOTHING, type Source } from "./source.ts";
import { queryTokens, type Token } from "./text.ts";
import { wordsContaining } from "./vocabulary.store.ts";

/** A token in more index words than this is too broad to drive: so many lists cost more than looking at products. */
const MAX_WORDS = 24;
const MAX_TOKENS = 6;
const MAX_LISTS = 32;
const FIRST_PAGE = 200;
const PAGE = 250;
/** A list this many times as dense as the sparsest is not worth reading: a product's text answers for it. */
const DENSITY = 8;

/** The products that have one of a token's words. */
interface Union {
  token: Token;
  lists: PostingList[];
}

/**
 * Products that may contain all words, from the index. Undefined when no word narrows the search enough.
 * `before` is exclusive.
 */
export async function openCandidates(
  { table, actor }: Context,
  words: string[],
  before: string | undefined,
): Promise<Source | undefined> {
  const tokens = words.flatMap(queryTokens).sort((a, b) => b.text.length - a.text.length);
  const distinct = [...new Map(tokens.map((token) => [token.text, token])).values()].slice(0, MAX_TOKENS);
  const found = await Promise.all(
    distinct.map(async (token) => ({
      token,
      words:
        token.kind === "pair"
          ? [token.text]
          : await wordsContaining(table, actor.organizationId, token.text, MAX_WORDS),
    })),
  );
  if (found.some((one) => one.words?.length === 0)) return NOTHING;

  const unions = narrowest(found).map(
    ({ token, words: alternatives }): Union => ({
      token,
      lists: alternatives.map((word) => openPostings(table, actor.organizationId, word, before)),
    }),
  );
  if (unions.length === 0) return undefined;
  const lists = unions.flatMap((union) => union.lists);
  const first = Math.max(30, Math.ceil(FIRST_PAGE / lists.length));
  const read = sum(await Promise.all(lists.map((list) => list.extend(first))));
  return intersection(worthReading(unions), words, before, read);
}

/** The tokens in the fewest words, as many as the bound on lists allows. */
function narrowest(found: { token: Token; words: string[] | undefined }[]): { token: Token; words: string[] }[] {
  const usable = found.flatMap(({ token, words }) => (words ? [{ token, words }] : []));
  usable.sort((a, b) => a.words.length - b.words.length);
  let lists = 0;
  return usable.filter(({ words }) => (lists += words.length) <= MAX_LISTS);
}

/** The sparsest token, and those of the others that are not far denser. */
function worthReading(unions: Union[]): Union[] {
  const [sparsest, ...others] = unions.toSorted((a, b) => (floorOf(a) < floorOf(b) ? -1 : 1));
  if (!sparsest) return [];
  const floor = unions.map(floorOf).reduce((a, b) => (a > b ? a : b));
  const limit = DENSITY * Math.max(3, idsBetween(sparsest, floor, undefined).size);
  return [
    sparsest,
    ...others.filter((other) => floorOf(other) === "" || idsBetween(other, floor, undefined).size <= limit),
  ];
}

/** What all unions hold, from the top down to where each of them is known; each further stretch reads the shortest on. */
function intersection(unions: Union[], words: string[], before: string | undefined, firstRead: number): Source {
  const [driver, ...others] = unions;
  if (!driver) return NOTHING;
  const lists = unions.flatMap((union) => union.lists);
  let upper = before;
  let read = firstRead;
  let started = false;

  return {
    proven: words.every((word) => unions.some(({ token }) => token.proves && token.text === word)),
    budget: { page: 2_000, count: 1_000 },
    async next() {
      if (started) {
        const floor = lowestKnown(lists);
        read = sum(await Promise.all(lists.filter((list) => list.floor === floor).map((list) => list.extend(PAGE))));
      }
      started = true;
      const floor = lowestKnown(lists);
      const ids = [...idsBetween(driver, floor, upper)].filter((id) => others.every((other) => holds(other, id)));
      upper = floor === "" ? undefined : `${floor}~`;
      return { ids: ids.sort().toReversed(), products: new Map(), next: upper, read };
    },
  };
}

function holds(union: Union, id: string): boolean {
  return union.lists.some((list) => list.ids.has(id));
}

/** Ids above the floor and below the upper bound, both exclusive. */
function idsBetween(union: Union, floor: string, upper: string | undefined): Set<string> {
  const ids = new Set<string>();
  for (const list of union.lists) {
    for (const id of list.ids) if (id > floor && (upper === undefined || id < upper)) ids.add(id);
  }
  return ids;
}

/** Down to here all of the lists are known: the floor that lies highest. */
function lowestKnown(lists: PostingList[]): string {
  return lists.map((list) => list.floor).reduce((a, b) => (a > b ? a : b));
}

function floorOf(union: Union): string {
  return lowestKnown(union.lists);
}

function sum(numbers: number[]): number {
  return numbers.reduce((a, b) => a + b, 0);
}
