import { type Context, requirePermission } from "../../platform/context.ts";
import { AppError, NotFoundError } from "../../platform/errors.ts";
import { TransactionCanceled } from "../../platform/table-errors.ts";
import type { ItemFacts } from "../ledger/transaction.ts";
import { identifier } from "./identifier.ts";
import { type Identity, keysToAsk } from "./identity.ts";
import { lookUp } from "./lookup.store.ts";
import { ensureLines } from "./lines.ts";
import { type Match, matchIdOf } from "./match.ts";
import { matchWrite, purchases, readLine, readMatches, readPurchases } from "./match.store.ts";
import { type Allotment, planMatches } from "./plan.ts";
import type { Purchase } from "./purchase.ts";
import { MAX_TAKEN, type SaleLine } from "./sale-line.ts";
import { lineWrites, matchOf, takeWrites } from "./settle.ts";

/** So many a key are looked at; those that are matched make room for the next. */
const PER_KEY = 25;
/** Of what many keys lead to, the likeliest. */
const MAX_CANDIDATES = 100;
/** A round that loses its race is run again with what is then there. */
const MAX_LOST = 50;
const MAX_ROUNDS = 50;

type IdentifyItem = (item: ItemFacts) => Identity;

export interface MatchedLine {
  lineId: string;
  quantity: number;
  /** Units that no purchase is found for. */
  open: number;
  /** How many matches wait for somebody's word. */
  inReview: number;
}

/**
 * Matches what an order sold with what was bought. May be run again at any time: what is matched stays, what is open is
 * tried anew. Throws NOT_FOUND where no line of the order waits for a purchase: it is unknown, unsold, or sold from stock.
 */
export async function matchOrder(ctx: Context, orderId: string): Promise<{ orderId: string; lines: MatchedLine[] }> {
  requirePermission(ctx, "finance.write");
  const identifyItem = await identifier(ctx);
  const lines = await ensureLines(ctx, orderId, identifyItem);
  if (lines.length === 0) throw new NotFoundError("Order with goods to be matched", orderId);
  const matched: MatchedLine[] = [];
  for (const line of lines) {
    const { lineId, quantity, open, proposals } = await matchLine(ctx, line, identifyItem);
    matched.push({ lineId, quantity, open, inReview: proposals.length });
  }
  return { orderId, lines: matched };
}

/** Matches a purchase with sales that wait for it, the oldest first. Throws NOT_FOUND. */
export async function matchPurchase(ctx: Context, purchaseId: string): Promise<void> {
  requirePermission(ctx, "finance.write");
  const identifyItem = await identifier(ctx);
  const asked = new Set<string>();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const purchase = await purchases.get(ctx, purchaseId);
    if (purchase.remaining === 0) return;
    const waiting = await waitingLines(ctx, identifyItem(purchase.item));
    const next = waiting.filter((place) => !asked.has(place));
    if (next.length === 0) return;
    for (const place of next) {
      asked.add(place);
      const [orderId = "", lineId = ""] = place.split("#");
      const line = await readLine(ctx, orderId, lineId);
      if (line && line.open > 0) await matchLine(ctx, line, identifyItem);
    }
  }
}

/** Which sold lines a purchase may be for: surest kind of key first, within it those sold first. */
async function waitingLines(ctx: Context, identity: Identity): Promise<string[]> {
  const groups = await Promise.all(keysToAsk(identity).map((keys) => lookUp(ctx, "sale", keys, PER_KEY)));
  return [...new Set(groups.flat())].slice(0, MAX_CANDIDATES);
}

/** The line as it is afterwards. */
async function matchLine(ctx: Context, first: SaleLine, identifyItem: IdentifyItem): Promise<SaleLine> {
  let line = first;
  for (let lost = 0; lost < MAX_LOST; ) {
    if (line.open === 0 || line.taken.length >= MAX_TAKEN) return line;
    const outcome = await matchRound(ctx, line, identifyItem);
    line = (await readLine(ctx, line.orderId, line.lineId)) ?? line;
    if (outcome === "done") return line;
    if (outcome === "lost") lost++;
  }
  throw new AppError("STATE_CONFLICT", "Too many others match these goods at this moment: try again", {
    retryable: true,
    details: { orderId: line.orderId, lineId: line.lineId },
  });
}

/** `some`: purchases were taken, there may be more. `done`: nothing is left to do. `lost`: somebody else was faster. */
async function matchRound(ctx: Context, line: SaleLine, identifyItem: IdentifyItem): Promise<"some" | "done" | "lost"> {
  const identity = identifyItem(line.item);
  const found = await candidates(ctx, identity);
  const ids = found.map(({ id }) => matchIdOf(line.orderId, line.lineId, id));
  const known = new Map((await readMatches(ctx, ids)).map((match) => [match.purchaseId, match]));
  const allowed = new Map(found.filter(({ id }) => known.get(id)?.status !== "rejected").map((one) => [one.id, one]));
  const sides = [...allowed.values()].map(({ id, remaining, item, purchasedAt }) => {
    return { purchaseId: id, remaining, identity: identifyItem(item), at: purchasedAt };
  });
  const { sure, proposals } = planMatches({ identity, at: line.soldAt }, line.open, sides);
  try {
    if (sure.length > 0) {
      await takeAll(ctx, line, sure, allowed, known);
      return "some";
    }
    await propose(ctx, line, proposals, allowed, known);
    return "done";
  } catch (error) {
    if (error instanceof TransactionCanceled) return "lost";
    throw error;
  }
}

/** One purchase a transaction: what is taken stays taken when a later one is lost. */
async function takeAll(
  ctx: Context,
  first: SaleLine,
  sure: Allotment[],
  purchases: Map<string, Purchase>,
  known: Map<string, Match>,
): Promise<void> {
  let line = first;
  for (const one of sure) {
    const purchase = purchases.get(one.purchaseId);
    if (!purchase || line.taken.length >= MAX_TAKEN) continue;
    const before = known.get(purchase.id);
    const match = matchOf(ctx, line, purchase, one, "matched", before);
    const stale = one.quantity === line.open ? await readMatches(ctx, line.proposals) : [];
    await ctx.table.transact(takeWrites(ctx, { line, purchase, match, before: before?.version }, stale));
    line = (await readLine(ctx, line.orderId, line.lineId)) ?? line;
  }
}

async function propose(
  ctx: Context,
  line: SaleLine,
  proposals: Allotment[],
  purchases: Map<string, Purchase>,
  known: Map<string, Match>,
): Promise<void> {
  const shown = proposals.flatMap((one) => {
    const [purchase, before] = [purchases.get(one.purchaseId), known.get(one.purchaseId)];
    if (!purchase || before?.status === "review") return [];
    return [{ before, match: matchOf(ctx, line, purchase, one, "review", before) }];
  });
  if (shown.length === 0) return;
  const ids = [...new Set([...line.proposals, ...shown.map(({ match }) => match.id)])];
  await ctx.table.transact([
    ...lineWrites(ctx, line, { proposals: ids }),
    ...shown.map(({ match, before }) => matchWrite(ctx, match, before?.version)),
  ]);
}

/** Purchases with units left that the identity's keys lead to. The keys of titles are asked only where no surer one leads anywhere. */
async function candidates(ctx: Context, identity: Identity): Promise<Purchase[]> {
  const found = new Map<string, Purchase>();
  const groups = keysToAsk(identity);
  for (const keys of groups) {
    const isOfTitle = keys[0]?.startsWith("word:") === true;
    if (isOfTitle && found.size > 0) break;
    const ids = (await lookUp(ctx, "purchase", keys, PER_KEY)).slice(0, MAX_CANDIDATES);
    for (const purchase of await readPurchases(ctx, ids)) if (purchase.remaining > 0) found.set(purchase.id, purchase);
  }
  return [...found.values()];
}
