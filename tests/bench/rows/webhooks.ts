import type { APIGatewayProxyEventV2 } from "aws-lambda";
import { STRIPE_SECRET, stripeEvent, stripeSignature } from "../../support/webhooks.ts";
import type { StormOptions, StormResult } from "../../support/webhook-storm.ts";
import type { Counted } from "../children/calls.ts";
import { startChild } from "../support/child.ts";
import type { BenchCloud } from "../support/cloud.ts";
import { httpEvent } from "../support/events.ts";
import { atMost, printTable, spread } from "../support/print.ts";
import { compare } from "../support/rounds.ts";
import type { Spent } from "../support/serve.ts";

const ROUNDS = 15;
const REQUESTS = 60;
const BUDGET = 1.3;
const MOST_CALLS = 3;
const STORM_SECONDS = 60;

const STORM: StormOptions = {
  events: 1_000,
  times: 10,
  objects: 50,
  clients: 64,
  workers: 16,
  faults: { fail: 0.02, lose: 0.02, kill: 0.01 },
  seed: 20_261_121,
};

/** CPU of taking an event beside a bare check, put and send; and whether a storm of them leaves each applied once. */
export async function webhooks(cloud: BenchCloud): Promise<void> {
  const environment = {
    ...cloud.environment,
    STRIPE_WEBHOOK_SECRET: STRIPE_SECRET,
    STRIPE_ORGANIZATION_ID: "org_00000000000000000000000000",
  };
  const ours = startChild("api.ts", environment);
  const floor = startChild("webhooks-floor.ts", environment);
  const counter = startChild("calls.ts", environment);
  const sea = startChild("webhooks-storm.ts", environment);
  try {
    const cpu = await compare(
      ROUNDS,
      async () => (await ours.call<Spent>("run", deliveries())).cpuMs / REQUESTS,
      async () => (await floor.call<Spent>("run", deliveries())).cpuMs / REQUESTS,
    );
    const counted = await counter.call<Counted>("count", deliveries()[0]);
    const begun = performance.now();
    const { faults, ...result } = await sea.call<StormResult>("run", STORM);
    const seconds = (performance.now() - begun) / 1000;
    printTable(`Webhooks: CPU to take one beside a bare check, put and send (${ROUNDS} rounds), and a storm`, [
      {
        what: "take an event of Stripe",
        value: `${spread(cpu.ratio)} ×   ${cpu.ours.median.toFixed(3)} ms, floor ${cpu.floor.median.toFixed(3)} ms`,
        budget: `≤ ${BUDGET} ×`,
        ...atMost(cpu.ratio.median, BUDGET),
      },
      {
        what: "calls of it",
        value: `${counted.calls.length}  ${counted.calls.join(" + ")}`,
        budget: `≤ ${MOST_CALLS}`,
        ...atMost(counted.calls.length, MOST_CALLS),
      },
      {
        what: `${STORM.events} events delivered ${result.deliveries} times by ${STORM.clients} clients`,
        value: `${seconds.toFixed(0)} s, ${result.kills} processes killed, ${result.failures} calls failed, ${result.sweeps} sweeps`,
        budget: `≤ ${STORM_SECONDS} s`,
        ...atMost(seconds, STORM_SECONDS),
      },
      {
        what: "of them not applied exactly once, or objects not at their newest state",
        value: `${faults.length}  ${faults.slice(0, 3).join("; ")}`,
        budget: "0",
        ...atMost(faults.length, 0),
      },
    ]);
  } finally {
    await Promise.all([ours.end(), floor.end(), counter.end(), sea.end()]);
  }
}

/** Of the size of a subscription's event. */
function deliveries(): APIGatewayProxyEventV2[] {
  return Array.from({ length: REQUESTS }, () => {
    const items = Array.from({ length: 12 }, (_, place) => ({
      id: `si_${place}_0123456789abcdef`,
      object: "subscription_item",
      quantity: place,
      price: { id: `price_${place}_0123456789`, currency: "usd", unit_amount: 2_900, recurring: { interval: "month" } },
    }));
    const body = stripeEvent({ type: "customer.subscription.updated" }, { object: "subscription", items });
    const headers = { "stripe-signature": stripeSignature(JSON.stringify(body), Date.now()) };
    return httpEvent({ method: "POST", path: "/webhooks/stripe", body, apiKey: "", headers });
  });
}
