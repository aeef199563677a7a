import type { Scored } from "./offer.ts";

/**
 * The better first: by score, then by price. Amounts of different currencies are not compared: those in the one asked
 * for come first. What is equal in both has an order of its own, so that the same offers always come in the same one.
 */
export function byRank(currency: string): (a: Scored, b: Scored) => number {
  return (a, b) => {
    if (a.score !== b.score) return b.score - a.score;
    const [one, other] = [a.offer.product.cost, b.offer.product.cost];
    if (one.currency !== other.currency) {
      if (one.currency === currency) return -1;
      return other.currency === currency || one.currency > other.currency ? 1 : -1;
    }
    return one.minor - other.minor || (nameOf(a) < nameOf(b) ? -1 : 1);
  };
}

function nameOf({ offer: { origin, product } }: Scored): string {
  return `${origin.provider}\n${product.externalId}\n${origin.accountId}`;
}
