import type { Explained, Offer, Scored } from "./offer.ts";
import { type Component, COMPONENTS, type Weights } from "./settings.ts";
import { wordsOf } from "./words.ts";

/** How good one part of an offer is, 0 to 1, and why. */
type Judged = readonly [value: number, reason: string];

/** What is neither good nor bad, since the source does not say. */
const UNKNOWN = 0.5;

/** Words from which on a title says what is offered, and beyond which it is stuffed for search machines. */
const FEW_WORDS = 3;
const MANY_WORDS = 30;
const ENOUGH_IMAGES = 4;
/** From here on more sales say nothing more. */
const MANY_SALES = 10_000;
const HIGH_COMMISSION = 0.1;
/** A list price of ten times the price was never asked. */
const INCREDIBLE_DISCOUNT = 0.9;
const ENOUGH_DETAILS = 6;

const JUDGES: Record<Component, (product: Offer["product"]) => Judged> = {
  title({ name }) {
    const { length } = wordsOf(name).words;
    if (length > MANY_WORDS) return [0.4, `${length} different words are stuffed into the title`];
    return [Math.min(1, length / (2 * FEW_WORDS)), `the title has ${length} different words`];
  },
  images: ({ images }) => [Math.min(1, images.length / ENOUGH_IMAGES), `${images.length} pictures`],
  price({ cost, price }) {
    if (price?.currency !== cost.currency || price.minor <= cost.minor) return [0.8, "no discount is claimed"];
    const discount = 1 - cost.minor / price.minor;
    const percent = Math.round(discount * 100);
    if (discount > INCREDIBLE_DISCOUNT) return [0.2, `a discount of ${percent} % is hardly true`];
    return [1, `a discount of ${percent} %`];
  },
  rating: ({ signals }) => [
    bounded(signals?.rating ?? UNKNOWN),
    signals?.rating === undefined ? "no rating is told" : `rated ${Math.round(bounded(signals.rating) * 100)} %`,
  ],
  sales({ signals }) {
    if (signals?.sales === undefined) return [UNKNOWN, "sales are not told"];
    return [bounded(Math.log1p(Math.max(0, signals.sales)) / Math.log1p(MANY_SALES)), `${signals.sales} sold`];
  },
  commission({ signals }) {
    if (signals?.commission === undefined) return [0, "no commission is told"];
    const percent = Math.round(signals.commission * 1000) / 10;
    return [bounded(signals.commission / HIGH_COMMISSION), `a commission of ${percent} %`];
  },
  identity({ gtin, styleCode, brand }) {
    if (gtin !== undefined) return [1, "it has a GTIN"];
    if (styleCode !== undefined) return [0.8, "it has a style code"];
    return brand === undefined ? [0, "no GTIN, style code or brand is told"] : [0.5, "its brand is told"];
  },
  details({ description = "", attributes, categories }) {
    const count = Object.keys(attributes).length + categories.length + (description.length > 100 ? 2 : 0);
    return [Math.min(1, count / ENOUGH_DETAILS), `${count} details are told`];
  },
};

const bounded = (value: number): number => Math.min(1, Math.max(0, value));

const STEPS = 10_000;

/** The quality of an offer: the weighted mean of its parts, as the sum of what each contributes. */
export function scoreOf(offer: Offer, weights: Weights): Scored {
  const whole = COMPONENTS.reduce((sum, name) => sum + weights[name], 0);
  let steps = 0;
  const explain = COMPONENTS.map((component): Explained => {
    const [value, reason] = JUDGES[component](offer.product);
    const weight = weights[component];
    // In whole steps, so that the parts make up the score to the last digit.
    const part = Math.floor((STEPS * weight * value) / whole + 1e-6);
    steps += part;
    return { component, value: Math.round(value * STEPS) / STEPS, weight, contribution: part / STEPS, reason };
  });
  return { offer, score: steps / STEPS, explain };
}
