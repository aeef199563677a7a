import type { SourceProduct, Unreadable } from "../../core/connectors/index.ts";
import type { Context } from "../../core/platform/context.ts";
import { createCache } from "../../core/platform/cache/layered-cache.ts";
import type { After } from "../../core/sourcing/deadline.ts";
import type { LinkMaker, Source } from "../../core/sourcing/source.ts";
import { testContext } from "./context.ts";
import { recordingLog, recordingMetrics, stoppedClock } from "./recording.ts";

export interface FakeSource extends Source {
  /** The questions that it was asked. */
  asked: { query: string; limit: number; currency: string }[];
}

/** A source that answers what a test says. */
export function fakeSource(
  provider: string,
  answer: () => SourceProduct[] | Promise<SourceProduct[]>,
  { unreadable = [], links, version = 1 }: { unreadable?: Unreadable[]; links?: LinkMaker; version?: number } = {},
): FakeSource {
  const asked: FakeSource["asked"] = [];
  return {
    origin: { accountId: `acc_${provider}`, provider, name: `Demo ${provider}` },
    version,
    asked,
    async search(ask) {
      asked.push(ask);
      return { products: await answer(), unreadable };
    },
    links: async () => links,
  };
}

/** A context for searches that needs no database: its cache is this process's memory. */
export function sourcingContext(changes: Partial<Context> = {}) {
  const clock = stoppedClock();
  const log = recordingLog();
  const metrics = recordingMetrics();
  const cache = createCache({ metrics, log, prefix: "test", now: clock.now });
  return { ctx: testContext({ now: clock.now, log, metrics, cache, ...changes }), clock, log, metrics };
}

/** Time that is never up. */
export const never: After = () => ({ passed: new Promise(() => {}), cancel() {} });

/** Time that is up when the test says so. */
export function stopwatch(): { after: After; ring: () => void; asked: number[] } {
  const bells: (() => void)[] = [];
  const asked: number[] = [];
  return {
    after(ms) {
      asked.push(ms);
      return { passed: new Promise((resolve) => bells.push(() => resolve())), cancel() {} };
    },
    ring() {
      for (const bell of bells.splice(0)) bell();
    },
    asked,
  };
}
