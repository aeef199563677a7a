import { normalizeGtin } from "../../platform/gtin.ts";
import { normalizeStyleCode } from "../../platform/style-code.ts";
import type { ItemFacts } from "../ledger/transaction.ts";
import { wordsOf } from "./title.ts";

/** What goods are, in the forms that are compared. */
export interface Identity {
  gtin?: string;
  sku?: string;
  /** A product may have two codes. */
  styles: string[];
  /** One size as each system calls it, as far as it is known. */
  sizes: string[];
  title?: string;
}

/** A size text in its comparable forms; none for no text. */
export type SizeForms = (text: string) => string[];

export function identify(item: ItemFacts, sizeForms: SizeForms): Identity {
  const gtin = item.gtin === undefined ? undefined : normalizeGtin(item.gtin);
  const style = item.styleCode === undefined ? undefined : normalizeStyleCode(item.styleCode);
  const sku = item.sku?.normalize("NFKC").trim().toUpperCase();
  const title = item.title?.trim();
  return {
    ...(gtin === undefined ? {} : { gtin }),
    ...(sku ? { sku } : {}),
    styles: [...new Set(style?.split("/").filter(Boolean))].slice(0, MAX_STYLES),
    sizes: item.size === undefined ? [] : sizeForms(item.size).slice(0, MAX_SIZES),
    ...(title ? { title } : {}),
  };
}

const MAX_STYLES = 3;
const MAX_SIZES = 6;

/** So many of a title's words lead to it, or to what is known by a code as well: the longest ones, which tell most. */
const KEY_WORDS = 8;
const KEY_WORDS_BESIDE_CODE = 4;

/** A purchase or a sold line stands under these. */
export function keysUnder(identity: Identity): string[] {
  const { gtin, sku, styles, sizes } = identity;
  const sized = sizes.length === 0 ? [NO_SIZE] : sizes;
  return [
    ...(gtin === undefined ? [] : [`gtin:${gtin}`]),
    ...(sku === undefined ? [] : [`sku:${sku}`]),
    ...styles.flatMap((style) => [...sized.map((size) => `style:${style}|${size}`), `style:${style}`]),
    ...keyWords(identity)
      .slice(0, gtin === undefined && styles.length === 0 ? KEY_WORDS : KEY_WORDS_BESIDE_CODE)
      .map((word) => `word:${word}`),
  ];
}

/** Whoever looks for its counterpart looks under these, one group after the other. */
export function keysToAsk(identity: Identity): string[][] {
  const { gtin, sku, styles, sizes } = identity;
  const codes = styles.flatMap((style) =>
    sizes.length === 0
      ? [`style:${style}`]
      : [...sizes.map((size) => `style:${style}|${size}`), `style:${style}|${NO_SIZE}`],
  );
  return [
    gtin === undefined ? [] : [`gtin:${gtin}`],
    sku === undefined ? [] : [`sku:${sku}`],
    codes,
    keyWords(identity).map((word) => `word:${word}`),
  ].filter((group) => group.length > 0);
}

const NO_SIZE = "?";

function keyWords({ title }: Identity): string[] {
  if (title === undefined) return [];
  return wordsOf(title)
    .filter((word) => word.length > 1)
    .toSorted((a, b) => b.length - a.length || (a < b ? -1 : 1))
    .slice(0, KEY_WORDS)
    .map((word) => word.slice(0, 100));
}
