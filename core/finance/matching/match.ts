import * as z from "zod";
import { createHash } from "node:crypto";
import { defined } from "../../platform/defined.ts";
import { type Money, toWire, type WireMoney } from "../../platform/money.ts";
import { IdSchema, PageSchema, type Resource } from "../../platform/resources.ts";
import type { ItemFacts } from "../ledger/transaction.ts";
import type { MatchMethod } from "./judge.ts";

/**
 * `matched`: made by rule. `review`: shown to somebody. `accepted`, `rejected`: their word. `released`: the goods came
 * back. `superseded`: its line was matched otherwise before anybody answered.
 */
export const MATCH_STATUSES = ["matched", "review", "accepted", "rejected", "released", "superseded"] as const;
export type MatchStatus = (typeof MATCH_STATUSES)[number];

export const ListMatchesSchema = z.lazy(() =>
  PageSchema.unwrap().extend({
    status: z.enum(MATCH_STATUSES).optional().describe("`review` where nothing else is asked for"),
    orderId: IdSchema.optional(),
    purchaseId: IdSchema.optional(),
  }),
);

/** Units of one purchase and one sold line that belong together, or may. Both sides are kept as they were, to be judged by. */
export interface Match extends Resource {
  status: MatchStatus;
  method: MatchMethod;
  /** 0 to 100: how surely. */
  score: number;
  reason: string;
  /** Units; of one for review, as many as it could be. */
  quantity: number;
  orderId: string;
  lineId: string;
  purchaseId: string;
  unitCost: Money;
  sale: { channel: string; soldAt: string } & ItemFacts;
  purchase: { platform: string; purchasedAt: string; reference?: string } & ItemFacts;
  /** Who decided: a person's key, or the system. */
  decidedBy: string;
}

export interface MatchView extends Omit<Match, "unitCost"> {
  unitCost: WireMoney;
  cost: WireMoney;
}

export function viewMatch(match: Match): MatchView {
  const { unitCost, quantity } = match;
  return defined({
    id: match.id,
    status: match.status,
    method: match.method,
    score: match.score,
    reason: match.reason,
    quantity,
    unitCost: toWire(unitCost),
    cost: toWire({ minor: unitCost.minor * quantity, currency: unitCost.currency }),
    orderId: match.orderId,
    lineId: match.lineId,
    purchaseId: match.purchaseId,
    sale: match.sale,
    purchase: match.purchase,
    decidedBy: match.decidedBy,
    version: match.version,
    createdAt: match.createdAt,
    updatedAt: match.updatedAt,
  });
}

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/** A line and a purchase have one match at most: its id says which, so that what was rejected once is known again. */
export function matchIdOf(orderId: string, lineId: string, purchaseId: string): string {
  const hash = createHash("sha256")
    .update(JSON.stringify([orderId, lineId, purchaseId]))
    .digest();
  return `mat_${Array.from(hash.subarray(0, 26), (byte) => CROCKFORD.charAt(byte % 32)).join("")}`;
}
