import type { Log } from "../log.ts";
import { Lru } from "../lru.ts";
import { type Attempted, createAvailability } from "./availability.ts";
import type { RemoteCache } from "./remote.ts";

/** How long a generation read from the remote layer is believed: the longest that another process's invalidate goes unseen. */
export const GENERATION_MEMO_MS = 2_000;

/** Namespaces remembered in this process; one that is forgotten is read again, or starts anew. */
const MAX_NAMESPACES = 10_000;

/** Which generation of a namespace is current, and in which layer it counts. */
export interface Generation {
  isShared: boolean;
  number: number;
}

export interface Generations {
  /** Never raises. */
  current(namespace: string): Promise<Generation>;
  /** The new generation; 0 when the remote layer could not be told, which is then done as soon as it is back. */
  raise(namespace: string): Promise<number>;
  /** A change that the remote layer missed: its entries of the namespace are made unreachable when it is back. */
  distrust(namespace: string): void;
  /** A call to the remote layer; undefined when there is none. Never raises. */
  remotely<T>(
    work: (remote: RemoteCache) => Promise<T>,
    options?: { evenWhileDown?: boolean },
  ): Promise<Attempted<T> | undefined>;
  readonly isRemoteAvailable: boolean;
}

export interface GenerationsOptions {
  remote: RemoteCache | undefined;
  prefix: string;
  log: Log;
  now: () => number;
}

export function createGenerations({ remote, prefix, log, now }: GenerationsOptions): Generations {
  const memo = new Lru<{ number: number; readAt: number }>({ max: MAX_NAMESPACES });
  const own = new Lru<number>({ max: MAX_NAMESPACES });
  const missed = new Set<string>();
  let last = 0;

  const keyOf = (namespace: string) => `${prefix}|generation|${namespace}`;

  const availability = createAvailability({
    log,
    now,
    async beforeReturn() {
      const namespaces = [...missed];
      if (!remote || namespaces.length === 0) return;
      await remote.raise(namespaces.map(keyOf));
      for (const namespace of namespaces) missed.delete(namespace);
    },
    onLoss() {
      // Entries of an earlier outage may have been invalidated since, remotely: this outage begins with none.
      own.clear();
      memo.clear();
    },
  });

  async function remotely<T>(work: (remote: RemoteCache) => Promise<T>, options = {}) {
    return remote && availability.attempt(() => work(remote), options);
  }

  function ownGeneration(namespace: string): Generation {
    let number = own.get(namespace);
    if (number === undefined) own.set(namespace, (number = ++last));
    return { isShared: false, number };
  }

  function distrust(namespace: string): void {
    if (!remote) return;
    missed.add(namespace);
    // Beyond this, the entries' own TTL bounds how long they are believed.
    if (missed.size > MAX_NAMESPACES) for (const oldest of missed) return void missed.delete(oldest);
  }

  return {
    async current(namespace) {
      const known = memo.get(namespace);
      if (known && now() - known.readAt < GENERATION_MEMO_MS) return { isShared: true, number: known.number };
      const read = await remotely((there) => there.generation(keyOf(namespace)));
      if (!read?.ok) return ownGeneration(namespace);
      // This process raised it while the answer was on its way: the answer is old.
      const meanwhile = memo.get(namespace);
      if (meanwhile && meanwhile !== known) return { isShared: true, number: meanwhile.number };
      memo.set(namespace, { number: read.value, readAt: now() });
      return { isShared: true, number: read.value };
    },

    async raise(namespace) {
      own.set(namespace, ++last);
      if (!remote) return last;
      const raised = await remotely((there) => there.raise([keyOf(namespace)]));
      const [number] = raised?.ok ? raised.value : [];
      if (number !== undefined) memo.set(namespace, { number, readAt: now() });
      else distrust(namespace);
      return number ?? 0;
    },

    distrust,
    remotely,
    get isRemoteAvailable() {
      return remote !== undefined && availability.isAvailable;
    },
  };
}
