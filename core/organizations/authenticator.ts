import type { Actor, Resources } from "../platform/context.ts";
import { Lru } from "../platform/lru.ts";
import { hashSecret, isSecret } from "./api-key.ts";
import { type Credential, findCredential, noteUse } from "./api-key.store.ts";

/** A revoked key is refused this much later at most. */
const KNOWN_MS = 5_000;
const NOTE_USE_MS = 5 * 60_000;
const KNOWN_KEYS = 1_000;

export interface Authenticator {
  /** Whose secret it is, or undefined. Answered from memory for five seconds after a look-up. */
  authenticate(secret: string): Promise<Actor | undefined>;
  /** Resolves when the uses seen so far are written down: awaited before an invocation ends, since Lambda freezes then. */
  settled(): Promise<void>;
}

interface Known {
  actor: Actor;
  until: number;
}

/** One for each process. A use is noted beside the request it came with, at most once in five minutes a key. */
export function createAuthenticator(resources: Resources): Authenticator {
  const known = new Lru<Known>({ max: KNOWN_KEYS });
  const noted = new Lru<number>({ max: KNOWN_KEYS });
  const pending = new Set<Promise<void>>();

  function note(credential: Credential, now: number): void {
    if (now - (noted.get(credential.id) ?? -Infinity) < NOTE_USE_MS) return;
    noted.set(credential.id, now);
    resources.metrics.gauge("active_users", {}, activeSince(now - NOTE_USE_MS));
    const before = new Date(now - NOTE_USE_MS).toISOString();
    const writing = noteUse(resources, credential, new Date(now).toISOString(), before)
      .catch((error: unknown) => {
        // Losing a "last used" must not lose the request; the next one tries again.
        noted.delete(credential.id);
        resources.log.warn("An API key's use was not noted", { apiKeyId: credential.id, error });
      })
      .finally(() => pending.delete(writing));
    pending.add(writing);
  }

  function activeSince(time: number): number {
    let active = 0;
    for (const at of noted.values()) if (at >= time) active++;
    return active;
  }

  return {
    async authenticate(secret) {
      if (!isSecret(secret)) return undefined;
      const hash = hashSecret(secret);
      const now = resources.now();
      const found = known.get(hash);
      if (found && now < found.until) return found.actor;
      const credential = await findCredential(resources, hash);
      const endsAt = credential?.endsAtMs ?? Infinity;
      if (!credential || now >= endsAt) {
        known.delete(hash);
        return undefined;
      }
      const actor = actorOf(credential);
      known.set(hash, { actor, until: Math.min(now + KNOWN_MS, endsAt) });
      note(credential, now);
      return actor;
    },
    async settled() {
      while (pending.size > 0) await Promise.all(pending);
    },
  };
}

function actorOf({ id, organizationId, currency, permissions }: Credential): Actor {
  return { kind: "apiKey", id, organizationId, currency, permissions: new Set(permissions) };
}
