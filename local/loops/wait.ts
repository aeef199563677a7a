/** Waits that a loop makes, and the ways to cut them short. */
export interface Waiter {
  /** Resolves after the time, or at the next wake or stop. */
  wait(ms: number): Promise<void>;
  /** Resolves after the time, or at a stop. */
  pause(ms: number): Promise<void>;
  wake(): void;
  stop(): void;
  readonly stopped: boolean;
}

export function createWaiter(): Waiter {
  let stopped = false;
  const waiting = new Set<() => void>();
  const pausing = new Set<() => void>();
  const resumeAll = (resumes: Set<() => void>) => {
    for (const resume of resumes) resume();
  };
  const sleep = (ms: number, among: Set<() => void>): Promise<void> => {
    if (stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const resume = () => {
        clearTimeout(timer);
        among.delete(resume);
        resolve();
      };
      const timer = setTimeout(resume, ms);
      among.add(resume);
    });
  };
  return {
    wait: (ms) => sleep(ms, waiting),
    pause: (ms) => sleep(ms, pausing),
    wake: () => resumeAll(waiting),
    stop() {
      stopped = true;
      resumeAll(waiting);
      resumeAll(pausing);
    },
    get stopped() {
      return stopped;
    },
  };
}

/** `base` doubled with every attempt (from 1), up to `most`; in the unit of its arguments. */
export function doubling(attempt: number, base: number, most: number): number {
  return Math.min(most, base * 2 ** (attempt - 1));
}
