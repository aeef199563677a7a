import type { Log } from "../log.ts";

/** How long the remote layer is left alone after a failure, so that an outage costs one slow call now and then. */
export const RETRY_REMOTE_AFTER_MS = 3_000;

/** A call's result; `ok: false` when it failed, or was not made because the layer is down. */
export type Attempted<T> = { ok: true; value: T } | { ok: false; reason: string };

export interface Availability {
  readonly isAvailable: boolean;
  /** Never raises. While down, one call every three seconds is let through to find out whether it is up again. */
  attempt<T>(work: () => Promise<T>, options?: { evenWhileDown?: boolean }): Promise<Attempted<T>>;
}

export interface AvailabilityOptions {
  /** As the log names it. */
  what?: string;
  log: Log;
  /** Milliseconds. */
  now: () => number;
  /** Runs before the first call after an outage; when it fails, the layer is still down. */
  beforeReturn: () => Promise<void>;
  /** Runs when the layer goes down. */
  onLoss: () => void;
}

/** Knows whether the remote layer works, and says so once a change. */
export function createAvailability(options: AvailabilityOptions): Availability {
  const { what = "The remote cache", log, now, beforeReturn, onLoss } = options;
  let isAvailable = true;
  let retryAt = 0;

  function lost(reason: string): void {
    retryAt = now() + RETRY_REMOTE_AFTER_MS;
    if (!isAvailable) return;
    isAvailable = false;
    onLoss();
    log.warn(`${what} is unavailable: this process goes on with its own memory`, { reason });
  }

  return {
    get isAvailable() {
      return isAvailable;
    },
    async attempt(work, { evenWhileDown = false } = {}) {
      const wasAvailable = isAvailable;
      if (!wasAvailable) {
        if (!evenWhileDown && now() < retryAt) return { ok: false, reason: "down a moment ago" };
        // Others that ask meanwhile are not to wait for the same answer.
        retryAt = now() + RETRY_REMOTE_AFTER_MS;
      }
      try {
        if (!wasAvailable) await beforeReturn();
        const value = await work();
        if (!wasAvailable && !isAvailable) {
          isAvailable = true;
          log.info(`${what} is available again`);
        }
        return { ok: true, value };
      } catch (error) {
        const reason = describe(error);
        lost(reason);
        return { ok: false, reason };
      }
    },
  };
}

/** The client's messages repeat the command, and with it the value. */
function describe(error: unknown): string {
  if (!(error instanceof Error)) return "unknown";
  const [message = ""] = error.message.split(", command was:");
  return `${error.name}: ${message.slice(0, 200)}`;
}
