/**
 * Shares an amount out by weight, in whole minor units that sum to it exactly: each its part rounded towards zero, what
 * is left a unit each to those that lost most, the first of equals. Weights of nothing at all share equally. Pure.
 */
export function allocate(minor: number, weights: number[]): number[] {
  if (weights.length === 0) return [];
  const total = weights.reduce((sum, weight) => sum + BigInt(weight), 0n);
  const parts = total === 0n ? weights.map(() => 1n) : weights.map(BigInt);
  const whole = total === 0n ? BigInt(weights.length) : total;
  const amount = BigInt(minor < 0 ? -minor : minor);
  const shares = parts.map((part, index) => ({ index, share: (amount * part) / whole, lost: (amount * part) % whole }));
  let left = amount - shares.reduce((sum, { share }) => sum + share, 0n);
  const first = shares.toSorted((a, b) => (a.lost === b.lost ? a.index - b.index : a.lost > b.lost ? -1 : 1));
  for (const one of first) {
    if (left === 0n) break;
    one.share++;
    left--;
  }
  return shares.map(({ share }) => (minor < 0 && share > 0n ? -Number(share) : Number(share)));
}
