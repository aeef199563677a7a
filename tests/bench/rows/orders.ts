import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { Counted } from "../children/calls.ts";
import type { Shop } from "../children/shop.ts";
import { type Child, startChild } from "../support/child.ts";
import type { BenchCloud } from "../support/cloud.ts";
import { httpEvent } from "../support/events.ts";
import { atMost, type Line, printTable, spread } from "../support/print.ts";
import type { Call } from "../support/record.ts";
import { compare } from "../support/rounds.ts";
import type { Spent } from "../support/serve.ts";
import { shopOf } from "../support/shops.ts";

const ROUNDS = 15;
const REQUESTS = 60;
const BUDGET = 1.25;
const MOST_CALLS = 2;
/** Products with stock, of which each order takes two. */
const STOCKED = 40;
const PLENTY = 1_000_000;

/** CPU of an order of two lines with stock as Lambda would spend it, beside the same read and transaction by the bare SDK. */
export async function orders(cloud: BenchCloud): Promise<void> {
  const shop = await shopOf(cloud, 100);
  const ours = startChild("api.ts", cloud.environment);
  const floor = startChild("floor.ts", cloud.environment);
  // Apart from what is measured: the detour through the recording would be compiled into it.
  const recorder = startChild("api.ts", cloud.environment);
  const counter = startChild("calls.ts", cloud.environment);
  try {
    await restock(ours, shop);
    const events = Array.from({ length: REQUESTS }, (_, n) => placing(shop, n));
    for (const child of [ours, recorder]) await child.call("run", events.slice(0, 1));
    const { calls } = await recorder.call<{ calls: Call[][] }>("record", events);
    const { ratio, ...cpu } = await compare(
      ROUNDS,
      async () => (await ours.call<Spent>("run", events)).cpuMs / REQUESTS,
      async (round) => (await floor.call<Spent>("run", { events, calls, anew: round + ROUNDS })).cpuMs / REQUESTS,
    );
    const counted = [await count(counter, events[0]), await count(counter, events[1])].at(-1) ?? [];
    const lines: Line[] = [
      {
        what: "place an order of 2 lines",
        value: `${spread(ratio)} ×   ${cpu.ours.median.toFixed(3)} ms, floor ${cpu.floor.median.toFixed(3)} ms`,
        budget: `≤ ${BUDGET} ×`,
        ...atMost(ratio.median, BUDGET),
      },
      {
        what: "calls of it",
        value: `${counted.length}  ${counted.join(" + ")}`,
        budget: `≤ ${MOST_CALLS}`,
        ...atMost(counted.length, MOST_CALLS),
      },
    ];
    printTable(`CPU per order beside the same read and transaction, bare (${ROUNDS} rounds)`, lines);
  } finally {
    await Promise.all([ours.end(), floor.end(), recorder.end(), counter.end()]);
  }
}

async function restock(child: Child, { apiKey, ids }: Shop): Promise<void> {
  const body = { changeType: "restock", quantity: PLENTY, unitCost: { amount: "1.00", currency: "USD" } };
  const events = ids
    .slice(0, STOCKED)
    .map((id) => httpEvent({ method: "POST", path: `/v1/inventory/${id}/adjustments`, body, apiKey }));
  await child.call("run", events);
}

function placing({ apiKey, ids }: Shop, n: number): APIGatewayProxyEventV2 {
  const line = (place: number, quantity: number) => ({
    productId: ids[place % STOCKED] ?? "",
    quantity,
    unitPrice: { amount: "24.99", currency: "USD" },
  });
  const body = {
    channel: "shop",
    lines: [line(n * 2, 1), line(n * 2 + 1, 2)],
    shippingAddress: { street: "1 Main St", city: "Springfield", state: "IL", postalCode: "12345", country: "US" },
    paymentMethod: "credit_card",
  };
  return httpEvent({ method: "POST", path: "/v1/orders", body, apiKey });
}

async function count(child: Child, event: APIGatewayProxyEventV2 | undefined): Promise<string[]> {
  const { status, body, calls } = await child.call<Counted>("count", event);
  if (status >= 300) throw new Error(`An order was answered ${status} ${body}`);
  return calls;
}
