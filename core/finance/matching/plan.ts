import { type Judgement, judge, MATCH_METHODS, type Side } from "./judge.ts";

/** A purchase with units left. */
export interface Candidate extends Side {
  purchaseId: string;
  /** Units. */
  remaining: number;
}

export interface Allotment extends Judgement {
  purchaseId: string;
  /** Units; for a proposal, as many as it could be. */
  quantity: number;
}

export interface Plan {
  /** To be made at once. */
  sure: Allotment[];
  /** To be shown for review, best first, for what the sure ones leave open. */
  proposals: Allotment[];
}

/** Nobody chooses among many. */
const MAX_PROPOSALS = 3;

/**
 * Which purchases the open units of a sold line came from: the surest method first, within it what was bought first; no
 * purchase gives more than it has left. Pure: the same line and purchases always make the same plan.
 */
export function planMatches(sale: Side, open: number, candidates: Candidate[]): Plan {
  const judged = candidates.flatMap((candidate) => {
    const judgement = candidate.remaining > 0 ? judge(sale, candidate) : undefined;
    return judgement ? [{ ...candidate, ...judgement }] : [];
  });
  let left = open;
  const sure: Allotment[] = [];
  for (const one of judged.filter(({ isSure }) => isSure).toSorted(bySurestThenOldest)) {
    const quantity = Math.min(left, one.remaining);
    if (quantity === 0) break;
    left -= quantity;
    sure.push(allotment(one, quantity));
  }
  const unsure = left === 0 ? [] : judged.filter(({ isSure }) => !isSure);
  const proposals = unsure
    .toSorted((a, b) => b.score - a.score || bySurestThenOldest(a, b))
    .slice(0, MAX_PROPOSALS)
    .map((one) => allotment(one, Math.min(left, one.remaining)));
  return { sure, proposals };
}

type Judged = Candidate & Judgement;

function bySurestThenOldest(a: Judged, b: Judged): number {
  const [first, second] = [MATCH_METHODS.indexOf(a.method), MATCH_METHODS.indexOf(b.method)];
  if (first !== second) return first - second;
  if (a.at !== b.at) return a.at < b.at ? -1 : 1;
  return a.purchaseId < b.purchaseId ? -1 : 1;
}

function allotment({ purchaseId, method, score, isSure, reason }: Judged, quantity: number): Allotment {
  return { purchaseId, quantity, method, score, isSure, reason };
}
