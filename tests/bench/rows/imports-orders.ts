import type { Run, Tenant } from "../children/import.ts";
import { startChild } from "../support/child.ts";
import type { BenchCloud } from "../support/cloud.ts";
import { atMost, type Line, printTable, say } from "../support/print.ts";
import { leastHeap, peak, rate, shown, take } from "./imports.ts";

const SMALL = 5_000;
const LARGE = 50_000;
/** Ten times the rows may take ten times the time. The rest is what two runs of one thing differ by here. */
const GROWTH = 1.15;
/** Half of what the function gets. */
const MEMORY_MB = 512;

/** Invoices of a wholesaler as orders: rows in all, some scattered, some taken back; ten times as many; and again. */
export async function importsOrders(cloud: BenchCloud): Promise<void> {
  // Who makes and sends the file holds it whole: its memory is not the import's.
  const sender = startChild("import.ts", cloud.environment);
  const worker = startChild("import.ts", cloud.environment);
  const tenant = () => sender.call<Tenant>("tenant");
  const few: Run[] = [];
  try {
    await take(sender, worker, "orders", await tenant(), SMALL);
    for (let round = 0; round < 3; round++) few.push(await take(sender, worker, "orders", await tenant(), SMALL));
  } finally {
    await worker.end();
  }
  const child = startChild("import.ts", cloud.environment);
  try {
    await take(sender, child, "orders", await tenant(), SMALL);
    const shop = await tenant();
    const many = await take(sender, child, "orders", shop, LARGE);
    say(`  (${LARGE} rows: ${(many.wallMs / 1000).toFixed(0)} s)`);
    const again = await take(sender, child, "orders", shop, LARGE);
    if (again.counts.unchanged !== LARGE) throw new Error(`${LARGE - again.counts.unchanged} rows were not unchanged`);
    printTable(`orders: ${LARGE} rows of invoices beside ${SMALL}`, linesOf(few, many, again));
  } finally {
    await Promise.all([child.end(), sender.end()]);
  }
}

function linesOf(few: Run[], many: Run, again: Run): Line[] {
  const small = few.toSorted((a, b) => a.cpuMs - b.cpuMs)[1] ?? many;
  const cpu = many.cpuMs / LARGE / (small.cpuMs / SMALL);
  const calls = total(many) / LARGE / (total(small) / SMALL);
  const third = Math.floor(many.memory.length / 3);
  const [early, late] = [leastHeap(many.memory.slice(0, third)), leastHeap(many.memory.slice(-third))];
  return [
    { what: `${LARGE} rows at once`, value: speed(many) },
    { what: `${SMALL} rows at once`, value: speed(small) },
    {
      what: "CPU a row of ten times the rows",
      value: `${cpu.toFixed(2)} ×`,
      budget: `≤ ${GROWTH} ×`,
      ...atMost(cpu, GROWTH),
    },
    {
      what: "calls of the stores a row of ten times the rows",
      value: `${calls.toFixed(2)} ×`,
      budget: `≤ ${GROWTH} ×`,
      ...atMost(calls, GROWTH),
    },
    {
      what: "least heap of the last third beside the first",
      value: `${(late / early).toFixed(2)} ×   ${early.toFixed(0)} MB, then ${late.toFixed(0)} MB`,
      budget: "≤ 1.25 ×",
      ...atMost(late / early, 1.25),
    },
    {
      what: `peak resident memory (${SMALL} rows)`,
      value: `${peak(many.memory).toFixed(0)} MB (${Math.max(...few.map(({ memory }) => peak(memory))).toFixed(0)} MB)`,
      budget: `≤ ${MEMORY_MB} MB`,
      ...atMost(peak(many.memory), MEMORY_MB),
    },
    { what: "the same file again", value: speed(again) },
  ];
}

function speed(run: Run): string {
  const { processed } = run.counts;
  return `${rate(processed, run.wallMs).toFixed(0)} rows/s, ${(run.cpuMs / processed).toFixed(2)} ms CPU a row;  ${shown(run.calls)}`;
}

const total = ({ calls }: Run) => Object.values(calls).reduce((sum, count) => sum + count, 0);
