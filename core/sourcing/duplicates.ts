import { normalizeStyleCode } from "../platform/style-code.ts";
import type { Offer } from "./offer.ts";
import { numbersDiffer, wordsOf } from "./words.ts";

/** Why two offers are taken for the same goods. */
export type Sameness = "sameItem" | "gtin" | "styleCode" | "image" | "title";

export interface Duplicate<T> {
  item: T;
  because: Sameness;
  /** Share of the words of both titles that both have, 0 to 1. */
  similarity: number;
}

export interface Kept<T> {
  item: T;
  standsFor: Duplicate<T>[];
}

/** One picture is a proof only where the titles have something in common: shops show the same sign for "no picture". */
const IMAGE_SIMILARITY = 0.3;
/** So many different goods with one picture or code: it is a sign of none of them. */
const SIGN_OF_NONE = 20;

interface Traits {
  identity: string;
  gtin: string | undefined;
  styleCode: string | undefined;
  image: string | undefined;
  /** Ascending, the rarest word first. */
  words: readonly number[];
  numbers: ReadonlySet<string>;
}

/**
 * Of offers in the order of their rank, the best of those that are the same goods, with what it stands for. Each is
 * compared with what was kept before it and not with what went: a chain of ever so little difference does not make its
 * two ends the same. The first is always kept; doing it again changes nothing.
 *
 * Titles are compared only where they share one of their rarest words: two that are alike enough must (the prefix filter
 * of set similarity joins), and so it does not grow with the square.
 */
export function withoutDuplicates<T>(ranked: readonly T[], offerOf: (item: T) => Offer, threshold: number): Kept<T>[] {
  const traits = traitsOf(ranked.map(offerOf));
  const kept: Kept<T>[] = [];
  const traitsOfKept: Traits[] = [];
  const index = { identity: new Map<string, number>(), gtin: new Map<string, number>() };
  const byStyleCode = new Map<string, number[]>();
  const byImage = new Map<string, number[]>();
  const byWord = new Map<number, number[]>();

  function sameAs(mine: Traits): { place: number; because: Sameness } | undefined {
    const identical = index.identity.get(mine.identity);
    if (identical !== undefined) return { place: identical, because: "sameItem" };
    const coded = mine.gtin === undefined ? undefined : index.gtin.get(mine.gtin);
    if (coded !== undefined) return { place: coded, because: "gtin" };
    const styled = (mine.styleCode === undefined ? undefined : byStyleCode.get(mine.styleCode)) ?? [];
    const style = styled.slice(0, SIGN_OF_NONE).find((place) => !hasOtherGtin(mine, traitsOfKept[place]));
    if (style !== undefined) return { place: style, because: "styleCode" };
    const pictured = (mine.image === undefined ? undefined : byImage.get(mine.image)) ?? [];
    const shown = pictured.length < SIGN_OF_NONE ? best(mine, pictured, IMAGE_SIMILARITY) : undefined;
    if (shown !== undefined) return { place: shown, because: "image" };
    const candidates = new Set(prefixOf(mine, threshold).flatMap((word) => byWord.get(word) ?? []));
    const titled = best(mine, candidates, threshold);
    return titled === undefined ? undefined : { place: titled, because: "title" };
  }

  /** The most alike that may be the same, of equals the better; undefined where none is alike enough. */
  function best(mine: Traits, places: Iterable<number>, least: number): number | undefined {
    let found: { place: number; similarity: number } | undefined;
    for (const place of places) {
      const other = traitsOfKept[place];
      if (!other) continue;
      const similarity = similarityOf(mine.words, other.words, least);
      if (similarity < least || contradict(mine, other)) continue;
      const isBetter =
        !found || similarity > found.similarity || (similarity === found.similarity && place < found.place);
      if (isBetter) found = { place, similarity };
    }
    return found?.place;
  }

  function keep(item: T, mine: Traits): void {
    const place = kept.push({ item, standsFor: [] }) - 1;
    traitsOfKept.push(mine);
    index.identity.set(mine.identity, place);
    if (mine.gtin !== undefined) index.gtin.set(mine.gtin, place);
    if (mine.styleCode !== undefined) append(byStyleCode, mine.styleCode, place);
    if (mine.image !== undefined) append(byImage, mine.image, place);
    for (const word of prefixOf(mine, threshold)) append(byWord, word, place);
  }

  for (const [at, item] of ranked.entries()) {
    const mine = traits[at];
    if (!mine) continue;
    const same = sameAs(mine);
    const other = same && traitsOfKept[same.place];
    if (!same || !other) keep(item, mine);
    else
      kept[same.place]?.standsFor.push({
        item,
        because: same.because,
        similarity: Math.round(similarityOf(mine.words, other.words) * 10_000) / 10_000,
      });
  }
  return kept;
}

function contradict(a: Traits, b: Traits): boolean {
  return hasOtherGtin(a, b) || numbersDiffer(a.numbers, b.numbers);
}

/** Each size of a shoe has a GTIN of its own, and the style code of all. */
function hasOtherGtin(a: Traits, b: Traits | undefined): boolean {
  return a.gtin !== undefined && b?.gtin !== undefined && a.gtin !== b.gtin;
}

/** Words as numbers in the order of how many titles have them: the rare ones tell most, and come first. */
function traitsOf(offers: readonly Offer[]): Traits[] {
  const titles = offers.map(({ product }) => wordsOf(product.name));
  const counts = new Map<string, number>();
  for (const { words } of titles) for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  const byRarity = [...counts].toSorted(([a, m], [b, n]) => m - n || (a < b ? -1 : 1));
  const numberOf = new Map(byRarity.map(([word], place) => [word, place]));
  return offers.map(({ origin, product }, at) => {
    const { words = [], numbers = new Set<string>() } = titles[at] ?? {};
    const [image] = product.images;
    return {
      identity: `${origin.provider}\n${product.externalId}`,
      gtin: product.gtin,
      styleCode: styleCodeOf(product.styleCode),
      image: image === undefined ? undefined : imageOf(image),
      words: words.map((word) => numberOf.get(word) ?? 0).toSorted((a, b) => a - b),
      numbers,
    };
  });
}

/** Shorter ones are a model's number within a brand, and brands share those. */
const MIN_STYLE_CODE = 6;

function styleCodeOf(text: string | undefined): string | undefined {
  const code = text === undefined ? undefined : normalizeStyleCode(text);
  return code !== undefined && code.length >= MIN_STYLE_CODE ? code : undefined;
}

/** As many of the rarest words as a title that is alike enough cannot be without. */
function prefixOf({ words }: Traits, threshold: number): readonly number[] {
  return words.slice(0, words.length - Math.ceil(threshold * words.length - 1e-9) + 1);
}

/** Jaccard: words that both have, of all that they have. Both ascending. 0 as soon as it cannot be `least` any more. */
function similarityOf(a: readonly number[], b: readonly number[], least = 0): number {
  const needed = Math.ceil((least * (a.length + b.length)) / (1 + least) - 1e-9);
  let both = 0;
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    if (both + Math.min(a.length - i, b.length - j) < needed) return 0;
    const left = a[i] ?? 0;
    const right = b[j] ?? 0;
    if (left === right) both++;
    if (left <= right) i++;
    if (right <= left) j++;
  }
  const all = a.length + b.length - both;
  return all === 0 ? 0 : both / all;
}

/** A picture's size is written behind its name, `a.jpg_640x640.jpg`, and its host has a number: `ae01` and `ae04` show the same. */
function imageOf(address: string): string {
  const { hostname, pathname } = new URL(address);
  return `${hostname.replace(/^([a-z]+)\d+(?=\.)/, "$1")}${pathname.replace(/(\.(?:jpe?g|png|webp|gif|avif)).*$/i, "$1")}`;
}

function append<K>(map: Map<K, number[]>, key: K, place: number): void {
  const places = map.get(key);
  if (places) places.push(place);
  else map.set(key, [place]);
}
