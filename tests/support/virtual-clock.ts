import type { Sleep } from "../../core/platform/backoff.ts";

export interface VirtualClock {
  /** Milliseconds since the epoch. */
  now: () => number;
  sleep: Sleep;
  /** Runs them side by side; time passes while all that have not ended are asleep, and stands still otherwise. */
  run(workers: readonly (() => Promise<void>)[]): Promise<void>;
}

/** A clock for work that waits for its turn: what it does between two waits takes no time, however long the stores take. */
export function virtualClock(startMs = Date.UTC(2026, 10, 21, 12)): VirtualClock {
  let time = startMs;
  let awake = 0;
  let sleepers: { at: number; wake: () => void }[] = [];

  const passTime = () => {
    if (awake > 0 || sleepers.length === 0) return;
    time = Math.max(time, Math.min(...sleepers.map(({ at }) => at)));
    const due = sleepers.filter(({ at }) => at <= time);
    sleepers = sleepers.filter(({ at }) => at > time);
    awake += due.length;
    for (const { wake } of due) wake();
  };

  return {
    now: () => time,
    sleep: (ms) =>
      new Promise((resolve) => {
        sleepers.push({ at: time + Math.max(0, ms), wake: resolve });
        awake--;
        passTime();
      }),
    run: async (workers) => {
      awake += workers.length;
      const ended = await Promise.allSettled(
        workers.map((worker) =>
          worker().finally(() => {
            awake--;
            passTime();
          }),
        ),
      );
      for (const end of ended) if (end.status === "rejected") throw end.reason;
    },
  };
}
