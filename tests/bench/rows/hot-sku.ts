import type { Work } from "../children/stock.ts";
import { startChild } from "../support/child.ts";
import type { BenchCloud } from "../support/cloud.ts";
import { atMost, type Line, printTable, spread } from "../support/print.ts";
import { compare, type Comparison, series } from "../support/rounds.ts";
import type { Spent } from "../support/serve.ts";

const ROUNDS = 5;
const WORK: Work = { count: 100, atOnce: 16 };
const BUDGET = 1.5;

/**
 * One product that everybody wants at once. The floor that counts is the same transaction by the bare SDK: the unit, the
 * order, its guards and the ledger belong together. The conditional update alone is shown beside it, which sells a unit
 * without saying to whom.
 */
export async function hotSku(cloud: BenchCloud): Promise<void> {
  const child = startChild("stock.ts", cloud.environment);
  try {
    await child.call("prepare", { others: WORK.atOnce });
    const time =
      (name: string, input: object = WORK) =>
      async () =>
        (await child.call<Spent>(name, input)).wallMs / WORK.count;
    const order = await compare(ROUNDS, time("placeHot"), time("floorTransaction"));
    const reservation = await compare(ROUNDS, time("reserveHot"), time("floorTransaction"));
    const update = await compare(ROUNDS, time("placeHot"), time("floorUpdate"));
    const one = await rate(time("adjust", { ...WORK, atOnce: 1, ofOne: true }));
    const contended = await rate(time("adjust", { ...WORK, atOnce: 4, ofOne: true }));
    const many = await rate(time("adjust", { ...WORK, ofOne: false }));
    const calls = await child.call<string[]>("callsOfAdjustment");
    const lines: Line[] = [
      line("orders of one hot SKU, beside the same transaction", order, BUDGET),
      line("reservations of it, beside an order's transaction", reservation, BUDGET),
      line("orders of it, beside a conditional update alone", update),
      { what: "adjustments of one product, one after another", value: one },
      { what: "the same, 4 at once: each retries what it lost", value: contended },
      { what: `adjustments of ${WORK.atOnce} products at once`, value: many },
      { what: "calls of an adjustment", value: `${calls.length}  ${calls.join(" + ")}` },
    ];
    printTable(`Stock under contention, ${WORK.atOnce} at once in one process (${ROUNDS} rounds)`, lines);
  } finally {
    await child.end();
  }
}

function line(what: string, { ours, floor, ratio }: Comparison, budget?: number): Line {
  const perSecond = (ms: number) => (1_000 / ms).toFixed(0);
  const value = `${spread(ratio)} × the time;  ${perSecond(ours.median)} a second, floor ${perSecond(floor.median)}`;
  return budget === undefined
    ? { what, value }
    : { what, value, budget: `≤ ${budget} ×`, ...atMost(ratio.median, budget) };
}

async function rate(time: () => Promise<number>): Promise<string> {
  const times: number[] = [];
  for (let round = 0; round < 5; round++) times.push(await time());
  return `${(1_000 / series(times).median).toFixed(0)} a second`;
}
