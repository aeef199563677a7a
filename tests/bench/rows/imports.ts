import type { Kind, Memory, Run, Tenant } from "../children/import.ts";
import { type Child, startChild } from "../support/child.ts";
import type { BenchCloud } from "../support/cloud.ts";
import { atLeast, atMost, type Line, printTable, say, spread } from "../support/print.ts";
import { series } from "../support/rounds.ts";
import type { Spent } from "../support/serve.ts";

const ROUNDS = 5;
const ROUND_ROWS = 1_000;
const SMALL = 5_000;
const LARGE = 50_000;
const BUDGET = 0.5;
/** Half of what the function gets. */
const MEMORY_MB = 512;
const NAMES = { import: "import of a CSV", feed: "supplier feed" };

/** Files into the catalogue beside bare BatchWriteItem of what they leave there; again, unchanged; and the memory of it. */
export async function imports(cloud: BenchCloud): Promise<void> {
  for (const kind of ["import", "feed"] as const) {
    const lines = [...(await beside(cloud, kind)), ...(await large(cloud, kind))];
    printTable(
      `${NAMES[kind]}: ${LARGE} rows of 400 bytes, and ${ROUND_ROWS} rows in ${ROUNDS} rounds beside the floor`,
      lines,
    );
  }
}

/** Side by side, in rounds of a size that lets many alternate. */
async function beside(cloud: BenchCloud, kind: Kind): Promise<Line[]> {
  const [ours, floor] = [startChild("import.ts", cloud.environment), startChild("batch-write.ts", cloud.environment)];
  const runs: Record<"ours" | "batch" | "transact", Spent[]> = { ours: [], batch: [], transact: [] };
  try {
    let items = 0;
    for (let round = 0; round <= ROUNDS; round++) {
      const tenant = await ours.call<Tenant>("tenant");
      const run = await take(ours, ours, kind, tenant, ROUND_ROWS);
      if (round === 0) items = await floor.call<number>("load", { ...tenant, offers: kind === "feed" });
      const batch = await floor.call<Spent>("batchWrite", { to: `org_B${kind}${round}` });
      const transact = await floor.call<Spent>("transactWrite", { to: `org_T${kind}${round}` });
      // The first warms all three up.
      if (round === 0) continue;
      runs.ours.push(run);
      runs.batch.push(batch);
      runs.transact.push(transact);
    }
    const each = `${items / ROUND_ROWS} items a row`;
    return [
      { ...rates(runs.ours, runs.batch, `rate beside BatchWriteItem of its ${each}`), budget: `≥ ${BUDGET} ×` },
      { ...rates(runs.ours, runs.transact, `rate beside TransactWriteItems of its ${each}`), budget: "" },
      cpus(runs.ours, runs.batch, "CPU a row beside BatchWriteItem"),
    ];
  } finally {
    await Promise.all([ours.end(), floor.end()]);
  }
}

function rates(ours: Spent[], floor: Spent[], what: string): Line {
  const ratio = series(ours.map(({ wallMs }, index) => (floor[index]?.wallMs ?? 0) / wallMs));
  const [a, b] = [ours, floor].map((runs) => series(runs.map(({ wallMs }) => rate(ROUND_ROWS, wallMs))).median);
  const value = `${spread(ratio)} ×   ${a?.toFixed(0)} rows/s, floor ${b?.toFixed(0)} rows/s`;
  return { what, value, ...atLeast(ratio.median, BUDGET) };
}

function cpus(ours: Spent[], floor: Spent[], what: string): Line {
  const ratio = series(ours.map(({ cpuMs }, index) => cpuMs / (floor[index]?.cpuMs ?? 0)));
  const [a, b] = [ours, floor].map((runs) => series(runs.map(({ cpuMs }) => cpuMs / ROUND_ROWS)).median);
  return { what, value: `${spread(ratio)} ×   ${a?.toFixed(2)} ms, floor ${b?.toFixed(2)} ms` };
}

async function large(cloud: BenchCloud, kind: Kind): Promise<Line[]> {
  // Who makes and sends the file holds it whole: its memory is not the import's.
  const sender = startChild("import.ts", cloud.environment);
  const small = startChild("import.ts", cloud.environment);
  const few = await take(sender, small, kind, await sender.call<Tenant>("tenant"), SMALL);
  await small.end();

  const child = startChild("import.ts", cloud.environment);
  try {
    const tenant = await sender.call<Tenant>("tenant");
    const first = await take(sender, child, kind, tenant, LARGE);
    say(`  (${LARGE} rows: ${(first.wallMs / 1000).toFixed(0)} s)`);
    const again = await take(sender, child, kind, tenant, LARGE);
    if (again.counts.unchanged !== LARGE) throw new Error(`${LARGE - again.counts.unchanged} rows were not unchanged`);
    const third = Math.floor(first.memory.length / 3);
    const [early, late] = [leastHeap(first.memory.slice(0, third)), leastHeap(first.memory.slice(-third))];
    const flat = late / early;
    const reads = (again.calls["BatchGetItem"] ?? 0) / (LARGE / 100);
    const transactions = (again.calls["TransactWriteItems"] ?? 0) / (LARGE / 100);
    return [
      {
        what: `${LARGE} rows at once`,
        value: `${rate(LARGE, first.wallMs).toFixed(0)} rows/s, ${(first.cpuMs / LARGE).toFixed(2)} ms CPU a row;  ${shown(first.calls)}`,
      },
      {
        what: "least heap of the last third beside the first",
        value: `${flat.toFixed(2)} ×   ${early.toFixed(0)} MB, then ${late.toFixed(0)} MB`,
        budget: "≤ 1.25 ×",
        ...atMost(flat, 1.25),
      },
      {
        what: `peak resident memory (${SMALL} rows)`,
        value: `${peak(first.memory).toFixed(0)} MB (${peak(few.memory).toFixed(0)} MB)`,
        budget: `≤ ${MEMORY_MB} MB`,
        ...atMost(peak(first.memory), MEMORY_MB),
      },
      {
        what: "the same file again",
        value: `${rate(LARGE, again.wallMs).toFixed(0)} rows/s, ${(again.cpuMs / LARGE).toFixed(2)} ms CPU a row;  ${shown(again.calls)}`,
      },
      {
        what: "   batch reads a hundred rows",
        value: reads.toFixed(2),
        budget: "≤ 1",
        ...atMost(reads, 1),
      },
      {
        what: "   transactions a hundred rows: its page of verdicts",
        value: transactions.toFixed(2),
        budget: "no products",
        ...atMost(transactions, 1.05),
      },
    ];
  } finally {
    await Promise.all([child.end(), sender.end()]);
  }
}

/** Uploads and queues a file in one process, works it in another. Throws unless every row was taken. */
export async function take(sender: Child, child: Child, kind: Kind, tenant: Tenant, rows: number): Promise<Run> {
  const id = await sender.call<string>("queue", { ...tenant, kind, rows });
  const run = await child.call<Run>("work", { ...tenant, kind, id });
  const { status, processed, rejected } = run.counts;
  if (status !== "succeeded" || processed !== rows || rejected > 0)
    throw new Error(`${rows} rows came out as ${JSON.stringify(run.counts)}`);
  return run;
}

export function rate(rows: number, ms: number): number {
  return (rows * 1000) / ms;
}

export function peak(memory: Memory[]): number {
  return Math.max(...memory.map(({ residentMb }) => residentMb));
}

export function leastHeap(memory: Memory[]): number {
  return Math.min(...memory.map(({ heapMb }) => heapMb));
}

export function shown(calls: Record<string, number>): string {
  return Object.entries(calls)
    .map(([operation, count]) => `${count} ${operation}`)
    .join(" + ");
}
