import { formatAmount, toWire, type WireMoney } from "../platform/money.ts";
import { MOST_STEPS, STEP_HOURS } from "./stats.ts";

/** Observations without which a part of the score says nothing. */
export const ENOUGH = { leadTime: 5, fillRate: 20, priceDrift: 5, cancellations: 5 } as const;

/** How much each part counts among those of which enough is known. */
const WEIGHTS = { leadTime: 25, fillRate: 35, priceDrift: 20, cancellations: 20 } as const;

export type PartName = keyof typeof WEIGHTS;

/** A part of the score with what it was made of. */
export interface Part {
  name: PartName;
  weight: number;
  /** What it rests on, and how many of it there must be. */
  observations: number;
  needed: number;
  /** 0 to 100; absent where too little is known, which `because` says. */
  score?: number;
  because: string;
  inputs: Record<string, number | WireMoney>;
}

export interface Performance {
  /** 0 to 100, by the parts of which enough is known; absent where none is. */
  score?: number;
  parts: Part[];
}

type Sums = Readonly<Record<string, number>>;

/** The score of a supplier from what its purchases came to. Pure. */
export function performanceOf(sums: Sums): Performance {
  const parts = [leadTime(sums), fillRate(sums), priceDrift(sums), cancellations(sums)];
  const known = parts.flatMap(({ score, weight }) => (score === undefined ? [] : [{ score, weight }]));
  const weights = known.reduce((sum, { weight }) => sum + weight, 0);
  if (weights === 0) return { parts };
  const weighted = known.reduce((sum, { score, weight }) => sum + score * weight, 0);
  return { score: Math.round(weighted / weights), parts };
}

/** 100 up to `good`, 0 from `bad` on, and evenly between. */
function scale(value: number, { good, bad }: { good: number; bad: number }): number {
  return Math.round(100 * Math.min(1, Math.max(0, (bad - value) / (bad - good))));
}

function part(
  name: PartName,
  observations: number,
  { score, because, inputs }: { score: () => number; because: string; inputs: Part["inputs"] },
): Part {
  const [weight, needed] = [WEIGHTS[name], ENOUGH[name]];
  const common = { name, weight, observations, needed, inputs };
  if (observations < needed) return { ...common, because: `Not enough data: ${observations} of ${needed}` };
  return { ...common, score: score(), because };
}

const DAYS = 24;

/** From the order to the goods: when they came where that is known, otherwise when they were sent. */
function leadTime(sums: Sums): Part {
  const received = times(sums, "received");
  const shipped = times(sums, "shipped");
  const used = received.count >= ENOUGH.leadTime ? received : shipped;
  const [median, p90] = [quantile(used, 0.5), quantile(used, 0.9)];
  return part("leadTime", Math.max(received.count, shipped.count), {
    score: () =>
      Math.round(
        (scale(median, { good: 2 * DAYS, bad: 14 * DAYS }) + scale(p90, { good: 4 * DAYS, bad: 21 * DAYS })) / 2,
      ),
    because: `Half of them ${used === received ? "came" : "were sent"} within ${median} hours, nine in ten within ${p90}; 48 and 96 are best, 336 and 504 are worst`,
    inputs: {
      shippedOrders: shipped.count,
      shippedMedianHours: quantile(shipped, 0.5),
      shippedP90Hours: quantile(shipped, 0.9),
      receivedLines: received.count,
      receivedMedianHours: quantile(received, 0.5),
      receivedP90Hours: quantile(received, 0.9),
    },
  });
}

function fillRate(sums: Sums): Part {
  const [filled, missed] = [sums["filled"] ?? 0, sums["missed"] ?? 0];
  const known = filled + missed;
  const percent = known === 0 ? 0 : (filled * 100) / known;
  return part("fillRate", known, {
    score: () => scale(100 - percent, { good: 0, bad: 30 }),
    because: `${filled} of ${known} units came; all of them are best, 70 % are worst`,
    inputs: { filledUnits: filled, missedUnits: missed },
  });
}

/** Only what rose counts against a supplier. Each currency by itself, the worst of them counts. */
function priceDrift(sums: Sums): Part {
  const lines = sums["pricedLines"] ?? 0;
  const drifts = Object.keys(sums).flatMap((name) => {
    if (!name.startsWith("expected:")) return [];
    const currency = name.slice("expected:".length);
    const [expected, paid] = [sums[name] ?? 0, sums[`paid:${currency}`] ?? 0];
    return expected === 0 ? [] : [{ currency, expected, paid, percent: ((paid - expected) * 100) / expected }];
  });
  const worst = drifts.reduce((most, { percent }) => Math.max(most, percent), 0);
  const told = drifts.map(
    ({ currency, expected, paid }) =>
      `${formatAmount({ minor: paid, currency })} ${currency} was paid for what should have cost ${formatAmount({ minor: expected, currency })}`,
  );
  return part("priceDrift", lines, {
    score: () => scale(worst, { good: 0, bad: 10 }),
    because: `${told.join("; ")}. No more than expected is best, a tenth more is worst`,
    inputs: {
      pricedLines: lines,
      ...Object.fromEntries(
        drifts.flatMap(({ currency, expected, paid }) => [
          [`expected${currency}`, toWire({ minor: expected, currency })],
          [`paid${currency}`, toWire({ minor: paid, currency })],
        ]),
      ),
    },
  });
}

function cancellations(sums: Sums): Part {
  const orders = sums["orders"] ?? 0;
  const cancelled = sums["cancelledOrders"] ?? 0;
  const percent = orders === 0 ? 0 : (cancelled * 100) / orders;
  return part("cancellations", orders, {
    score: () => scale(percent, { good: 0, bad: 20 }),
    because: `The supplier cancelled ${cancelled} times in ${orders} purchases; never is best, one in five is worst`,
    inputs: {
      purchases: orders,
      cancelledOrders: cancelled,
      orderedUnits: sums["units"] ?? 0,
      cancelledUnits: sums["cancelledUnits"] ?? 0,
    },
  });
}

interface Times {
  count: number;
  /** How many by step of six hours, from step 1. */
  steps: number[];
}

function times(sums: Sums, name: string): Times {
  const steps = Array.from({ length: MOST_STEPS }, (_, index) => sums[`${name}:${index + 1}`] ?? 0);
  return { count: steps.reduce((sum, count) => sum + count, 0), steps };
}

/** The time within which so large a share was done, in hours: the end of the step that reaches it. 0 where there is none. */
export function quantile({ count, steps }: Times, share: number): number {
  if (count === 0) return 0;
  let seen = 0;
  const at = steps.findIndex((units) => {
    seen += units;
    return seen >= count * share;
  });
  return (at + 1) * STEP_HOURS;
}
