import { type Context, timestamp } from "../../platform/context.ts";
import { outboxWrite } from "../../platform/events.ts";
import type { Write } from "../../platform/table.ts";
import type { Entry } from "../ledger/transaction.ts";
import { entryWrites } from "../ledger/writes.ts";
import { lookupRemovals, lookupWrites } from "./lookup.store.ts";
import { type Match, matchIdOf } from "./match.ts";
import { lineWrite, matchWrite, purchases } from "./match.store.ts";
import type { Allotment } from "./plan.ts";
import type { Purchase } from "./purchase.ts";
import type { SaleLine } from "./sale-line.ts";

/** The three items that a match ties together, as they were read. */
export interface Tie {
  line: SaleLine;
  purchase: Purchase;
  /** As it shall be; its version says which of its changes this is. */
  match: Match;
  /** The match's version that was read; absent for a new one. */
  before?: number | undefined;
}

/** Proposals for a line that has no units open any more, as they were read. */
export type Stale = Match[];

/**
 * Units of the purchase become the line's: both counts, the match, the cost in the books, an event, and where one side
 * has none left, its place among those that are looked for. At most some sixty writes, in one transaction.
 */
export function takeWrites(ctx: Context, { line, purchase, match, before }: Tie, stale: Stale): Write[] {
  const { quantity } = match;
  const { unitCost } = purchase;
  const others = line.taken.filter(({ matchId }) => matchId !== match.id);
  const had = line.taken.find(({ matchId }) => matchId === match.id)?.quantity ?? 0;
  const taken = {
    matchId: match.id,
    purchaseId: purchase.id,
    quantity: had + quantity,
    unitCost,
    method: match.method,
    score: match.score,
  };
  const open = line.open - quantity;
  const proposals = open === 0 ? [] : line.proposals.filter((id) => id !== match.id);
  const gone = open === 0 ? stale.filter(({ id }) => id !== match.id) : [];
  return [
    ...purchaseWrites(ctx, purchase, purchase.remaining - quantity),
    ...lineWrites(ctx, line, { open, taken: [...others, taken], proposals }),
    matchWrite(ctx, { ...match, quantity: had + quantity }, before),
    ...gone.map((other) => matchWrite(ctx, revised(ctx, other, "superseded"), other.version)),
    ...costWrites(ctx, line, match, quantity, -1),
    outboxWrite(ctx, "match.made", { matchId: match.id, orderId: line.orderId, purchaseId: purchase.id }),
  ];
}

/** Units go back from the line to the purchase. Where they are still sold, the line has to find others for them. */
export function giveBackWrites(
  ctx: Context,
  { line, purchase, match, before }: Tie,
  quantity: number,
  { isStillSold, causes }: { isStillSold: boolean; causes?: string[] },
): Write[] {
  const taken = line.taken
    .map((one) => (one.matchId === match.id ? { ...one, quantity: one.quantity - quantity } : one))
    .filter((one) => one.quantity > 0);
  const counts = isStillSold ? { open: line.open + quantity } : { quantity: line.quantity - quantity };
  return [
    ...purchaseWrites(ctx, purchase, purchase.remaining + quantity),
    ...lineWrites(ctx, line, { ...counts, taken, ...(causes ? { causes } : {}) }),
    matchWrite(ctx, match, before),
    ...costWrites(ctx, line, match, quantity, 1),
    outboxWrite(ctx, "match.undone", { matchId: match.id, orderId: line.orderId, purchaseId: purchase.id }),
  ];
}

/** The line's change, and its place among those that purchases look for. */
export function lineWrites(ctx: Context, line: SaleLine, change: Partial<SaleLine>): Write[] {
  const next = { ...line, ...change, version: line.version + 1 };
  const found = `${line.orderId}#${line.lineId}`;
  return [
    lineWrite(ctx, next, line.version),
    ...placeWrites(ctx, "sale", { keys: line.keys, at: line.soldAt, found, had: line.open, has: next.open }),
  ];
}

function purchaseWrites(ctx: Context, purchase: Purchase, remaining: number): Write[] {
  const next = { ...purchase, remaining, version: purchase.version + 1, updatedAt: timestamp(ctx) };
  const { keys, purchasedAt: at, id: found } = purchase;
  return [
    purchases.replaceWrite(ctx, next),
    ...placeWrites(ctx, "purchase", { keys, at, found, had: purchase.remaining, has: remaining }),
  ];
}

function placeWrites(
  ctx: Context,
  sought: "purchase" | "sale",
  { keys, at, found, had, has }: { keys: string[]; at: string; found: string; had: number; has: number },
): Write[] {
  if (had > 0 && has === 0) return lookupRemovals(ctx, sought, keys, at, found);
  return had === 0 && has > 0 ? lookupWrites(ctx, sought, keys, at, found) : [];
}

export function revised(ctx: Context, match: Match, status: Match["status"]): Match {
  return { ...match, status, version: match.version + 1, updatedAt: timestamp(ctx), decidedBy: ctx.actor.id };
}

function costWrites(ctx: Context, line: SaleLine, match: Match, quantity: number, sign: 1 | -1): Write[] {
  const minor = sign * quantity * match.unitCost.minor;
  const { lineId, productId } = line;
  const product = productId === undefined ? {} : { productId };
  const entry: Entry = {
    type: "costOfGoods",
    platform: line.channel,
    amount: { minor: minor === 0 ? 0 : minor, currency: match.unitCost.currency },
    // On the day of the sale, like its revenue, whenever the purchase is found for it.
    occurredAt: line.soldAt,
    source: { kind: "match", id: match.id },
    ref: `costOfGoods#${match.id}#${match.version}`,
    orderId: line.orderId,
    lineId,
    ...product,
    parts: [{ kind: "line", minor: minor === 0 ? 0 : minor, lineId, ...product, quantity }],
  };
  return entryWrites(ctx, [entry]);
}

/** The match of a line and a purchase as it shall be; `before` is what was read of it. */
export function matchOf(
  ctx: Context,
  line: SaleLine,
  purchase: Purchase,
  { quantity, method, score, reason }: Allotment,
  status: Match["status"],
  before: Match | undefined,
): Match {
  const { orderId, lineId, channel, soldAt, item } = line;
  const now = timestamp(ctx);
  const { platform, purchasedAt, reference } = purchase;
  const made: Match = {
    id: matchIdOf(orderId, lineId, purchase.id),
    version: 1,
    createdAt: now,
    updatedAt: now,
    status,
    method,
    score,
    reason,
    quantity,
    orderId,
    lineId,
    purchaseId: purchase.id,
    unitCost: purchase.unitCost,
    sale: { channel, soldAt, ...item },
    purchase: { platform, purchasedAt, ...(reference === undefined ? {} : { reference }), ...purchase.item },
    decidedBy: ctx.actor.id,
  };
  return before ? { ...revised(ctx, { ...made, createdAt: before.createdAt, version: before.version }, status) } : made;
}
