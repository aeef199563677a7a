import { randomBytes } from "node:crypto";
import type { Counted } from "../children/calls.ts";
import type { Shop } from "../children/shop.ts";
import type { BenchCloud } from "../support/cloud.ts";
import { startChild } from "../support/child.ts";
import { type BenchRequest, httpEvent } from "../support/events.ts";
import { atMost, type Line, printTable, spread } from "../support/print.ts";
import { compare } from "../support/rounds.ts";
import type { Spent } from "../support/serve.ts";
import { shopOf } from "../support/shops.ts";

const SMALL = 1_000;
const LARGE = 100_000;
/** What is loaded when this is over is the large catalogue. */
const LOADING_MS = 75_000;
const ROUNDS = 11;
const REQUESTS = 40;
const BUDGET = 1.1;

/** The same requests to a small catalogue and to a large one: what they cost may not depend on the size. */
export async function growth(cloud: BenchCloud): Promise<void> {
  const small = await shopOf(cloud, SMALL);
  const large = await shopOf(cloud, LARGE, LOADING_MS);
  const api = startChild("api.ts", cloud.environment);
  const counter = startChild("calls.ts", cloud.environment);
  const lines: Line[] = [];
  try {
    for (const [what, request] of Object.entries(OPERATIONS)) {
      const cpu = async (shop: Shop, round: number) => {
        const events = Array.from({ length: REQUESTS }, (_, n) => httpEvent(request(shop, round * REQUESTS + n)));
        return (await api.call<Spent>("run", events)).cpuMs / REQUESTS;
      };
      const { ours, floor, ratio } = await compare(
        ROUNDS,
        (round) => cpu(large, round),
        (round) => cpu(small, round),
      );
      const counts = [];
      for (const shop of [small, large]) {
        // The first request of a key looks it up.
        await counter.call("count", httpEvent(request(shop, -2)));
        counts.push((await counter.call<Counted>("count", httpEvent(request(shop, -1)))).calls.length);
      }
      lines.push({
        what,
        value: `${spread(ratio)} ×   ${ours.median.toFixed(2)} ms, small ${floor.median.toFixed(2)} ms;  calls ${counts[1]}, small ${counts[0]}`,
        budget: `≤ ${BUDGET} ×`,
        ...atMost(ratio.median, BUDGET),
      });
    }
    printTable(
      `Growth: CPU per request at ${large.ids.length} products beside ${small.ids.length} (${ROUNDS} rounds)`,
      lines,
    );
  } finally {
    await Promise.all([api.end(), counter.end()]);
  }
}

const OPERATIONS: Record<string, (shop: Shop, n: number) => BenchRequest> = {
  "get a product": ({ apiKey, ids }, n) => ({
    method: "GET",
    path: `/v1/products/${ids.at((n * 7919) % ids.length) ?? ""}`,
    apiKey,
  }),
  "list 20": ({ apiKey }) => ({ method: "GET", path: "/v1/products", query: "limit=20", apiKey }),
  "search 20, a word of 25 products": ({ apiKey }) => ({
    method: "GET",
    path: "/v1/products",
    query: "limit=20&query=needle",
    apiKey,
  }),
  "search 20, two words of every 12th product": ({ apiKey }) => ({
    method: "GET",
    path: "/v1/products",
    query: "limit=20&query=navy%20jacket",
    apiKey,
  }),
  "create a product": ({ apiKey }, n) => ({
    method: "POST",
    path: "/v1/products",
    body: {
      sku: `G${n}-${randomBytes(4).toString("hex")}`,
      name: "Grown",
      cost: { amount: "10.00", currency: "USD" },
      price: { amount: "20.00", currency: "USD" },
    },
    apiKey,
  }),
};
