import type { StockItem, StockPlace } from "../stock.ts";
import type { Demand } from "./demand.ts";
import type { ReorderRule } from "./rule.ts";

/** A number of the calculation, with how it came to be. */
export interface Step {
  name: string;
  value: number;
  because: string;
}

export interface Suggestion extends StockPlace {
  /** Units to order: whole packs. */
  quantity: number;
  packs: number;
  supplierId?: string;
  /** Whole days that what is free lasts at the demand of the last days; absent without any demand. */
  daysLeft?: number;
  demand: Demand;
  /** The calculation from its beginning: each step's value is used by a later one. */
  steps: Step[];
}

/** What to order of a stock item now; undefined while there is enough, with what is on its way. */
export function suggest(
  rule: ReorderRule,
  { stock, expected, demand }: { stock: StockItem; expected: number; demand: Demand },
): Suggestion | undefined {
  const { productId, locationId, minimum, target, leadTimeDays, packSize, minimumOrder, supplierId } = rule;
  const { onHand, reserved, blocked, free } = stock;
  const steps: Step[] = [];
  const step = (name: string, value: number, because: string) => {
    steps.push({ name, value, because });
    return value;
  };
  step("free", free, `${onHand} on hand − ${reserved} reserved − ${blocked} blocked`);
  const position = step("position", free + expected, `${free} free + ${expected} expected from open deliveries`);
  const needed = step(
    "leadTimeDemand",
    Math.ceil((demand.counted * leadTimeDays) / demand.days),
    `${demand.counted} units in ${demand.days} days × ${leadTimeDays} days until a delivery comes, rounded up${spikesIn(demand)}`,
  );
  const point = step("reorderPoint", minimum + needed, `${minimum} minimum + ${needed} until a delivery comes`);
  if (position >= point) return undefined;
  const goal = step(
    "orderUpTo",
    Math.max(point, target ?? 0),
    target === undefined
      ? `the reorder point of ${point}`
      : `the larger of ${target} target and ${point} reorder point`,
  );
  const wanted = step("wanted", goal - position, `${goal} to order up to − ${position} position`);
  const least = step("atLeast", Math.max(wanted, minimumOrder), `the supplier takes orders from ${minimumOrder} units`);
  const packs = step("packs", Math.ceil(least / packSize), `${least} units in packs of ${packSize}, rounded up`);
  const quantity = step("quantity", packs * packSize, `${packs} packs of ${packSize}`);
  return {
    productId,
    locationId,
    quantity,
    packs,
    ...(supplierId === undefined ? {} : { supplierId }),
    ...(demand.counted > 0 ? { daysLeft: Math.floor((Math.max(0, free) * demand.days) / demand.counted) } : {}),
    demand,
    steps,
  };
}

function spikesIn({ spikes, dayLimit, units, counted }: Demand): string {
  if (spikes.length === 0) return "";
  return `; ${units - counted} units of ${spikes.length} days that stand out are left out, where a day counts for ${dayLimit} at most`;
}
