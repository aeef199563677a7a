import { type Context, requirePermission } from "../../platform/context.ts";
import { AppError, VersionConflictError } from "../../platform/errors.ts";
import { type Commit, idempotent } from "../../platform/idempotency.ts";
import { parse } from "../../platform/parse.ts";
import type { Page } from "../../platform/resources.ts";
import { TransactionCanceled } from "../../platform/table-errors.ts";
import type { Write } from "../../platform/table.ts";
import { ListMatchesSchema, type Match, type MatchView, viewMatch } from "./match.ts";
import {
  listMatches as listBy,
  matches,
  matchWrite,
  purchases,
  readLine,
  readLines,
  readMatches,
} from "./match.store.ts";
import { giveBackWrites, lineWrites, revised, takeWrites, type Tie } from "./settle.ts";

/** A decision that loses its race is taken again on what is then there. */
const MAX_ATTEMPTS = 10;

/** By status, purchase or order, newest first; those for review where nothing is asked for. */
export async function listMatches(ctx: Context, input: unknown): Promise<Page<MatchView>> {
  requirePermission(ctx, "finance.read");
  const { status, orderId, purchaseId, ...page } = parse(ListMatchesSchema, input);
  if (orderId !== undefined) return { items: await matchesOf(ctx, orderId, { status, purchaseId }) };
  const by = purchaseId === undefined ? { status: status ?? ("review" as const) } : { purchaseId };
  const { items, ...rest } = await listBy(ctx, by, page);
  const fitting = items.filter((match) => status === undefined || match.status === status);
  return { items: fitting.map(viewMatch), ...rest };
}

/** Of an order all at once, as they are this moment: what its lines took, and what is proposed for them. */
async function matchesOf(
  ctx: Context,
  orderId: string,
  { status, purchaseId }: { status?: Match["status"] | undefined; purchaseId?: string | undefined },
): Promise<MatchView[]> {
  const lines = await readLines(ctx, orderId);
  const ids = lines.flatMap(({ taken, proposals }) => [...taken.map(({ matchId }) => matchId), ...proposals]);
  return (await readMatches(ctx, ids))
    .filter((match) => status === undefined || match.status === status)
    .filter((match) => purchaseId === undefined || match.purchaseId === purchaseId)
    .toSorted((a, b) => (a.lineId + a.id < b.lineId + b.id ? -1 : 1))
    .map(viewMatch);
}

/** Somebody says that they belong together. Throws NOT_FOUND; STATE_CONFLICT where it is decided, or units are gone. */
export async function acceptMatch(ctx: Context, id: string): Promise<MatchView> {
  return decide(ctx, "accept", id, async (tie) => {
    const { line, purchase, match } = tie;
    if (match.status !== "review") throw conflict(match, `The match is ${match.status} already`);
    const quantity = Math.min(line.open, purchase.remaining);
    if (line.open === 0) throw conflict(match, "The order's line has no open units any more");
    if (quantity === 0) throw conflict(match, "The purchase has no units left: others were matched with it");
    const accepted = { ...revised(ctx, match, "accepted"), quantity, unitCost: purchase.unitCost };
    const stale = quantity === line.open ? await readMatches(ctx, line.proposals) : [];
    return { writes: takeWrites(ctx, { ...tie, match: accepted, before: match.version }, stale), match: accepted };
  });
}

/** Somebody says that they do not: units that were matched go back, and these two are never matched again. */
export async function rejectMatch(ctx: Context, id: string): Promise<MatchView> {
  return decide(ctx, "reject", id, async (tie) => {
    const { line, match } = tie;
    const rejected = revised(ctx, match, "rejected");
    if (match.status === "review") {
      const proposals = line.proposals.filter((other) => other !== match.id);
      return {
        writes: [...lineWrites(ctx, line, { proposals }), matchWrite(ctx, rejected, match.version)],
        match: rejected,
      };
    }
    const taken = line.taken.find(({ matchId }) => matchId === match.id);
    if (!taken) throw conflict(match, `The match is ${match.status} already`);
    const undone = { ...tie, match: rejected, before: match.version };
    return { writes: giveBackWrites(ctx, undone, taken.quantity, { isStillSold: true }), match: rejected };
  });
}

type Decision = (tie: Tie) => Promise<{ writes: Write[]; match: Match }>;

async function decide(ctx: Context, name: string, id: string, decision: Decision): Promise<MatchView> {
  requirePermission(ctx, "finance.write");
  return idempotent<MatchView>(ctx, `finance.${name}Match`, { id }, (commit) => attempt(ctx, id, decision, commit));
}

async function attempt(ctx: Context, id: string, decision: Decision, commit: Commit<MatchView>): Promise<MatchView> {
  for (let attempts = 1; ; attempts++) {
    const match = await matches.get(ctx, id);
    const [line, purchase] = await Promise.all([
      readLine(ctx, match.orderId, match.lineId),
      purchases.get(ctx, match.purchaseId),
    ]);
    if (!line) throw new RangeError(`The match ${id} has no line`);
    const decided = await decision({ line, purchase, match });
    try {
      return await commit(decided.writes, viewMatch(decided.match));
    } catch (error) {
      if (!(error instanceof TransactionCanceled)) throw error;
      if (attempts >= MAX_ATTEMPTS) throw new VersionConflictError("Match", id, match.version);
    }
  }
}

function conflict({ id, status }: Match, message: string): AppError {
  return new AppError("STATE_CONFLICT", message, { details: { id, status } });
}
