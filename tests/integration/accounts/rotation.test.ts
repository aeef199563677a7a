import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { expect, it } from "vitest";
import * as Accounts from "../../../core/accounts/index.ts";
import * as Inbound from "../../../core/inbound/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import * as Outbound from "../../../core/outbound/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { sealedState } from "../../../core/platform/secrets.ts";
import type { Item } from "../../../core/platform/table.ts";
import { everyItem, rotate } from "../../../local/rotate.ts";
import { connectStockx, stockx, workersFor } from "../../support/accounts.ts";
import { cloudContext } from "../../support/cloud.ts";
import { ownTable } from "../../support/own-table.ts";
import { stoppedClock } from "../../support/recording.ts";
import { stocked } from "../../support/stock.ts";

const NEXT_KEY = "the-next-field-key-of-the-tests-9876543210";

/** What the command goes through, but for other organisations, whose tests have keys of their own. */
const itemsOf = (ctx: Context) =>
  async function* () {
    const client = new DynamoDBClient({});
    const { organizationId } = ctx.actor;
    for await (const page of everyItem(client, ctx.config.tableName))
      yield page.filter(
        (item) => String(item["pk"]).startsWith(organizationId) || item["organizationId"] === organizationId,
      );
    client.destroy();
  };

const rolledTo = (ctx: Context, fieldKey: string): Context => ({ ...ctx, config: { ...ctx.config, fieldKey } });

function rolledSecret(ctx: Context): Context {
  const { secretKey: before } = ctx.config;
  const secretKey = "the-next-secret-of-the-tests-9876543210";
  return { ...ctx, config: { ...ctx.config, secretKey, previousSecretKeys: [before] } };
}

async function sealedTexts(ctx: Context): Promise<Map<string, string[]>> {
  const found = new Map<string, string[]>();
  for await (const page of itemsOf(ctx)())
    for (const item of page)
      JSON.stringify(item, (_name, value: unknown) => {
        if (sealedState(ctx.config, value) === undefined) return value;
        const entity = String(item["entity"]);
        found.set(entity, [...(found.get(entity) ?? []), String(value)]);
        return value;
      });
  return found;
}

async function buyerEntries(ctx: Context): Promise<Item[]> {
  const found: Item[] = [];
  for await (const page of itemsOf(ctx)()) found.push(...page.filter((item) => item["entity"] === "buyer"));
  return found;
}

async function furnished() {
  const { now, advance } = stoppedClock(Date.now());
  const sandbox = await stockx({ now });
  const worker = workersFor({ stockx: sandbox }, { now, tableName: await ownTable() });
  const ctx = worker();
  const { id } = await connectStockx(ctx);
  await use(ctx, id, advance);
  await Accounts.createAccount(ctx, {
    provider: "ownerclan",
    name: "Wholesale",
    credentials: { username: "demo", password: "demo-password" },
  });
  const source = { provider: "generic", name: "The shop", secret: "of-the-tests-only-0123456789" };
  await Inbound.createSource(ctx, source);
  await Outbound.createEndpoint(ctx, { url: "https://shop.example.com/hooks", eventTypes: ["order.*"] });
  return { now, advance, sandbox, worker, ctx, id };
}

/** A call with the account, which gets or renews its token where it is time. */
async function use(ctx: Context, id: string, advance: (ms: number) => void) {
  const sleep = async (ms: number) => advance(ms);
  const { connection } = await Accounts.openAccount(ctx, id, { urgency: "urgent", sleep });
  return connection.exchange({ base: "api", method: "GET", path: "/v2/selling/listings", query: { pageNumber: "1" } });
}

it("everything sealed comes under the newest key, opens with it alone, and a second look finds nothing to do", async () => {
  const { ctx, worker, id, advance } = await furnished();
  const rolled = rolledTo(ctx, NEXT_KEY);
  const before = await rotate(rolled, itemsOf(ctx), { verifyOnly: true });
  expect(before).toMatchObject({
    resealed: 0,
    left: { "account-credentials": 6, "account-token": 1, "webhook-door": 1, "webhook-endpoint": 1 },
  });
  expect(await rotate(rolled, itemsOf(ctx))).toMatchObject({ resealed: 9, changed: 0, left: {} });
  expect(await rotate(rolled, itemsOf(ctx))).toMatchObject({ resealed: 0, changed: 0, left: {} });
  // The key before is gone: only what was sealed anew opens.
  const alone = { ...worker(), config: { ...rolled.config, secretKey: "another-key-of-the-tests-0123456789012" } };
  expect((await use({ ...worker(), config: { ...alone.config } }, id, advance)).status).toBe(200);
});

it("what is renewed while it runs is not overwritten, and no call fails", async () => {
  const { ctx, sandbox, worker, id, advance } = await furnished();
  const rolled = rolledTo(ctx, NEXT_KEY);
  let renewals = 0;
  /** It knows the next key already, and seals with the one before: so every worker is to be before the first has rolled. */
  const unrolled = () => {
    const ctx = worker();
    return { ...ctx, config: { ...ctx.config, previousFieldKeys: [NEXT_KEY] } };
  };
  /** A worker that has not rolled yet renews the token each time that a page has been read. */
  async function* whileRenewed() {
    for await (const page of itemsOf(ctx)()) {
      if (page.some((item) => item["entity"] === "account-token")) {
        advance(12 * 3_600_000);
        expect((await use(unrolled(), id, advance)).status).toBe(200);
        renewals++;
      }
      yield page;
    }
  }
  // Three rounds, each of which meets a token that is not the one it has read.
  const found = await rotate(rolled, whileRenewed);
  expect(renewals).toBeGreaterThan(1);
  expect(found.left).toEqual({ "account-token": 1 });
  expect((await use(rolledTo(worker(), NEXT_KEY), id, advance)).status).toBe(200);
  // Once all workers have the new key, one more run is the last.
  expect(await rotate(rolled, itemsOf(ctx))).toMatchObject({ resealed: 1, left: {} });
  advance(12 * 3_600_000);
  expect((await use(rolledTo(worker(), NEXT_KEY), id, advance)).status).toBe(200);
  expect(sandbox.calls.filter(({ path, status }) => path === "/oauth/token" && status !== 200)).toEqual([]);
});

it("broken off anywhere it can be begun again", async () => {
  const { ctx } = await furnished();
  const rolled = rolledTo(ctx, NEXT_KEY);
  const brokenOff = async function* () {
    for await (const page of itemsOf(ctx)()) {
      const some = page.filter((item) => item["entity"] !== "account-credentials");
      if (some.length > 0) yield some;
    }
    throw new Error("the machine went away");
  };
  await expect(rotate(rolled, brokenOff)).rejects.toThrow("went away");
  const states = [...(await sealedTexts(rolled)).values()].flat().map((text) => sealedState(rolled.config, text));
  expect(new Set(states)).toEqual(new Set(["newest", "former"]));
  expect(await rotate(rolled, itemsOf(ctx))).toMatchObject({ left: {} });
});

it("what orders say of their buyers comes with it; answers that repeat them for a day go by themselves", async () => {
  const { ctx, now } = await furnished();
  await stocked(ctx, "A", 5);
  const customer = { name: "Demo Buyer", email: "demo.buyer@buyers.example" };
  const ask = { channel: "shop", lines: [{ sku: "A", quantity: 1 }], customer, notes: "Ring twice" };
  const { order } = await Orders.placeOrder({ ...ctx, idempotencyKey: "place" }, ask);
  const rolled = rolledTo(ctx, NEXT_KEY);
  const found = await rotate(rolled, itemsOf(ctx));
  expect(found).toMatchObject({ left: {}, resealed: 11 });
  expect(found.leaving).toBeGreaterThan(0);
  expect(Date.parse(found.lastLeavesAt ?? "")).toBeLessThanOrEqual(now() + 24 * 3_600_000);
  const alone = { ...rolled, config: { ...rolled.config, secretKey: "another-key-of-the-tests-0123456789012" } };
  expect(await Orders.getOrder(alone, order.id)).toMatchObject({ customer, notes: "Ring twice" });
});

it("buyers are found by the newest SECRET_KEY alone when it has ended; until then it counts those who are not", async () => {
  const ctx = cloudContext({ tableName: await ownTable() });
  await stocked(ctx, "A", 9);
  const customer = { email: "demo.buyer@buyers.example", externalId: "buyer-77" };
  const lines = ["parcel", "pallet"].map((shippingType) => ({ sku: "A", quantity: 1, shippingType }));
  const place = async (lines: object[]) =>
    (await Orders.placeOrder(ctx, { channel: "shop", lines, customer })).order.id;
  const [whole, split, changed] = [await place([{ sku: "A", quantity: 1 }]), await place(lines), await place(lines)];
  for (const id of [split, changed]) await Orders.splitOrder(ctx, { id, input: { by: "shippingType" } });
  // Its part is still the first buyer's.
  await Orders.updateOrder(ctx, { id: changed, input: { customer: { email: "another@buyers.example" } } });

  const rolling = rolledSecret(ctx);
  const alone = { ...rolling, config: { ...rolling.config, previousSecretKeys: [] } };
  const found = (on: Context, email = customer.email) => Orders.findBuyerOrders(on, { email });
  const all = [whole, split, changed].toSorted();
  expect([await found(rolling), await found(alone)]).toEqual([all, []]);

  const before = await rotate(rolling, itemsOf(ctx), { verifyOnly: true });
  expect(before).toMatchObject({ renamed: 0, left: { buyer: 7 } });
  const entries = await buyerEntries(ctx);
  expect(entries).toHaveLength(7);
  // Broken off after the first three.
  expect(await Orders.renameBuyers(rolling, entries.slice(0, 3))).toBe(3);
  expect(await found(rolling)).toEqual(all);
  expect(await rotate(rolling, itemsOf(ctx))).toMatchObject({ renamed: 4, left: {} });
  expect(await rotate(rolling, itemsOf(ctx))).toMatchObject({ renamed: 0, left: {} });
  expect([await found(alone), await found(alone, "another@buyers.example")]).toEqual([all, [changed]]);
  expect(await Orders.findBuyerOrders(alone, { channel: "shop", externalId: "buyer-77" })).toEqual(all);
  expect(await buyerEntries(ctx)).toHaveLength(7);
});

it("whoever is erased while buyers are named anew does not come back under another name", async () => {
  const ctx = cloudContext({ tableName: await ownTable() });
  await stocked(ctx, "A", 1);
  const email = "demo.buyer@buyers.example";
  const ask = { channel: "shop", lines: [{ sku: "A", quantity: 1 }], customer: { email } };
  const { order } = await Orders.placeOrder(ctx, ask);
  const rolling = rolledSecret(ctx);
  const transact: Context["table"]["transact"] = async (writes) => {
    await Orders.eraseBuyerOrders(ctx, order.id, { sought: { email }, evenIfOpen: true });
    await ctx.table.transact(writes);
  };
  const entries = await buyerEntries(ctx);
  expect(await Orders.renameBuyers({ ...rolling, table: { ...ctx.table, transact } }, entries)).toBe(1);
  expect(await buyerEntries(ctx)).toEqual([]);
});

it("a buyer is found also by who looks at the moment at which their orders are named anew", async () => {
  const ctx = cloudContext({ tableName: await ownTable() });
  await stocked(ctx, "A", 1);
  const email = "demo.buyer@buyers.example";
  const ask = { channel: "shop", lines: [{ sku: "A", quantity: 1 }], customer: { email } };
  const { order } = await Orders.placeOrder(ctx, ask);
  const rolling = rolledSecret(ctx);
  const entries = await buyerEntries(ctx);
  let moved = 0;
  const query: Context["table"]["query"] = async (input) => {
    const page = await ctx.table.query<never>(input);
    if (moved === 0) moved = await Orders.renameBuyers(rolling, entries);
    return page;
  };
  expect(await Orders.findBuyerOrders({ ...rolling, table: { ...ctx.table, query } }, { email })).toEqual([order.id]);
  expect(moved).toBe(1);
});
