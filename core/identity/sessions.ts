import * as z from "zod";
import { type Context, timestamp } from "../platform/context.ts";
import { AppError, NotFoundError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { parse } from "../platform/parse.ts";
import { IdSchema } from "../platform/resources.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { currentOf, type CurrentSession, placeOf, requireUser, type SignIn, signInOf } from "./begin-session.ts";
import { membershipsOf } from "./member.store.ts";
import { csrfTokenOf, hashToken, IDLE_MS, newToken, type Session } from "./session.ts";
import { findSession, replaceSessionWrite, sessionKey, sessionsOf } from "./session.store.ts";
import type { Account } from "./user.ts";
import { findAccount, lastOrganizationWrite } from "./user.store.ts";

export interface SessionView {
  id: string;
  organizationId: string;
  method: string;
  createdAt: string;
  lastSeenAt: string;
  endsAt: string;
  address?: string;
  userAgent?: string;
  isCurrent: boolean;
}

export const SwitchOrganizationSchema = z.lazy(() => z.object({ organizationId: IdSchema }).strict());

/** Who asks, where, and the token for changes: what a page needs when it is opened anew. */
export async function readSession(ctx: Context): Promise<CurrentSession> {
  const { account, session } = await own(ctx);
  const membership = (await membershipsOf(ctx, account.id)).find(
    ({ organizationId }) => organizationId === ctx.actor.organizationId,
  );
  if (!membership) throw over();
  const { id, email, name } = account;
  const place = await placeOf(ctx, id, membership);
  return currentOf({ id, email, name }, place, csrfTokenOf(ctx.config.secretKey, session.hash), session.endsAtMs);
}

/** The person's open sessions, newest first, over all their organisations. */
export async function listSessions(ctx: Context): Promise<{ items: SessionView[] }> {
  const { userId, sessionId } = requireUser(ctx);
  const [account, sessions] = await Promise.all([findAccount(ctx, userId), sessionsOf(ctx, userId)]);
  const isOpen = ({ lastSeenAt, endsAtMs, userEpoch }: Session) =>
    userEpoch === account?.epoch && ctx.now() < Math.min(endsAtMs, Date.parse(lastSeenAt) + IDLE_MS);
  return { items: sessions.filter(isOpen).map((session) => viewOf(session, sessionId)) };
}

/** Ends one of the person's sessions. Throws NOT_FOUND, also for somebody else's. */
export async function revokeSession(ctx: Context, id: string): Promise<void> {
  const { userId } = requireUser(ctx);
  try {
    const condition = { expression: "attribute_exists(pk)" };
    const event = outboxWrite(ctx, "session.ended", { sessionId: id, userId });
    await ctx.table.transact([{ remove: sessionKey(userId, id), condition }, event]);
  } catch (error) {
    if (error instanceof TransactionCanceled && error.failedAt(0)) throw new NotFoundError("Session", id);
    throw error;
  }
}

/**
 * Goes on in another organisation of the person's, under a new token: the old one is worth nothing there nor here. The
 * session keeps its id and its end. Throws NOT_FOUND where they are no member.
 */
export async function switchOrganization(ctx: Context, input: unknown): Promise<SignIn> {
  const { organizationId } = parse(SwitchOrganizationSchema, input);
  const { account, session } = await own(ctx);
  const membership = (await membershipsOf(ctx, account.id)).find((one) => one.organizationId === organizationId);
  if (!membership) throw new NotFoundError("Organization", organizationId);
  const place = await placeOf(ctx, account.id, membership);
  const rotated = rotate(ctx, session, { organizationId: membership.organizationId, memberEpoch: place.member.epoch });
  const event = outboxWrite(ctx, "session.switched", { sessionId: session.id, to: organizationId });
  await whileOpen(
    ctx.table.transact([
      replaceSessionWrite(rotated.session),
      event,
      lastOrganizationWrite(account.id, membership.organizationId),
    ]),
  );
  return signInOf(ctx, account, place, rotated.session, rotated.token);
}

/** The session under a new token, with what changes beside. */
export function rotate(ctx: Context, session: Session, changes: Partial<Session>): { session: Session; token: string } {
  const next = { ...session, ...changes, lastSeenAt: timestamp(ctx) };
  const token = newToken({ userId: next.userId, organizationId: next.organizationId, sessionId: next.id });
  return { session: { ...next, hash: hashToken(token) }, token };
}

/** The asking session and its account. Throws UNAUTHENTICATED where it was ended meanwhile. */
export async function own(ctx: Context): Promise<{ account: Account; session: Session }> {
  const { userId, sessionId } = requireUser(ctx);
  const [account, session] = await Promise.all([findAccount(ctx, userId), findSession(ctx, userId, sessionId)]);
  if (!account || !session || session.userEpoch !== account.epoch) throw over();
  return { account, session };
}

/** For transactions whose write 0 replaces the session. */
export async function whileOpen(writing: Promise<void>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    if (error instanceof TransactionCanceled && error.failedAt(0)) throw over();
    throw error;
  }
}

function over(): AppError {
  return new AppError("UNAUTHENTICATED", "The session is over: sign in again");
}

function viewOf(session: Session, current: string): SessionView {
  const { id, organizationId, method, createdAt, lastSeenAt, endsAtMs, address, userAgent } = session;
  return {
    id,
    organizationId,
    method,
    createdAt,
    lastSeenAt,
    endsAt: new Date(endsAtMs).toISOString(),
    ...(address === undefined ? {} : { address }),
    ...(userAgent === undefined ? {} : { userAgent }),
    isCurrent: id === current,
  };
}
