import type { Actor, Resources } from "../platform/context.ts";
import { Lru } from "../platform/lru.ts";
import { findRole } from "./role.ts";
import { csrfTokenOf, hashToken, IDLE_MS, isSame, type Session, tokenParts } from "./session.ts";
import { findAuthority, touchSession } from "./session.store.ts";

/** What ended is refused this much later at most. */
const KNOWN_MS = 5_000;
const TOUCH_MS = 5 * 60_000;
const KNOWN_SESSIONS = 1_000;

export interface SignedInUser {
  actor: Actor;
  /** What must come with every change that this session's cookie authenticates. */
  csrfToken: string;
}

export interface SessionAuthenticator {
  /** Whose token it is, or undefined. One call to the table, answered from memory for five seconds. */
  authenticate(token: string): Promise<SignedInUser | undefined>;
  /** Resolves when the uses seen so far are written down: awaited before an invocation ends. */
  settled(): Promise<void>;
}

/** One for each process. */
export function createSessionAuthenticator(resources: Resources): SessionAuthenticator {
  const known = new Lru<SignedInUser & { until: number }>({ max: KNOWN_SESSIONS });
  const pending = new Set<Promise<void>>();

  function touch(session: Session, now: number): void {
    if (now - Date.parse(session.lastSeenAt) < TOUCH_MS) return;
    const writing = touchSession(resources, session, now)
      .catch((error: unknown) => {
        // Losing a "last seen" must not lose the request; the next one tries again.
        resources.log.warn("A session's use was not noted", { sessionId: session.id, error });
      })
      .finally(() => pending.delete(writing));
    pending.add(writing);
  }

  return {
    async authenticate(token) {
      const parts = tokenParts(token);
      if (!parts) return undefined;
      const hash = hashToken(token);
      const now = resources.now();
      const found = known.get(hash);
      if (found && now < found.until) return found;
      known.delete(hash);
      const { session, account, member, custom } = await findAuthority(resources, parts);
      if (!session || !account || !member || !isSame(session.hash, hash)) return undefined;
      if (session.organizationId !== parts.organizationId) return undefined;
      if (session.userEpoch !== account.epoch || session.memberEpoch !== member.epoch) return undefined;
      // DynamoDB removes what expired hours later.
      const endsAt = Math.min(session.endsAtMs, Date.parse(session.lastSeenAt) + IDLE_MS);
      if (now >= endsAt) return undefined;
      const actor: Actor = {
        kind: "user",
        id: account.id,
        sessionId: session.id,
        organizationId: session.organizationId,
        currency: member.currency,
        permissions: new Set(findRole(custom, member.roleId)?.permissions),
      };
      const csrfToken = csrfTokenOf(resources.config.secretKey, hash);
      known.set(hash, { actor, csrfToken, until: Math.min(now + KNOWN_MS, endsAt) });
      touch(session, now);
      return { actor, csrfToken };
    },
    async settled() {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}
