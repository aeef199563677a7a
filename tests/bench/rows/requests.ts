import { randomBytes } from "node:crypto";
import type { APIGatewayProxyEventV2 } from "aws-lambda";
import type { Call } from "../support/record.ts";
import type { Shop } from "../children/shop.ts";
import type { BenchCloud } from "../support/cloud.ts";
import { type Child, startChild } from "../support/child.ts";
import { type BenchRequest, httpEvent } from "../support/events.ts";
import { atMost, type Line, printTable, spread } from "../support/print.ts";
import { compare, type Comparison } from "../support/rounds.ts";
import type { Spent } from "../support/serve.ts";
import { shopOf } from "../support/shops.ts";

const ROUNDS = 15;
const REQUESTS = 160;
const BUDGET = 1.25;

/** CPU of one request as Lambda would spend it, beside the bare SDK calls that it makes. */
export async function requests(cloud: BenchCloud): Promise<void> {
  const shop = await shopOf(cloud, 10_000);
  const ours = startChild("api.ts", cloud.environment);
  const floor = startChild("floor.ts", cloud.environment);
  // Apart from what is measured: the detour through the recording would be compiled into it.
  const recorder = startChild("api.ts", cloud.environment);
  try {
    const bench = { ours, floor, recorder, shop };
    const lines: Line[] = [];
    lines.push(line("get a product", await reads(bench, (n) => get(shop, `/${pick(shop.ids, n)}`))));
    lines.push(line("list 20 of 10,000", await reads(bench, () => get(shop, "", "limit=20"))));
    lines.push(
      line("search 20 of 10,000", await reads(bench, () => get(shop, "", "limit=20&query=navy%20jacket"), 25)),
    );
    const { create, patch } = await writes(bench);
    lines.push(line("create a product", create), line("patch a product", patch));
    printTable(`CPU per API request beside the same SDK calls, bare (${ROUNDS} rounds)`, lines);
  } finally {
    await Promise.all([ours.end(), floor.end(), recorder.end()]);
  }
}

interface Bench {
  ours: Child;
  floor: Child;
  recorder: Child;
  shop: Shop;
}

async function reads(
  { ours, floor, recorder }: Bench,
  request: (n: number) => BenchRequest,
  count = REQUESTS,
): Promise<Comparison> {
  const events = Array.from({ length: count }, (_, n) => httpEvent(request(n)));
  // The first request looks the key up; it is answered from memory afterwards.
  for (const child of [ours, recorder]) await child.call("run", events.slice(0, 1));
  const { calls } = await recorded(recorder, events);
  return compare(
    ROUNDS,
    () => cpuEach(ours.call("run", events), count),
    () => cpuEach(floor.call("run", { events, calls }), count),
  );
}

async function writes({ ours, floor, recorder, shop }: Bench): Promise<{ create: Comparison; patch: Comparison }> {
  const creating = (round: number) =>
    Array.from({ length: REQUESTS }, (_, n) =>
      httpEvent(post(shop, `B${round}-${n}-${randomBytes(4).toString("hex")}`)),
    );
  const patching = (ids: string[]) =>
    ids.map((id) => httpEvent({ ...get(shop, `/${id}`), method: "PATCH", body: { name: "Another name of it" } }));

  const recordedEvents = { create: creating(-1), patch: [] as APIGatewayProxyEventV2[] };
  const created = await recorded(recorder, recordedEvents.create);
  const ids = created.bodies.map((body) => (JSON.parse(body) as { id: string }).id);
  recordedEvents.patch = patching(ids);
  const patched = await recorded(recorder, recordedEvents.patch);

  const organization = (round: number) => ({ from: shop.organizationId, to: `${shop.organizationId}${round}` });
  const create = await compare(
    ROUNDS,
    (round) => cpuEach(ours.call("run", creating(round)), REQUESTS),
    (round) =>
      cpuEach(
        floor.call("run", { events: recordedEvents.create, calls: created.calls, organization: organization(round) }),
        REQUESTS,
      ),
  );
  // The floor's organisations hold the recorded products, at version 1, as the recording found them.
  const patch = await compare(
    ROUNDS,
    () => cpuEach(ours.call("run", patching(ids)), REQUESTS),
    (round) =>
      cpuEach(
        floor.call("run", { events: recordedEvents.patch, calls: patched.calls, organization: organization(round) }),
        REQUESTS,
      ),
  );
  return { create, patch };
}

async function recorded(
  recorder: Child,
  events: APIGatewayProxyEventV2[],
): Promise<{ calls: Call[][]; bodies: string[] }> {
  return recorder.call("record", events);
}

async function cpuEach(spent: Promise<Spent>, count: number): Promise<number> {
  return (await spent).cpuMs / count;
}

function get({ apiKey }: Shop, path: string, query = ""): BenchRequest {
  return { method: "GET", path: `/v1/products${path}`, query, apiKey };
}

function post({ apiKey }: Shop, sku: string): BenchRequest {
  const body = {
    sku,
    name: "Washed cotton hoodie with a padded hood",
    description: "A hoodie of washed cotton. The hood is padded, the sleeves are ribbed.",
    cost: { amount: "15.00", currency: "USD" },
    price: { amount: "29.99", currency: "USD" },
    images: ["https://images.example.com/hoodie-front.jpg"],
    attributes: { color: "Navy", size: "M" },
  };
  return { method: "POST", path: "/v1/products", body, apiKey };
}

function pick(ids: string[], n: number): string {
  return ids[(n * 7919) % ids.length] ?? "";
}

function line(what: string, { ours, floor, ratio }: Comparison): Line {
  const least = `least ${ours.min.toFixed(3)} and ${floor.min.toFixed(3)}`;
  const value = `${spread(ratio)} ×   ${ours.median.toFixed(3)} ms, floor ${floor.median.toFixed(3)} ms;  ${least}`;
  return { what, value, budget: `≤ ${BUDGET} ×`, ...atMost(ratio.median, BUDGET) };
}
