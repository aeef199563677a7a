import type { Resources } from "../platform/context.ts";
import type { Key } from "../platform/keys.ts";
import type { Item, Write } from "../platform/table.ts";
import { ConditionFailed } from "../platform/table-errors.ts";
import type { Account } from "./user.ts";
import { type Member } from "./member.ts";
import { memberKey } from "./member.store.ts";
import type { CustomRoles } from "./role.ts";
import { customRolesFrom, customRolesKey } from "./role.store.ts";
import { IDLE_MS, type Session, type TokenParts } from "./session.ts";
import { accountFrom, accountKey, userPartition } from "./user.store.ts";

const PREFIX = "SESSION#";

export function sessionKey(userId: string, sessionId: string): Key {
  return { pk: userPartition(userId), sk: `${PREFIX}${sessionId}` };
}

export function sessionWrite(session: Session): Write {
  const { userId, id, lastSeenAt, endsAtMs } = session;
  const expiresAt = expiry(Date.parse(lastSeenAt), endsAtMs);
  return { put: { ...sessionKey(userId, id), entity: "session", ...session, expiresAt } };
}

/** Only while it is there: what was ended does not come back by a change that was under way. */
export function replaceSessionWrite(session: Session): Write {
  return { ...sessionWrite(session), condition: { expression: "attribute_exists(pk)" } };
}

/** All that decides about a token, in one call. */
export async function findAuthority(
  { table }: Pick<Resources, "table">,
  { userId, organizationId, sessionId }: TokenParts,
): Promise<{ session?: Session; account?: Account; member?: Member; custom?: CustomRoles }> {
  const keys = [
    sessionKey(userId, sessionId),
    accountKey(userId),
    memberKey(organizationId, userId),
    customRolesKey(organizationId),
  ];
  const items = await table.batchGet<Item>(keys, { consistent: true });
  const found = (entity: string) => items.find((item) => item["entity"] === entity);
  const [session, account, member, roles] = ["session", "user", "member", "roles"].map(found);
  return {
    ...(session && { session: sessionFrom(session) }),
    ...(account && { account: accountFrom(account) }),
    ...(member && { member: member as unknown as Member }),
    ...(roles && { custom: customRolesFrom(roles) }),
  };
}

export async function findSession(
  { table }: Pick<Resources, "table">,
  userId: string,
  id: string,
): Promise<Session | undefined> {
  const item = await table.get<Item>(sessionKey(userId, id), { consistent: true });
  return item && sessionFrom(item);
}

/** Newest first; a hundred at most. */
export async function sessionsOf({ table }: Pick<Resources, "table">, userId: string): Promise<Session[]> {
  const page = await table.query<Item>({
    pk: userPartition(userId),
    prefix: PREFIX,
    newestFirst: true,
    limit: 100,
    consistent: true,
  });
  return page.items.map(sessionFrom);
}

/** Notes a use and puts the idle end off, unless the session was ended or another process was quicker. */
export async function touchSession(
  { table }: Pick<Resources, "table">,
  session: Session,
  nowMs: number,
): Promise<void> {
  try {
    await table.update(
      sessionKey(session.userId, session.id),
      {
        expression: "SET lastSeenAt = :at, expiresAt = :end",
        values: { ":at": new Date(nowMs).toISOString(), ":end": expiry(nowMs, session.endsAtMs) },
      },
      { expression: "lastSeenAt = :seen", values: { ":seen": session.lastSeenAt } },
    );
  } catch (error) {
    if (!(error instanceof ConditionFailed)) throw error;
  }
}

function sessionFrom({ pk: _pk, sk: _sk, entity: _entity, expiresAt: _end, ...session }: Item): Session {
  return session as unknown as Session;
}

function expiry(lastSeenMs: number, endsAtMs: number): number {
  return Math.floor(Math.min(lastSeenMs + IDLE_MS, endsAtMs) / 1000);
}
