import type { Identity } from "./identity.ts";
import { similarity } from "./title.ts";

export const MATCH_METHODS = ["gtin", "sku", "styleAndSize", "style", "title"] as const;
export type MatchMethod = (typeof MATCH_METHODS)[number];

/**
 * From this likeness of titles on a match is made, from the other on it is shown for review. Of 100. One word can make
 * another thing of it (GS, White for Black): with one that differs no title of up to thirty words is sure.
 */
const SURE = 97;
const POSSIBLE = 60;

/** Of a style without its size. */
const UNSURE_STYLE = 75;

export interface Side {
  identity: Identity;
  /** RFC 3339 UTC: when it was bought or sold. */
  at: string;
}

export interface Judgement {
  method: MatchMethod;
  /** 0 to 100. */
  score: number;
  /** Made at once, or shown to somebody first. */
  isSure: boolean;
  /** Why, in words. */
  reason: string;
}

/**
 * Are these the same goods? By GTIN, else by SKU, else by style code and size, else by title. What contradicts it (other
 * GTIN, other style, other size, bought after it was sold) makes it unsure, or no match at all. Pure.
 */
export function judge(sale: Side, purchase: Side): Judgement | undefined {
  const found = sameGoods(sale.identity, purchase.identity);
  if (!found || purchase.at <= sale.at) return found;
  return { ...found, isSure: false, reason: `${found.reason}, but it was bought after it was sold` };
}

function sameGoods(sale: Identity, purchase: Identity): Judgement | undefined {
  const agrees = (fits: boolean, method: MatchMethod, what: string): Judgement => ({
    method,
    score: 100,
    isSure: fits,
    reason: fits ? what : `${what}, but another style or size`,
  });
  const gtin = compare([sale.gtin], [purchase.gtin]);
  const style = compare(sale.styles, purchase.styles);
  const size = compare(sale.sizes, purchase.sizes);
  const fits = style !== "other" && size !== "other";
  if (gtin === "same") return agrees(fits, "gtin", "same GTIN");
  if (gtin === "other") return undefined;
  if (compare([sale.sku], [purchase.sku]) === "same") return agrees(fits, "sku", "same SKU");
  if (!fits) return undefined;
  if (style === "unknown") return byTitle(sale, purchase, size);
  if (size === "same") return agrees(true, "styleAndSize", "same style code and size");
  if (sale.sizes.length + purchase.sizes.length === 0)
    return agrees(true, "style", "same style code, and neither has a size");
  const reason = "same style code, but only one of them has a size";
  return { method: "style", score: UNSURE_STYLE, isSure: false, reason };
}

function byTitle(sale: Identity, purchase: Identity, size: Comparison): Judgement | undefined {
  const score = similarity(sale.title ?? "", purchase.title ?? "");
  if (score < POSSIBLE) return undefined;
  const oneSized = size === "unknown" && sale.sizes.length + purchase.sizes.length > 0;
  const reason = `titles are alike by ${score} of 100${oneSized ? ", but only one of them has a size" : ""}`;
  return { method: "title", score, isSure: score >= SURE && !oneSized, reason };
}

type Comparison = "same" | "other" | "unknown";

function compare(a: (string | undefined)[], b: (string | undefined)[]): Comparison {
  const [known, others] = [a.filter((one) => one !== undefined), b.filter((one) => one !== undefined)];
  if (known.length === 0 || others.length === 0) return "unknown";
  return known.some((one) => others.includes(one)) ? "same" : "other";
}
