import type { Asked } from "../provider/server.ts";
import { itemsOf } from "./batches.ts";

/** What it allows; StockX's own where absent. */
export interface StockxLimits {
  aSecond?: number;
  aDay?: number;
  itemsIn5Minutes?: number;
  itemsADay?: number;
}

const DAY_MS = 86_400_000;
/** Calls that left a second apart may arrive a little closer. */
const SECOND_MS = 950;

/** Counts what comes; `true` of what is too much, which does not count. */
export function limiter({ aSecond = 1, aDay = 25_000, itemsIn5Minutes = 500, itemsADay = 50_000 }: StockxLimits) {
  let calls: number[] = [];
  let items: { at: number; count: number }[] = [];
  let day = { number: 0, calls: 0, items: 0 };

  return ({ method, path, body, now }: Asked): boolean => {
    if (!path.startsWith("/v2/")) return false;
    const number = Math.floor(now / DAY_MS);
    if (day.number !== number) day = { number, calls: 0, items: 0 };
    calls = calls.filter((at) => at > now - SECOND_MS);
    items = items.filter(({ at }) => at > now - 300_000);
    const isBatch = method === "POST" && path.startsWith("/v2/selling/batch/");
    const count = isBatch ? (itemsOf(body)?.length ?? 0) : 0;
    const recentItems = items.reduce((sum, one) => sum + one.count, 0);
    if (calls.length >= aSecond || day.calls >= aDay) return true;
    if (count > 0 && (recentItems + count > itemsIn5Minutes || day.items + count > itemsADay)) return true;
    calls.push(now);
    day = { number, calls: day.calls + 1, items: day.items + count };
    if (count > 0) items.push({ at: now, count });
    return false;
  };
}
