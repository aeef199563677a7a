import type { Shop } from "../children/shop.ts";
import { startChild } from "./child.ts";
import type { BenchCloud } from "./cloud.ts";
import { say } from "./print.ts";

const shops = new Map<string, Promise<Shop>>();

/** A shop of so many products; rows that ask for the same size share one. Fewer where `withinMs` ends the loading. */
export function shopOf(cloud: BenchCloud, size: number, withinMs = 120_000): Promise<Shop> {
  const key = `${cloud.directory} ${size}`;
  const shop = shops.get(key) ?? make(cloud, size, withinMs);
  shops.set(key, shop);
  return shop;
}

async function make(cloud: BenchCloud, size: number, withinMs: number): Promise<Shop> {
  const child = startChild("shop.ts", cloud.environment);
  const begun = performance.now();
  try {
    const shop = await child.call<Shop>("makeShop", { size, withinMs });
    say(`(a shop of ${shop.ids.length} products was made in ${((performance.now() - begun) / 1000).toFixed(0)} s)`);
    return shop;
  } finally {
    await child.end();
  }
}
