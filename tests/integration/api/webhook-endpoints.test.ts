import { describe, expect, it } from "vitest";
import * as Outbound from "../../../core/outbound/index.ts";
import { sign } from "../../../core/outbound/signature.ts";
import type { Item } from "../../../core/platform/table.ts";
import { apiHarness, expectError, type Harness } from "../../support/harness.ts";
import { type Battery, hostileBattery } from "../../support/hostile.ts";
import { answer, loopback } from "../../support/loopback.ts";
import { atHome, eventOf, fan, keptQueue, PLENTY } from "../../support/outbound.ts";
import { stoppedClock } from "../../support/recording.ts";

const URL = "https://hooks.example.com/a";
const write: Pick<Battery, "permission"> = { permission: "webhooks.write" };
const read: Pick<Battery, "permission"> = { permission: "webhooks.read" };

type Made = { id: string; secret: string; version: number };

const made = async (api: Harness, body: Record<string, unknown> = {}) =>
  (await api.request<Made>("POST", "/v1/webhook-endpoints", { body: { url: URL, ...body }, expected: 201 })).body;

const pathOf = async (api: Harness, rest = "") => `/v1/webhook-endpoints/${(await made(api)).id}${rest}`;

const delivered = async (api: Harness) => {
  const { id } = await Outbound.testEndpoint(api.ctx, { id: (await made(api)).id });
  return `/v1/webhook-deliveries/${id}`;
};

hostileBattery("POST /v1/webhook-endpoints", {
  ...write,
  hasBody: true,
  repeatable: true,
  prepare: () => Promise.resolve({ method: "POST", path: "/v1/webhook-endpoints", body: { url: URL }, status: 201 }),
});
hostileBattery("GET /v1/webhook-endpoints/{id}", {
  ...read,
  hasId: true,
  prepare: async (api) => ({ method: "GET", path: await pathOf(api), status: 200 }),
});
hostileBattery("PATCH /v1/webhook-endpoints/{id}", {
  ...write,
  hasId: true,
  hasBody: true,
  prepare: async (api) => ({
    method: "PATCH",
    path: await pathOf(api),
    body: { eventTypes: ["order.*"] },
    status: 200,
  }),
});
hostileBattery("DELETE /v1/webhook-endpoints/{id}", {
  ...write,
  hasId: true,
  prepare: async (api) => ({ method: "DELETE", path: await pathOf(api), status: 204 }),
});
hostileBattery("POST /v1/webhook-endpoints/{id}/rotate-secret", {
  ...write,
  hasId: true,
  hasBody: "optional",
  repeatable: true,
  prepare: async (api) => ({ method: "POST", path: await pathOf(api, "/rotate-secret"), body: {}, status: 200 }),
});
hostileBattery("POST /v1/webhook-endpoints/{id}/test", {
  ...write,
  hasId: true,
  hasBody: "optional",
  repeatable: true,
  prepare: async (api) => ({ method: "POST", path: await pathOf(api, "/test"), body: {}, status: 202 }),
});
hostileBattery("POST /v1/webhook-endpoints/{id}/replay", {
  ...write,
  hasId: true,
  hasBody: true,
  repeatable: true,
  prepare: async (api) => ({
    method: "POST",
    path: await pathOf(api, "/replay"),
    body: { since: new Date().toISOString() },
    status: 202,
  }),
});
hostileBattery("GET /v1/webhook-deliveries/{id}", {
  ...read,
  hasId: true,
  prepare: async (api) => ({ method: "GET", path: await delivered(api), status: 200 }),
});
hostileBattery("POST /v1/webhook-deliveries/{id}/replay", {
  ...write,
  hasId: true,
  hasBody: "optional",
  repeatable: true,
  prepare: async (api) => ({ method: "POST", path: `${await delivered(api)}/replay`, body: {}, status: 202 }),
});

describe("an endpoint's secret", () => {
  it("is shown once, at its making and at its rotation, and stands encrypted in the table", async () => {
    const api = await apiHarness();
    const { id, secret } = await made(api);
    expect(secret).toMatch(/^whsec_/);
    const rotated = await api.request<Made>("POST", `/v1/webhook-endpoints/${id}/rotate-secret`, { expected: 200 });
    expect(rotated.body.secret).not.toBe(secret);
    for (const path of [`/v1/webhook-endpoints/${id}`, "/v1/webhook-endpoints"]) {
      const { text } = await api.request("GET", path, { expected: 200 });
      expect(text).not.toContain("whsec_");
      expect(text).not.toContain("sealed");
    }
    const { organizationId } = api.ctx.actor;
    const stored = await api.ctx.table.get<Item>({ pk: `${organizationId}#WEBHOOK_ENDPOINT` as never, sk: id });
    expect(JSON.stringify(stored)).not.toContain(secret.slice(6));
    expect(JSON.stringify(stored)).not.toContain("whsec_");
  });

  it("is the same in the answer that repeats a request", async () => {
    const api = await apiHarness();
    const call = { body: { url: URL }, headers: { "idempotency-key": "once" }, expected: 201 };
    const first = await api.request<Made>("POST", "/v1/webhook-endpoints", call);
    expect((await api.request<Made>("POST", "/v1/webhook-endpoints", call)).body).toEqual(first.body);
    expect((await Outbound.listEndpoints(api.ctx, {})).items).toHaveLength(1);
  });

  it("that was rotated is signed with beside the new one for a day, and then no more", async () => {
    const clock = stoppedClock();
    const api = await apiHarness({ now: clock.now });
    const { ctx, due } = keptQueue(atHome(api.ctx));
    const receiver = await loopback(answer(200));
    const before = await Outbound.createEndpoint(ctx, { url: receiver.url });
    const now = await Outbound.rotateSecret(ctx, { id: before.id });
    const signatures = async () => {
      await fan(ctx, eventOf(ctx));
      await Outbound.deliver(ctx, { ids: due() }, PLENTY);
      const request = receiver.requests.at(-1);
      if (!request) throw new Error("Nothing arrived");
      const { headers, body } = request;
      const signed = { id: String(headers["webhook-id"]), timestamp: Number(headers["webhook-timestamp"]), body };
      const [old, current] = [sign(before.secret, signed), sign(now.secret, signed)];
      return { given: headers["webhook-signature"], old, current };
    };
    const during = await signatures();
    expect(during.given).toBe(`${during.current} ${during.old}`);
    clock.advance(24 * 3_600_000);
    const after = await signatures();
    expect(after.given).toBe(after.current);
  });
});

describe("an endpoint", () => {
  it("is refused with what is wrong with it", async () => {
    const api = await apiHarness();
    for (const body of [
      {},
      { url: "not a url" },
      { url: "http://localhost/" },
      { url: "https://10.1.2.3/" },
      { url: URL, eventTypes: [] },
      { url: URL, eventTypes: ["order.plced"] },
      { url: URL, throttlePerSecond: 0 },
      { url: URL, throttlePerSecond: 1.5 },
      { url: URL, secret: "whsec_mine" },
      { url: URL, status: "disabled" },
    ])
      expectError(await api.request("POST", "/v1/webhook-endpoints", { body }), 400, "VALIDATION_ERROR");
    const path = await pathOf(api);
    for (const body of [{}, { url: null }, { eventTypes: null }, { status: "gone" }, { secrets: [] }])
      expectError(await api.request("PATCH", path, { body }), 400, "VALIDATION_ERROR");
  });

  it("keeps what a change leaves out, loses what is null, and refuses a change of what somebody else changed", async () => {
    const api = await apiHarness();
    const { id, version } = await made(api, { description: "Shop", throttlePerSecond: 5 });
    const path = `/v1/webhook-endpoints/${id}`;
    const changed = await api.request("PATCH", path, {
      body: { description: null, ordering: true },
      headers: { "if-match": `"${version}"` },
      expected: 200,
    });
    expect(changed.body).toMatchObject({ url: URL, throttlePerSecond: 5, ordering: true, version: version + 1 });
    expect(changed.body).not.toHaveProperty("description");
    const late = { body: { ordering: false }, headers: { "if-match": `"${version}"` } };
    expectError(await api.request("PATCH", path, late), 409, "VERSION_CONFLICT");
    expectError(await api.request("DELETE", path, { headers: late.headers }), 409, "VERSION_CONFLICT");
  });

  it("may have forty-nine others, also where many are made at once", async () => {
    const api = await apiHarness();
    const { ctx } = api;
    for (let round = 0; round < 12; round++)
      await Promise.allSettled(Array.from({ length: 5 }, () => Outbound.createEndpoint(ctx, { url: URL })));
    const count = async () => (await Outbound.listEndpoints(ctx, { limit: 100 })).items.length;
    while ((await count()) < 50) await Outbound.createEndpoint(ctx, { url: URL });
    expect(await count()).toBe(50);
    expectError(await api.request("POST", "/v1/webhook-endpoints", { body: { url: URL } }), 409, "STATE_CONFLICT");
  });

  it("that was deleted gets nothing any more, and what waited for it is discarded", async () => {
    const api = await apiHarness();
    const { ctx, due } = keptQueue(atHome(api.ctx));
    const receiver = await loopback(answer(200));
    const { id } = await Outbound.createEndpoint(ctx, { url: receiver.url });
    await fan(ctx, eventOf(ctx));
    await api.request("DELETE", `/v1/webhook-endpoints/${id}`, { expected: 204 });
    await fan(ctx, eventOf(ctx));
    await Outbound.deliver(ctx, { ids: due() }, PLENTY);
    expect(receiver.requests).toEqual([]);
    const { items } = await Outbound.listDeliveries(ctx, { endpointId: id });
    expect(items).toMatchObject([{ status: "failed", failure: { code: "ENDPOINT_DELETED" } }]);
    const replay = await api.request("POST", `/v1/webhook-deliveries/${items[0]?.id}/replay`);
    expectError(replay, 409, "STATE_CONFLICT");
  });
});

describe("the log of deliveries", () => {
  it("is read page by page, by endpoint and by status, newest event first, with cursors of its own", async () => {
    const clock = stoppedClock();
    const api = await apiHarness({ now: clock.now });
    const { ctx, due } = keptQueue(atHome(api.ctx));
    const good = await loopback(answer(200));
    const bad = await loopback(answer(500));
    const [a, b] = [good, bad].map(({ url }) => Outbound.createEndpoint(ctx, { url }));
    const ids = [(await a)?.id ?? "", (await b)?.id ?? ""];
    for (let n = 0; n < 7; n++) {
      clock.advance(1);
      await fan(ctx, eventOf(ctx));
    }
    await Outbound.deliver(ctx, { ids: due() }, PLENTY);
    type Listed = { items: { id: string; status: string; endpointId: string }[]; nextCursor?: string };
    const pages = async (query: string) => {
      const found: Listed["items"] = [];
      let cursor = "";
      for (let page = 0; page < 20; page++) {
        const path = `/v1/webhook-deliveries?limit=3${query}${cursor && `&cursor=${cursor}`}`;
        const { body } = await api.request<Listed>("GET", path, { expected: 200 });
        found.push(...body.items);
        if (body.nextCursor === undefined) return found;
        cursor = encodeURIComponent(body.nextCursor);
      }
      throw new Error("The list never ends");
    };
    const all = await pages("");
    expect(all).toHaveLength(14);
    expect(all.map(({ id }) => id.slice(0, 14))).toEqual(
      all
        .map(({ id }) => id.slice(0, 14))
        .toSorted()
        .toReversed(),
    );
    expect((await pages(`&endpointId=${ids[0]}`)).every(({ endpointId }) => endpointId === ids[0])).toBe(true);
    expect(await pages(`&endpointId=${ids[1]}`)).toHaveLength(7);
    expect((await pages("&status=pending")).map(({ endpointId }) => endpointId)).toEqual(Array(7).fill(ids[1]));
    expect(await pages(`&status=delivered&endpointId=${ids[0]}`)).toHaveLength(7);
    expect(await pages(`&status=failed`)).toEqual([]);
    const { body } = await api.request<Listed>("GET", "/v1/webhook-deliveries?limit=3", { expected: 200 });
    const foreign = `/v1/webhook-deliveries?status=pending&cursor=${encodeURIComponent(body.nextCursor ?? "")}`;
    expectError(await api.request("GET", foreign), 400, "INVALID_CURSOR");
  });

  it("ends after thirty days, by an expiry that the table acts on", async () => {
    const clock = stoppedClock();
    const api = await apiHarness({ now: clock.now });
    const { ctx, due } = keptQueue(atHome(api.ctx));
    const receiver = await loopback(answer(200));
    await Outbound.createEndpoint(ctx, { url: receiver.url });
    await fan(ctx, eventOf(ctx));
    await Outbound.deliver(ctx, { ids: due() }, PLENTY);
    const { organizationId } = ctx.actor;
    const [delivery] = (await ctx.table.query<Item>({ pk: `${organizationId}#WEBHOOK_DELIVERY` as never })).items;
    const attempts = `${organizationId}#WEBHOOK_ATTEMPT#${String(delivery?.["id"])}`;
    const [attempt] = (await ctx.table.query<Item>({ pk: attempts as never })).items;
    for (const item of [delivery, attempt]) expect(item?.["expiresAt"]).toBe(clock.now() / 1000 + 30 * 24 * 3600);
  });
});

describe("a test", () => {
  it("sends an example of the type that is asked for, marked as a test, whatever the filter", async () => {
    const api = await apiHarness();
    const { ctx, due } = keptQueue(atHome(api.ctx));
    const receiver = await loopback(answer(200));
    const { id } = await Outbound.createEndpoint(ctx, { url: receiver.url, eventTypes: ["stock.*"] });
    await Outbound.testEndpoint(ctx, { id });
    await Outbound.testEndpoint(ctx, { id, input: { eventType: "order.placed" } });
    await Outbound.deliver(ctx, { ids: due() }, PLENTY);
    const bodies = receiver.requests.map(({ body }) => JSON.parse(body) as Record<string, unknown>);
    const byType = new Map(bodies.map((body) => [body["type"], body]));
    expect(byType.get("webhook.test")).toMatchObject({ test: true, data: { message: "It works" } });
    expect(byType.get("order.placed")).toMatchObject({ test: true, data: { channel: "shop" } });
    const unknown = { id, input: { eventType: "order.nothing" } };
    await expect(Outbound.testEndpoint(ctx, unknown)).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
  });
});

describe("a replay", () => {
  it("of one delivery sends it again with the same webhook-id and body, and asks as often as at first", async () => {
    const clock = stoppedClock();
    const api = await apiHarness({ now: clock.now });
    const { ctx, due } = keptQueue(atHome(api.ctx));
    const receiver = await loopback(answer(200), answer(500), answer(200));
    await Outbound.createEndpoint(ctx, { url: receiver.url });
    await fan(ctx, eventOf(ctx));
    await Outbound.deliver(ctx, { ids: due() }, PLENTY);
    const [delivery] = (await Outbound.listDeliveries(ctx, {})).items;
    const id = delivery?.id ?? "";
    clock.advance(3_600_000);
    expect(await Outbound.replayDelivery(ctx, { id })).toMatchObject({ status: "pending", attempts: 1 });
    await Outbound.deliver(ctx, { ids: due() }, PLENTY);
    clock.advance(5_000);
    await Outbound.deliver(ctx, { ids: due() }, PLENTY);
    const sent = receiver.requests.map(({ headers, body }) => [headers["webhook-id"], body]);
    expect(sent).toHaveLength(3);
    expect(new Set(sent.map(String)).size).toBe(1);
    expect(await Outbound.getDelivery(ctx, id)).toMatchObject({
      status: "delivered",
      attempts: 3,
      attemptLog: [{ number: 1 }, { number: 2, error: { code: "BAD_STATUS" } }, { number: 3 }],
    });
  });

  it("since a time sends what failed since then, or all, page by page, and nothing from before", async () => {
    const clock = stoppedClock();
    const api = await apiHarness({ now: clock.now });
    const { ctx, due } = keptQueue(atHome(api.ctx));
    let isDown = true;
    const receiver = await loopback((_request, response) => void response.writeHead(isDown ? 410 : 200).end());
    const { id } = await Outbound.createEndpoint(ctx, { url: receiver.url });
    const work = async () => {
      for (let ids = due(); ids.length > 0; ids = due())
        await Outbound.deliver(ctx, { ids }, { ...PLENTY, remainingMs: () => 1 });
    };
    await fan(ctx, eventOf(ctx));
    await work();
    clock.advance(60_000);
    const since = new Date(clock.now()).toISOString();
    await fan(ctx, ...Array.from({ length: 60 }, () => eventOf(ctx)));
    await work();
    isDown = false;
    await Outbound.updateEndpoint(ctx, { id, changes: { status: "enabled" } });
    const before = receiver.requests.length;
    await Outbound.replaySince(ctx, { id, input: { since } });
    clock.advance(1);
    await work();
    expect(receiver.requests.length - before).toBe(60);
    await Outbound.replaySince(ctx, { id, input: { since, deliveries: "all" } });
    clock.advance(1);
    await work();
    expect(receiver.requests.length - before).toBe(120);
    expect((await Outbound.listDeliveries(ctx, { status: "failed" })).items).toHaveLength(1);
    for (const wrong of ["2026-01-01T00:00:00Z", "2099-01-01T00:00:00Z", "yesterday"])
      await expect(Outbound.replaySince(ctx, { id, input: { since: wrong } }), wrong).rejects.toMatchObject({
        code: "VALIDATION_ERROR",
      });
  });
});
