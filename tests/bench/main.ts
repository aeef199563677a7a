import { cpus, loadavg } from "node:os";
import { calls } from "./rows/calls.ts";
import { channels } from "./rows/channels.ts";
import { connectorSync } from "./rows/connector-sync.ts";
import { coldStart } from "./rows/cold-start.ts";
import { growth } from "./rows/growth.ts";
import { hotSku } from "./rows/hot-sku.ts";
import { imports } from "./rows/imports.ts";
import { importsOrders } from "./rows/imports-orders.ts";
import { load } from "./rows/load.ts";
import { orders } from "./rows/orders.ts";
import { requests } from "./rows/requests.ts";
import { search } from "./rows/search.ts";
import { webhooks } from "./rows/webhooks.ts";
import { type BenchCloud, startCloud } from "./support/cloud.ts";
import { say } from "./support/print.ts";

type Row = (cloud: BenchCloud, options: string[]) => Promise<void>;

/** Cheapest first, so that what is asked for most is answered soonest. */
const ROWS: Record<string, Row> = {
  calls,
  "cold-start": coldStart,
  requests,
  orders,
  "hot-sku": hotSku,
  webhooks,
  channels,
  load,
  imports,
  "imports-orders": importsOrders,
  "connector-sync": connectorSync,
  growth,
  search,
};

/**
 * `npm run bench` for every row, `npm run bench -- requests calls` for some. Figures are ratios to a floor measured in
 * the same run, on emulators of the run's own; `docs/performance.md` says how to read them. Options go to the rows:
 * `npm run bench -- search --sizes 1000,100000`.
 */
async function main(args: string[]): Promise<void> {
  const firstOption = args.findIndex((argument) => argument.startsWith("--"));
  const asked = firstOption < 0 ? args : args.slice(0, firstOption);
  const options = firstOption < 0 ? [] : args.slice(firstOption);
  const unknown = asked.filter((name) => !(name in ROWS));
  if (unknown.length > 0)
    throw new Error(`There is no row ${unknown.join(", ")}; there are ${Object.keys(ROWS).join(", ")}`);

  const [cpu] = cpus();
  say(`Node ${process.version} on ${cpus().length} × ${cpu?.model ?? "?"}, load ${loadavg()[0]?.toFixed(1) ?? "?"}`);
  const cloud = await startCloud();
  for (const signal of ["SIGINT", "SIGTERM"] as const) {
    process.once(signal, () => void cloud.stop().finally(() => process.exit(1)));
  }
  try {
    for (const [name, row] of Object.entries(ROWS)) {
      if (asked.length > 0 && !asked.includes(name)) continue;
      const begun = performance.now();
      await row(cloud, options);
      say(`  (${name}: ${((performance.now() - begun) / 1000).toFixed(0)} s)`);
    }
  } finally {
    await cloud.stop();
  }
}

await main(process.argv.slice(2));
