import { afterAll, describe, expect, it } from "vitest";
import type { Client } from "../support/client.ts";
import { NO_REDIS, redisBinary, type RestRedis, startRedis } from "../support/redis.ts";
import { newOrganization } from "./organization.ts";
import { newHome, startSystem } from "./system.ts";

const usd = (amount: string) => ({ amount, currency: "USD" });

/** What a caller is told, over reads that a cache may answer and writes that must show in the next read. */
async function story(client: Client): Promise<unknown[]> {
  const told: unknown[] = [];
  const tell = (answer: { status: number; body: unknown }) =>
    told.push([answer.status, withoutIdsAndTimes(answer.body)]);
  const bySku = () => client.request("GET", "/v1/products/by-sku/TOLD-1");
  tell(await bySku());
  const body = { sku: "TOLD-1", name: "Told Once", cost: usd("8.00"), price: usd("13.00") };
  const made = await client.request<{ id: string }>("POST", "/v1/products", { body });
  tell(made);
  tell(await bySku());
  tell(await bySku());
  const path = `/v1/products/${made.body.id}`;
  tell(await client.request("PATCH", path, { body: { price: usd("14.00") } }));
  tell(await bySku());
  const file =
    "sku,name,cost,price\nTOLD-1,Told Once,8.00,15.00\nTOLD-2,Told Twice,1.00,2.00\nTOLD-3,Refused,2.00,1.00\n";
  const mapping = { sku: "sku", name: "name", cost: "cost", price: "price" };
  for (let time = 0; time < 2; time++) {
    const { total, accepted, rejected, unchanged } = await client.importFile(file, { format: "csv", mapping });
    told.push({ total, accepted, rejected, unchanged });
    tell(await bySku());
  }
  tell(await client.request("GET", "/v1/products"));
  tell(await client.request("GET", `${path}/pricing?margin=0.5`));
  return told;
}

function withoutIdsAndTimes(body: unknown): unknown {
  const volatile = new Set(["id", "requestId", "timestamp", "createdAt", "updatedAt", "createdBy", "details"]);
  return JSON.parse(JSON.stringify(body, (key, value: unknown) => (volatile.has(key) ? undefined : value)));
}

interface Health {
  status: string;
  checks: { cache: { status: string; remote: string } };
}

describe.skipIf(!redisBinary())(`Redis beside a started system${redisBinary() ? "" : ` (${NO_REDIS})`}`, () => {
  let redis: RestRedis | undefined;
  afterAll(() => redis?.stop());

  it("absent, present, killed in the middle and back again: the answers are the same, and health says which", async () => {
    const home = newHome();
    const without = await startSystem(home);
    const expected = await story(await newOrganization(without));
    expect(await without.client.get("/health")).toMatchObject({
      status: "degraded",
      checks: { cache: { remote: "absent", error: expect.stringContaining("not configured") } },
    });
    expect(await without.stop()).toBe(0);

    redis = await startRedis();
    const env = { UPSTASH_REDIS_REST_URL: redis.url, UPSTASH_REDIS_REST_TOKEN: redis.token };
    const system = await startSystem(home, { env });
    const healthSays = (status: string, remote: string) =>
      system.client.reached("/health", (answer) => {
        const health = answer as unknown as Health;
        return health.status === status && health.checks.cache.remote === remote;
      });
    await healthSays("healthy", "up");
    expect(await story(await newOrganization(system))).toEqual(expected);

    const witness = await newOrganization(system);
    const lives = story(witness);
    await redis.kill();
    expect(await lives, "killed while it answered").toEqual(expected);
    await healthSays("degraded", "down");
    expect(await story(await newOrganization(system)), "without it").toEqual(expected);

    await redis.start();
    await healthSays("healthy", "up");
    expect(await story(await newOrganization(system)), "with it again").toEqual(expected);
  });
});
