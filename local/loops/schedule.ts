import { rateMs, toScheduledEvent } from "../events/schedule.ts";
import type { Invoke } from "../machine/functions.ts";
import type { Say } from "../machine/say.ts";

export interface ScheduleOptions {
  name: string;
  /** `rate(1 minute)`, as EventBridge Scheduler writes it. */
  rate: string;
  invoke: Invoke;
  say: Say;
  onWork?: () => void;
  /** Milliseconds since the epoch. */
  now?: () => number;
  /** Replaces the timer in tests. Returns what ends it. */
  every?: (ms: number, tick: () => void) => () => void;
}

export interface ScheduleLoop {
  stop(): Promise<void>;
}

/** Calls a schedule's function at once and then at its rate; a tick is left out while the one before still runs. */
export function startSchedule(options: ScheduleOptions): ScheduleLoop {
  const { name, rate, invoke, say, onWork, now = Date.now, every = interval } = options;
  let running: Promise<void> | undefined;

  const call = async (): Promise<void> => {
    try {
      await invoke(toScheduledEvent(name, now()));
      onWork?.();
    } catch (error) {
      say(`The schedule ${name} failed`, error);
    }
  };
  const tick = (): void => {
    running ??= call().finally(() => {
      running = undefined;
    });
  };

  tick();
  const end = every(rateMs(rate), tick);
  return {
    async stop() {
      end();
      await running;
    },
  };
}

function interval(ms: number, tick: () => void): () => void {
  const timer = setInterval(tick, ms);
  return () => clearInterval(timer);
}
