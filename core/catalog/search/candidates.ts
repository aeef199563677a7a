import type { Context } from "../../platform/context.ts";
import { openPostings, type PostingList } from "./postings.store.ts";
import { NOTHING, type Source } from "./source.ts";
import { queryTokens, type Token } from "./text.ts";
import { costAbove, extendFirst, floorOf, holds, idsBetween, type Union } from "./union.ts";
import { wordsContaining } from "./vocabulary.store.ts";

/** A token in more index words than this is too broad to drive: so many lists cost more than looking at products. */
const MAX_WORDS = 24;
const MAX_TOKENS = 6;
const MAX_LISTS = 32;
const PAGE = 250;
/** So few candidates are read and looked at for less than a second list costs. */
const FEW = 40;
/** A token whose list is this many times as long as the sparsest's is not worth reading: a product's text answers for it. */
const DENSITY = 8;

interface Alternatives {
  token: Token;
  words: string[];
}

/**
 * Products that may contain all words, from the index. Undefined when no word narrows the search enough.
 * `before` is exclusive.
 */
export async function openCandidates(
  ctx: Context,
  words: string[],
  before: string | undefined,
): Promise<Source | undefined> {
  const found = await lookUp(ctx, words);
  if (found.some((one) => one.words?.length === 0)) return NOTHING;
  const open = ({ token, words: alternatives }: Alternatives): Union => ({
    token,
    lists: alternatives.map((word) => openPostings(ctx.table, ctx.actor.organizationId, word, before)),
  });
  const [first, ...rest] = narrowest(found).map(open);
  if (!first) return undefined;
  await extendFirst([first]);
  if (rest.length === 0 || (floorOf(first) === "" && idsBetween(first, "", before).size <= FEW)) {
    return intersection([first], words, before);
  }
  await extendFirst(rest);
  return intersection(worthReading([first, ...rest]), words, before);
}

/** Each token with the index words that it is part of; undefined where there are too many. */
async function lookUp({ table, actor }: Context, words: string[]) {
  const tokens = words.flatMap(queryTokens).sort((a, b) => b.text.length - a.text.length);
  const distinct = [...new Map(tokens.map((token) => [token.text, token])).values()].slice(0, MAX_TOKENS);
  return Promise.all(
    distinct.map(async (token) => ({
      token,
      words:
        token.kind === "pair"
          ? [token.text]
          : await wordsContaining(table, actor.organizationId, token.text, MAX_WORDS),
    })),
  );
}

/** The tokens in the fewest words, as many as the bound on lists allows. */
function narrowest(found: { token: Token; words: string[] | undefined }[]): Alternatives[] {
  const usable = found.flatMap(({ token, words }) => (words ? [{ token, words }] : []));
  usable.sort((a, b) => a.words.length - b.words.length);
  let lists = 0;
  return usable.filter(({ words }) => (lists += words.length) <= MAX_LISTS);
}

/** The sparsest token, and those of the others that cost not much more to read as far down. */
function worthReading(unions: Union[]): Union[] {
  const floor = unions.map(floorOf).reduce((a, b) => (a > b ? a : b));
  const costs = new Map(unions.map((union) => [union, costAbove(union, floor)]));
  const costOf = (union: Union) => costs.get(union) ?? 0;
  const [sparsest, ...others] = unions.toSorted((a, b) => costOf(a) - costOf(b));
  if (!sparsest) return [];
  const limit = DENSITY * Math.max(3, costOf(sparsest));
  return [sparsest, ...others.filter((other) => floorOf(other) === "" || costOf(other) <= limit)];
}

/** What all unions hold, from the top down to where each of them is known; each further stretch reads the shortest on. */
function intersection(unions: Union[], words: string[], before: string | undefined): Source {
  const lists: PostingList[] = unions.flatMap((union) => union.lists);
  const itemsRead = () => lists.reduce((sum, list) => sum + list.read, 0);
  const lowestKnown = () => unions.map(floorOf).reduce((a, b) => (a > b ? a : b), "");
  let upper = before;
  let accounted = 0;
  let started = false;

  const readOn = async () => {
    const shallow = lowestKnown();
    await Promise.all(lists.filter((list) => list.floor === shallow).map((list) => list.extend(PAGE)));
  };

  return {
    proven: words.every((word) => unions.some(({ token }) => token.proves && token.text === word)),
    budget: { page: 1_000, count: 500 },
    async next() {
      if (started) await readOn();
      started = true;
      // What lies above the place, for the sake of packs that span it, is no progress: at most a second's products.
      const bound = upper ?? "\uffff\uffff";
      while (lowestKnown() >= bound) await readOn();
      const floor = lowestKnown();
      const [smallest, ...others] = unions
        .map((union) => ({ union, ids: idsBetween(union, floor, upper) }))
        .sort((a, b) => a.ids.size - b.ids.size);
      const ids = [...(smallest?.ids ?? [])].filter((id) => others.every(({ union }) => holds(union, id)));
      const read = itemsRead() - accounted;
      accounted += read;
      upper = floor === "" ? undefined : `${floor}~`;
      return { ids: ids.sort().toReversed(), products: new Map(), next: upper, read };
    },
  };
}
