import type { Rush, Rushed } from "../children/channels.ts";
import { startChild } from "../support/child.ts";
import type { BenchCloud } from "../support/cloud.ts";
import { type Line, printTable } from "../support/print.ts";

const RUSH: Rush = { waiting: 250, orders: 60, everyMs: 250, workers: 5 };

/** What keeps each of them from being faster, by its own documents. */
const LIMITED_BY: Record<string, string> = {
  shopify: "two calls: what it shows is read before it is changed",
  stockx: "one call a second, for all; two calls a delist, many in one",
  alias: "two calls a delist, many in one",
};

/** From an order on one channel to the other three knowing that nothing is left, while a thousand other updates wait. */
export async function channels(cloud: BenchCloud): Promise<void> {
  const child = startChild("channels.ts", cloud.environment);
  try {
    const { waiting, queued, told, overtaken, seconds } = await child.call<Rushed>("rush", RUSH);
    const spread = (times: readonly number[]) =>
      `p50 ${at(times, 0.5).toFixed(0)} ms, p99 ${at(times, 0.99).toFixed(0)} ms`;
    const lines = Object.entries(told).map(
      ([channel, times]): Line => ({
        what: `from the queue to the answer of ${channel}`,
        value: `${spread(times)}   ${LIMITED_BY[channel] ?? ""}`,
      }),
    );
    printTable(
      `A sale of the last unit on eBay, ${RUSH.orders} of them in ${((RUSH.orders * RUSH.everyMs) / 1000).toFixed(0)} s, while ${waiting} updates wait (${RUSH.workers} workers)`,
      [
        { what: "from the order to its updates in the queue", value: spread(queued) },
        ...lines,
        { what: "waiting updates that the last of them overtook", value: `${overtaken} of ${waiting}` },
        { what: "until all were told", value: `${seconds.toFixed(1)} s` },
      ],
    );
  } finally {
    await child.end();
  }
}

function at(times: readonly number[], share: number): number {
  const sorted = times.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(share * sorted.length) - 1)] ?? 0;
}
