import { createHash } from "node:crypto";
import { describe, expect, it, test } from "vitest";
import type * as Inbound from "../../../core/inbound/index.ts";
import { globalPartition } from "../../../core/platform/keys.ts";
import { apiHarness, expectError, type Harness } from "../../support/harness.ts";
import { recordingLog } from "../../support/recording.ts";
import {
  newSource,
  NEXT_SECRET,
  sendShopify,
  SHOPIFY_SECRET,
  type WebhookSource,
} from "../../support/webhook-sources.ts";
import { eventId, STRIPE_SECRET, stripeEvent, stripeSignature } from "../../support/webhooks.ts";

const TOKEN = "verification-token-of-the-tests-0123456789";

const ebayInput = {
  provider: "ebay",
  secret: undefined,
  verificationToken: TOKEN,
  clientId: "app",
  clientSecret: "cert",
};

/** The harness's organisation owns the instance's Stripe account. */
async function stripeHarness(): Promise<Harness> {
  const api = await apiHarness();
  const stripe = { webhookSecrets: [STRIPE_SECRET], organizationId: api.organization.id };
  // The harness makes its organisation before anybody can know its id.
  Object.assign(api.ctx.config.stripe, stripe);
  return api;
}

function sendStripe(api: Harness, event: object) {
  const raw = JSON.stringify(event);
  return api.request<{ id: string }>("POST", "/webhooks/stripe", {
    raw,
    headers: { "stripe-signature": stripeSignature(raw, Date.now()) },
    secret: null,
  });
}

describe("POST /webhooks/stripe", () => {
  it("takes the exact bytes, keeps them for the account's organisation, and says which event it is", async () => {
    const api = await stripeHarness();
    const event = stripeEvent({}, { name: "한강 스니커즈 ü" });
    const taken = await sendStripe(api, event);
    expect(taken.body).toEqual({ received: true, id: expect.stringMatching(/^whe_/), outcome: "received" });
    const shown = await api.request("GET", `/v1/webhook-events/${taken.body.id}`, { expected: 200 });
    expect(shown.body).toMatchObject({ externalEventId: event.id, payload: event });
    const again = await sendStripe(api, event);
    expect([again.status, again.body]).toEqual([200, { received: true, id: taken.body.id, outcome: "duplicate" }]);
  });

  it("refuses what is not signed, with 400 and the reason, and keeps nothing of it", async () => {
    const api = await stripeHarness();
    const raw = JSON.stringify(stripeEvent());
    const refuse = (headers: Record<string, string>) =>
      api.request<{ error: { details: unknown } }>("POST", "/webhooks/stripe", { raw, headers, secret: null });
    const cases: [string, Record<string, string>][] = [
      ["missing", {}],
      ["malformed", { "stripe-signature": "t=now" }],
      ["mismatch", { "stripe-signature": stripeSignature(raw, Date.now(), SHOPIFY_SECRET) }],
      ["expired", { "stripe-signature": stripeSignature(raw, Date.now() - 302_000) }],
      ["future", { "stripe-signature": stripeSignature(raw, Date.now() + 302_000) }],
    ];
    for (const [reason, headers] of cases) {
      const answer = await refuse(headers);
      expectError(answer, 400, "INVALID_SIGNATURE");
      expect(answer.body.error.details).toEqual({ reason });
    }
    expect((await api.request("GET", "/v1/webhook-events")).body).toEqual({ items: [] });
  });

  it("S3-07: takes a burst of twice the minute's limit whole, each event once", async () => {
    const api = await stripeHarness();
    const events = Array.from({ length: 200 }, () => stripeEvent());
    const answers = await Promise.all(events.map((event) => sendStripe(api, event)));
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    expect(new Set(answers.map(({ body }) => body.id)).size).toBe(200);
  });

  it("takes nothing without a secret to check it by, and says what is missing", async () => {
    const api = await apiHarness();
    expectError(await sendStripe(api, stripeEvent()), 503, "FEATURE_DISABLED");
  });

  it("shows an organisation nothing of another's events", async () => {
    const [api, stranger] = [await stripeHarness(), await apiHarness()];
    const { id } = (await sendStripe(api, stripeEvent())).body;
    expect((await stranger.request("GET", "/v1/webhook-events")).body).toEqual({ items: [] });
    expectError(await stranger.request("GET", `/v1/webhook-events/${id}`), 404, "NOT_FOUND");
  });

  it.each(["/webhooks", "/webhooks/paypal", "/webhooks/shopify", "/webhooks/stripe/x/y", "/webhooks/Stripe"])(
    "is not found as %s",
    async (path) => {
      const api = await stripeHarness();
      expectError(await api.request("POST", path, { raw: "{}", secret: null }), 404, "NOT_FOUND");
    },
  );

  it("refuses a body beyond its limit before it reads it", async () => {
    const api = await stripeHarness();
    const raw = "x".repeat(1024 * 1024 + 1);
    expectError(await api.request("POST", "/webhooks/stripe", { raw, secret: null }), 413, "PAYLOAD_TOO_LARGE");
  });
});

describe("a source of an organisation's own", () => {
  it("takes what its secret signed, for its organisation, and nothing under another source's address", async () => {
    const api = await apiHarness();
    const [source, other] = [await newSource(api), await newSource(api, { secret: NEXT_SECRET })];
    const { status } = await sendShopify(api, source.path);
    expect(status).toBe(200);
    expectError(await sendShopify(api, other.path), 400, "INVALID_SIGNATURE");
    expectError(await sendShopify(api, source.path.replace("shopify", "generic")), 404, "NOT_FOUND");
    const unknown = source.path.replace(/.$/, (last) => (last === "0" ? "1" : "0"));
    expectError(await sendShopify(api, unknown), 404, "NOT_FOUND");
    const { body } = await api.request<{ items: object[] }>("GET", "/v1/webhook-events");
    expect(body.items).toMatchObject([{ provider: "shopify", sourceId: source.id, eventType: "orders/create" }]);
  });

  it("has the same id of an event apart from another source's: two shops may count alike", async () => {
    const api = await apiHarness();
    const id = eventId();
    const outcomes: unknown[] = [];
    for (const source of [await newSource(api), await newSource(api)])
      outcomes.push((await sendShopify(api, source.path, { id })).body["outcome"]);
    expect(outcomes).toEqual(["received", "received"]);
  });

  it("takes the secret before as well while it is rolled, and not a moment longer", async () => {
    let now = Date.UTC(2026, 10, 21, 12);
    const api = await apiHarness({ now: () => now });
    const source = await newSource(api);
    const roll = `/v1/webhook-sources/${source.id}/roll-secret`;
    const rolled = await api.request<WebhookSource>("POST", roll, {
      body: { secret: NEXT_SECRET, overlapHours: 1 },
      expected: 200,
    });
    expect(rolled.body.secrets).toEqual([
      { addedAt: "2026-11-21T12:00:00.000Z" },
      { addedAt: "2026-11-21T12:00:00.000Z", expiresAt: "2026-11-21T13:00:00.000Z" },
    ]);
    const statuses = async () =>
      Promise.all(
        [SHOPIFY_SECRET, NEXT_SECRET].map(async (secret) => (await sendShopify(api, source.path, { secret })).status),
      );
    expect(await statuses()).toEqual([200, 200]);
    now += 3_600_000;
    expect(await statuses()).toEqual([400, 200]);
    await api.request("POST", roll, { body: { secret: SHOPIFY_SECRET, overlapHours: 0 }, expected: 200 });
    expect(await statuses()).toEqual([200, 400]);
  });

  it("is closed when it is deleted; what came by it stays", async () => {
    const api = await apiHarness();
    const source = await newSource(api);
    await sendShopify(api, source.path);
    await api.request("DELETE", `/v1/webhook-sources/${source.id}`, { expected: 204 });
    expectError(await sendShopify(api, source.path), 404, "NOT_FOUND");
    expect((await api.request<{ items: object[] }>("GET", "/v1/webhook-events")).body.items).toHaveLength(1);
  });

  it("keeps its secrets encrypted, and out of answers and logs", async () => {
    const log = recordingLog();
    const api = await apiHarness({ log });
    const created = await api.request<WebhookSource>("POST", "/v1/webhook-sources", {
      body: { provider: "ebay", name: "eBay", verificationToken: TOKEN, clientId: "app", clientSecret: "cert-of-eBay" },
      headers: { "idempotency-key": "one" },
      expected: 201,
    });
    const source = await newSource(api);
    await sendShopify(api, source.path, { secret: "wrong" });
    const list = await api.request("GET", "/v1/webhook-sources");
    const stored = await Promise.all(
      [created.body.id, source.id].map((id) =>
        api.ctx.table.get({ pk: globalPartition("INBOUND", `SOURCE#${id}`), sk: "DOOR" }),
      ),
    );
    const everything = JSON.stringify([created.body, list.body, stored, log.lines]);
    for (const secret of [SHOPIFY_SECRET, TOKEN, "cert-of-eBay"]) expect(everything).not.toContain(secret);
    expect(stored).not.toContain(undefined);
  });

  it("refuses a change by who has read another version", async () => {
    const api = await apiHarness();
    const { id } = await newSource(api);
    const headers = { "if-match": '"7"' };
    const path = `/v1/webhook-sources/${id}`;
    expectError(await api.request("PATCH", path, { body: { name: "X" }, headers }), 409, "VERSION_CONFLICT");
    const endpoint = { body: { endpoint: "https://shop.example/hook" } };
    expectError(await api.request("PATCH", path, endpoint), 400, "VALIDATION_ERROR");
  });
});

describe("GET /webhooks/ebay/{sourceId}", () => {
  const answerFor = (endpoint: string) => createHash("sha256").update(`challenge${TOKEN}${endpoint}`).digest("hex");

  test("answers eBay's challenge for the address that was asked, or the one that eBay was given", async () => {
    const api = await apiHarness();
    const { id, path } = await newSource(api, ebayInput);
    const ask = () => api.request("GET", `${path}?challenge_code=challenge`, { secret: null });
    const answer = await ask();
    expect(answer.status).toBe(200);
    expect(answer.headers.get("content-type")).toBe("application/json");
    expect(answer.body).toEqual({ challengeResponse: answerFor(`http://localhost${path}`) });
    const endpoint = "https://hooks.shop.example/ebay";
    await api.request("PATCH", `/v1/webhook-sources/${id}`, { body: { endpoint }, expected: 200 });
    expect((await ask()).body).toEqual({ challengeResponse: answerFor(endpoint) });
    await api.request("PATCH", `/v1/webhook-sources/${id}`, { body: { endpoint: null }, expected: 200 });
    expect((await ask()).body).toEqual({ challengeResponse: answerFor(`http://localhost${path}`) });
  });

  test("answers nothing without a challenge, or for what is no source of eBay's", async () => {
    const api = await apiHarness();
    const [ebay, shop] = [await newSource(api, ebayInput), await newSource(api)];
    expectError(await api.request("GET", ebay.path, { secret: null }), 400, "VALIDATION_ERROR");
    for (const path of [shop.path, shop.path.replace("shopify", "ebay"), "/webhooks/ebay/x"])
      expectError(await api.request("GET", `${path}?challenge_code=x`, { secret: null }), 404, "NOT_FOUND");
  });
});

test("a list of events goes on page by page without leaving one out, whatever it is filtered by", async () => {
  const api = await apiHarness();
  const { path } = await newSource(api);
  const sent: string[] = [];
  for (let index = 0; index < 7; index++) {
    const id = eventId();
    sent.unshift(id);
    await sendShopify(api, path, { id });
  }
  for (const filter of ["", "&provider=shopify", "&status=pending", "&provider=shopify&status=pending"]) {
    const found: string[] = [];
    let cursor = "";
    do {
      const { body } = await api.request<{ items: Inbound.EventView[]; nextCursor?: string }>(
        "GET",
        `/v1/webhook-events?limit=2${filter}${cursor}`,
        { expected: 200 },
      );
      found.push(...body.items.map(({ externalEventId }) => externalEventId));
      cursor = body.nextCursor === undefined ? "" : `&cursor=${body.nextCursor}`;
    } while (cursor !== "");
    expect(found, filter).toEqual(sent);
  }
  const { body } = await api.request("GET", "/v1/webhook-events?provider=stripe");
  expect(body).toEqual({ items: [] });
  expectError(await api.request("GET", "/v1/webhook-events?status=lost"), 400, "VALIDATION_ERROR");
});
