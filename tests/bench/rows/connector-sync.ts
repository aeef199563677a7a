import { parseArgs } from "node:util";
import { startOwnerclanSandbox } from "../../../local/sandbox/ownerclan/server.ts";
import type { SyncRun } from "../children/connector-sync.ts";
import { startChild } from "../support/child.ts";
import type { BenchCloud } from "../support/cloud.ts";
import { atMost, type Line, printTable, say } from "../support/print.ts";

const CREDENTIALS = { username: "bench-seller", password: "bench-password" };
const CHANGES = 200;
const BUDGET_PERCENT = 1;
/** Half of what the function gets. */
const MEMORY_MB = 512;

/** A supplier read by its account: everything once, what has changed, and everything again unchanged; by their calls. */
export async function connectorSync(cloud: BenchCloud, options: string[]): Promise<void> {
  const { values } = parseArgs({ args: options, options: { items: { type: "string" } }, strict: false });
  const items = Number(values["items"] ?? 50_000);
  const source = await startOwnerclanSandbox({ ...CREDENTIALS, size: items });
  const bases = { OWNERCLAN_API_BASE: source.url, OWNERCLAN_AUTH_BASE: source.url };
  const child = startChild("connector-sync.ts", { ...cloud.environment, ...bases });
  const lines: Line[] = [];
  const run = async (what: string, input: { full?: boolean } = {}): Promise<Asked> => {
    source.calls.length = 0;
    const done = await child.call<SyncRun>("sync", input);
    const asked = source.calls.length;
    const { store, all } = totals(done);
    const seconds = done.wallMs / 1000;
    say(`  (${what}: ${seconds.toFixed(0)} s)`);
    const { fetched, created, updated, unchanged, rejected } = done.counts;
    lines.push(
      {
        what,
        value: `${fetched} items: ${created} offers new, ${updated} changed, ${unchanged} unchanged, ${rejected} refused; ${(done.cpuMs / 1000).toFixed(1)} s CPU`,
      },
      { what: "   calls", value: `${all + asked}: ${asked} to the source, ${store} to DynamoDB, ${all - store} to S3` },
      { what: "", value: shown(done.calls) },
      {
        what: "   peak resident memory",
        value: `${done.residentMb.toFixed(0)} MB`,
        budget: `≤ ${MEMORY_MB} MB`,
        ...atMost(done.residentMb, MEMORY_MB),
      },
    );
    return { calls: store + asked, withBucket: all + asked };
  };
  try {
    await child.call("connect", { credentials: CREDENTIALS });
    const everything = await run("everything, the first time");
    source.catalogue.drift(CHANGES);
    const changes = await run(`${CHANGES} changes`);
    const percent = (changes.calls * 100) / everything.calls;
    const withBucket = (changes.withBucket * 100) / everything.withBucket;
    lines.push({
      what: "   of the calls of everything, to source and table",
      value: `${percent.toFixed(2)} % (${withBucket.toFixed(2)} % with those to the bucket)`,
      budget: `≤ ${BUDGET_PERCENT} %`,
      ...atMost(percent, BUDGET_PERCENT),
    });
    await run("everything again, unchanged", { full: true });
    printTable(`A supplier of ${items} items read by its account, 1,000 a page`, lines);
  } finally {
    await Promise.all([child.end(), source.stop()]);
  }
}

/** To the source and DynamoDB; and to S3 as well. */
interface Asked {
  calls: number;
  withBucket: number;
}

/** `BatchGetItem 12, TransactWriteItems 9 …`: the most first. */
const shown = (calls: Record<string, number>): string =>
  Object.entries(calls)
    .sort(([, a], [, b]) => b - a)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");

function totals({ calls }: SyncRun): { store: number; all: number } {
  const entries = Object.entries(calls);
  const sum = (of: typeof entries) => of.reduce((total, [, count]) => total + count, 0);
  return { store: sum(entries.filter(([name]) => !name.includes(":"))), all: sum(entries) };
}
