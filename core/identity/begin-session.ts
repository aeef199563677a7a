import { type Context, createContext, type Guest, timestamp } from "../platform/context.ts";
import { AppError, ForbiddenError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import type { OrganizationId } from "../platform/ids.ts";
import type { Write } from "../platform/table.ts";
import type { Member } from "./member.ts";
import { findMember, type Membership, membershipsOf } from "./member.store.ts";
import { findRole } from "./role.ts";
import { findCustomRoles } from "./role.store.ts";
import { ABSOLUTE_MS, csrfTokenOf, hashToken, type NewSession, newToken, type Session } from "./session.ts";
import { sessionWrite } from "./session.store.ts";
import type { Account } from "./user.ts";
import { lastOrganizationWrite } from "./user.store.ts";

/** Who is signed in where, with what they may do there. */
export interface CurrentSession {
  user: { id: string; email: string; name: string };
  organization: { id: string; name: string; currency: string };
  role: string;
  permissions: string[];
  csrfToken: string;
  endsAt: string;
}

/** A sign-in: what the browser keeps, and what it is shown. */
export interface SignIn {
  session: NewSession;
  current: CurrentSession;
}

interface Place {
  member: Member;
  membership: Membership;
  permissions: string[];
}

/** The guest as who they turned out to be. */
export function contextOfUser(
  guest: Guest,
  userId: string,
  { organizationId, currency }: { organizationId: OrganizationId; currency: string },
): Context {
  const actor = { kind: "user", id: userId, organizationId, currency, permissions: new Set<never>() } as const;
  return createContext(guest, { actor, requestId: guest.requestId });
}

/** A session with a token that nobody had before, as a write for the caller's transaction. */
export function newSession(
  guest: Guest,
  account: Account,
  { member, membership, permissions }: Place,
  method: string,
): { write: Write; signIn: SignIn } {
  const sessionId = guest.newId("session");
  const now = guest.now();
  const { organizationId } = membership;
  const token = newToken({ userId: account.id, organizationId, sessionId });
  const { address, userAgent } = guest.client;
  const session: Session = {
    id: sessionId,
    userId: account.id,
    organizationId,
    hash: hashToken(token),
    method,
    createdAt: timestamp(guest),
    lastSeenAt: timestamp(guest),
    endsAtMs: now + ABSOLUTE_MS,
    userEpoch: account.epoch,
    memberEpoch: member.epoch,
    ...(address === undefined ? {} : { address }),
    ...(userAgent === undefined ? {} : { userAgent: userAgent.slice(0, 300) }),
  };
  const signIn = signInOf(guest, account, { member, membership, permissions }, session, token);
  return { write: sessionWrite(session), signIn };
}

export function signInOf(
  { config }: Pick<Guest, "config">,
  { id, email, name }: Account,
  place: Place,
  { hash, endsAtMs }: Session,
  token: string,
): SignIn {
  const csrfToken = csrfTokenOf(config.secretKey, hash);
  return {
    session: { token, csrfToken, endsAtMs },
    current: currentOf({ id, email, name }, place, csrfToken, endsAtMs),
  };
}

export function currentOf(
  user: CurrentSession["user"],
  { member, membership, permissions }: Place,
  csrfToken: string,
  endsAtMs: number,
): CurrentSession {
  const { organizationId: id, organizationName: name, currency } = membership;
  const endsAt = new Date(endsAtMs).toISOString();
  return { user, organization: { id, name, currency }, role: member.roleId, permissions, csrfToken, endsAt };
}

/**
 * Signs an account in: where it is asked to, else where it was last, else where it is a member first. Throws FORBIDDEN
 * where it is a member of none, and of another organisation than it asks for.
 */
export async function beginSession(guest: Guest, account: Account, method: string, wanted?: string): Promise<SignIn> {
  const all = await membershipsOf(guest, account.id);
  const at = (id: string | undefined) => all.find(({ organizationId }) => organizationId === id);
  const membership = wanted === undefined ? (at(account.lastOrganizationId) ?? all[0]) : at(wanted);
  if (!membership) throw notAMember(wanted);
  const place = await placeOf(guest, account.id, membership);
  const { write, signIn } = newSession(guest, account, place, method);
  const { organizationId } = membership;
  const event = outboxWrite(contextOfUser(guest, account.id, membership), "session.started", {
    method,
    address: guest.client.address ?? null,
  });
  const isElsewhere = account.lastOrganizationId !== organizationId;
  await guest.table.transact([
    write,
    event,
    ...(isElsewhere ? [lastOrganizationWrite(account.id, organizationId)] : []),
  ]);
  return signIn;
}

/** What the person is and may do there. Throws FORBIDDEN where they are no member any more. */
export async function placeOf(resources: Pick<Guest, "table">, userId: string, membership: Membership): Promise<Place> {
  const { organizationId } = membership;
  const [member, custom] = await Promise.all([
    findMember(resources, organizationId, userId),
    findCustomRoles(resources, organizationId),
  ]);
  if (!member) throw notAMember(organizationId);
  return { member, membership, permissions: [...(findRole(custom, member.roleId)?.permissions ?? [])] };
}

function notAMember(organizationId: string | undefined): AppError {
  if (organizationId === undefined)
    return new AppError("FORBIDDEN", "You are not a member of any organisation: ask to be invited");
  return new AppError("NOT_FOUND", "Organization not found", { details: { id: organizationId } });
}

/** The signed-in person's id. Throws FORBIDDEN for keys: what is about a person needs one. */
export function requireUser(ctx: Context): { userId: string; sessionId: string } {
  const { kind, id, sessionId } = ctx.actor;
  if (kind !== "user" || sessionId === undefined) throw new ForbiddenError("user");
  return { userId: id, sessionId };
}
