import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { connector } from "../../../core/connectors/ebay/connector.ts";
import { manifest } from "../../../core/connectors/ebay/manifest.ts";
import { readOrders } from "../../../core/orders/channels/index.ts";
import { PermanentError } from "../../../core/platform/http/errors.ts";
import { putOffer, sell } from "../../../local/sandbox/ebay/demo.ts";
import { EBAY_DEMO, type EbaySandbox, startEbaySandbox } from "../../../local/sandbox/ebay/server.ts";
import { sandboxConnection, type SandboxOptions } from "../../support/connectors.ts";
import { ordersOf } from "../../support/ebay.ts";
import { stoppedClock } from "../../support/recording.ts";

const HOUR_MS = 3_600_000;
const clock = stoppedClock();
const { now } = clock;
let sandbox: EbaySandbox;

beforeEach(async () => {
  sandbox = await startEbaySandbox({ now });
});

afterEach(() => sandbox.stop());

const open = (options: SandboxOptions = {}) =>
  sandboxConnection(manifest, { api: sandbox.url }, { ...EBAY_DEMO, now, ...options });

const callsOf = (path: string) => sandbox.calls.filter((call) => call.path.includes(path));

describe("orders", () => {
  const sellHourly = (count: number) => {
    putOffer(sandbox.state, { sku: "BUSY", quantity: 10_000 });
    return Array.from({ length: count }, (_, second) =>
      sell(sandbox.state, { sku: "BUSY" }, now() - HOUR_MS + second * 1_000),
    );
  };

  test("that change while they are paged push no other past its page", async () => {
    const made = sellHourly(600);
    const earliest = made.map(({ orderId }) => orderId);
    // Those that were already read leave the window, and all behind them move up.
    const ids = await ordersOf(await open(), now() - 2 * HOUR_MS, now(), () => {
      for (const orderId of earliest.splice(0, 7)) sandbox.change(orderId);
    });
    expect(new Set(ids)).toEqual(new Set(made.map(({ orderId }) => orderId)));
  });

  test.each(["missingPage", "duplicatedPage"] as const)("come once each though %s happens on the way", async (kind) => {
    const made = sellHourly(450);
    sandbox.faults.set([{ kind, match: "/order", after: 1, times: 1 }]);
    const ids = await ordersOf(await open(), now() - 2 * HOUR_MS, now());
    expect(ids).toEqual(made.map(({ orderId }) => orderId));
  });

  test("are read from the list as one is, and alone where the list keeps back who asked to cancel", async () => {
    const [first, second] = sellHourly(2);
    sandbox.change(second?.orderId ?? "", { cancelState: "IN_PROGRESS" });
    clock.advance(60_000);
    const page = await connector.orders?.page(await open(), { from: now() - 2 * HOUR_MS, to: now() });
    expect(page?.orders).toHaveLength(2);
    expect(callsOf("/order/")).toHaveLength(1);
    const drafts = readOrders("ebay", page?.orders).map((read) => ("draft" in read ? read.draft : read.faults));
    expect(drafts).toEqual([
      expect.objectContaining({ externalId: first?.orderId, status: "paid", warnings: [] }),
      expect.objectContaining({ externalId: second?.orderId, status: "paid" }),
    ]);
    expect(page?.orders[1]).toMatchObject({ cancelStatus: { cancelRequests: [{ cancelReason: "Demo reason" }] } });
  });

  test("are not asked for in the future of a clock that is behind ours", async () => {
    await sandbox.stop();
    sandbox = await startEbaySandbox({ now: () => now() - 2_000 });
    await expect(ordersOf(await open(), now() - HOUR_MS, now())).resolves.toEqual([]);
  });
});

describe("quantities", () => {
  const set = async (platformSku: string, quantity: number, settings: Record<string, string> = {}, shown?: number) =>
    (
      await connector.listings?.setQuantities(await open({ settings: { ...EBAY_DEMO.settings, ...settings } }), [
        { id: "lst_1", platformSku, quantity, availableFrom: "inStock", ...(shown === undefined ? {} : { shown }) },
      ])
    )?.[0];

  test("reach the item and its offers on every marketplace", async () => {
    expect(await set("DEMO-EBAY-0005", 2)).toEqual({ id: "lst_1", ok: true });
    const offers = Object.values(sandbox.state.offers).filter(({ sku }) => sku === "DEMO-EBAY-0005");
    expect(offers.map(({ availableQuantity }) => availableQuantity)).toEqual([2, 2]);
    expect(sandbox.state.items["DEMO-EBAY-0005"]?.quantity).toBe(2);
  });

  test("of which one offer is refused have not happened: a 207 is read part by part", async () => {
    const [, german] = Object.values(sandbox.state.offers).filter(({ sku }) => sku === "DEMO-EBAY-0005");
    if (german) german.refuses = 25001;
    expect(await set("DEMO-EBAY-0005", 2)).toMatchObject({ ok: false, transient: true, code: "EBAY_25001" });
    if (german) german.refuses = 25002;
    expect(await set("DEMO-EBAY-0005", 2)).toMatchObject({ ok: false, transient: false, code: "EBAY_25002" });
    delete german?.refuses;
    expect(await set("DEMO-EBAY-0005", 2)).toMatchObject({ ok: true });
  });

  test("of what is not for sale are refused for good, unless there are none to sell", async () => {
    expect(await set("UNKNOWN", 2)).toMatchObject({ ok: false, transient: false, code: "NOT_PUBLISHED" });
    expect(await set("UNKNOWN", 0)).toMatchObject({ ok: true });
  });

  test("are less what was sold on eBay and is not read yet, however often they are told", async () => {
    const offer = putOffer(sandbox.state, { sku: "BUSY", quantity: 10 });
    sandbox.sell({ sku: "BUSY", quantity: 2 });
    await set("BUSY", 9, {}, 10);
    expect(offer.availableQuantity).toBe(7);
    await set("BUSY", 9, {}, 9);
    expect(offer.availableQuantity).toBe(7);
    // Its order is read: we know two fewer, and that eBay shows two fewer.
    await set("BUSY", 7, {}, 7);
    expect(offer.availableQuantity).toBe(7);
    // More than we know of is somebody's count by hand.
    offer.availableQuantity = 50;
    await set("BUSY", 6, {}, 7);
    expect(offer.availableQuantity).toBe(6);
  });

  test("are less all that was shown where the listing has ended: its last units may be sold and not read yet", async () => {
    const offer = putOffer(sandbox.state, { sku: "LAST", quantity: 1 });
    sandbox.sell({ sku: "LAST", quantity: 1 });
    offer.status = "UNPUBLISHED";
    expect(await set("LAST", 1, {}, 1)).toMatchObject({ ok: false, code: "NOT_PUBLISHED" });
    expect(await set("LAST", 1, { publish: "yes" }, 1)).toMatchObject({ ok: true });
    expect(offer.status).toBe("UNPUBLISHED");
    expect(await set("LAST", 3, { publish: "yes" }, 1)).toMatchObject({ ok: true });
    expect(offer).toMatchObject({ status: "PUBLISHED", availableQuantity: 2 });
    // Its order is read.
    await set("LAST", 2, { publish: "yes" }, 2);
    expect(offer.availableQuantity).toBe(2);
  });

  test("publish what is prepared or has ended, where the account asks for it, and never more than there is", async () => {
    const ended = Object.values(sandbox.state.offers).filter(({ sku }) => sku === "DEMO-EBAY-0005");
    for (const offer of ended) offer.status = "UNPUBLISHED";
    expect(await set("DEMO-EBAY-0005", 2)).toMatchObject({ ok: false, code: "NOT_PUBLISHED" });
    expect(await set("DEMO-EBAY-0005", 0, { publish: "yes" })).toMatchObject({ ok: true });
    expect(ended.map(({ status }) => status)).toEqual(["UNPUBLISHED", "UNPUBLISHED"]);
    expect(await set("DEMO-EBAY-0005", 2, { publish: "yes" })).toMatchObject({ ok: true });
    expect(ended.map(({ status }) => status)).toEqual(["PUBLISHED", "UNPUBLISHED"]);
    expect(ended[0]?.availableQuantity).toBe(2);
    expect(sandbox.state.items["DEMO-EBAY-0005"]?.quantity).toBe(2);
  });

  test("of an offer that eBay does not publish are refused in its words, with no more on sale", async () => {
    const [offer] = Object.values(sandbox.state.offers);
    Object.assign(offer ?? {}, { status: "UNPUBLISHED", refuses: 25002 });
    const refusal = { ok: false, transient: false, code: "EBAY_25002", message: "It cannot be published" };
    expect(await set(offer?.sku ?? "", 2, { publish: "yes" })).toMatchObject(refusal);
    expect(sandbox.state.items[offer?.sku ?? ""]?.quantity).toBe(2);
  });

  test("beyond 250 revisions of a listing in a day are refused by eBay in its own words", async () => {
    const [offer] = Object.values(sandbox.state.offers);
    sandbox.state.revisions[offer?.offerId ?? ""] = Array.from({ length: 250 }, now);
    expect(await set(offer?.sku ?? "", 2)).toMatchObject({ ok: false, code: "EBAY_25019" });
    expect(connector.listings?.revisions).toEqual({ limit: 250, windowMs: 86_400_000 });
  });
});

describe("prices", () => {
  const set = async (platformSku: string, minor: number, currency = "USD") =>
    (await connector.prices?.setPrices(await open(), [{ id: "lst_1", platformSku, price: { minor, currency } }]))?.[0];

  test("are those of the account's own marketplace, and leave quantities alone", async () => {
    const before = Object.values(sandbox.state.offers).map(({ availableQuantity }) => availableQuantity);
    expect(await set("DEMO-EBAY-0005", 1_234)).toMatchObject({ ok: true });
    const offers = Object.values(sandbox.state.offers).filter(({ sku }) => sku === "DEMO-EBAY-0005");
    expect(offers[0]?.price).toEqual({ value: "12.34", currency: "USD" });
    expect(offers[1]?.price.currency).toBe("EUR");
    expect(Object.values(sandbox.state.offers).map(({ availableQuantity }) => availableQuantity)).toEqual(before);
  });

  test("in another currency are refused unsent", async () => {
    expect(await set("DEMO-EBAY-0001", 100, "EUR")).toMatchObject({ ok: false, code: "CURRENCY_DIFFERS" });
    expect(callsOf("bulk_update")).toHaveLength(0);
  });
});

describe("fulfilments", () => {
  const fulfil = async (
    { orderId, lineItems }: { orderId: string; lineItems: { lineItemId: string }[] },
    changes: object = {},
  ) =>
    connector.fulfilments?.fulfil(await open(), {
      id: "ful_1",
      externalOrderId: orderId,
      lines: [{ externalLineId: lineItems[0]?.lineItemId ?? "", quantity: 1 }],
      trackingNumber: "AB-12 34",
      shippedAt: new Date(now()).toISOString(),
      ...changes,
    });

  test("told twice are one; another package of the same order is another", async () => {
    const order = sandbox.sell({ quantity: 2 });
    expect(await fulfil(order)).toEqual({ id: "ful_1", ok: true });
    expect(await fulfil(order)).toEqual({ id: "ful_1", ok: true });
    expect(sandbox.state.fulfillments[order.orderId]).toEqual([
      expect.objectContaining({ shipmentTrackingNumber: "AB1234", shippingCarrierCode: "Other" }),
    ]);
    await fulfil(order, { trackingNumber: "CD56", carrier: "UPS" });
    expect(sandbox.state.fulfillments[order.orderId]).toHaveLength(2);
    expect(sandbox.state.orders[order.orderId]?.orderFulfillmentStatus).toBe("FULFILLED");
  });

  test("of the same line by the same number are told each, and each of them once", async () => {
    const order = sandbox.sell({ quantity: 3 });
    const before = [{ externalLineId: order.lineItems[0]?.lineItemId ?? "", quantity: 1 }];
    const there = () => sandbox.state.fulfillments[order.orderId]?.length;
    await fulfil(order);
    expect(await fulfil(order, { id: "ful_2", toldBefore: before })).toMatchObject({ ok: true });
    expect(there()).toBe(2);
    expect(await fulfil(order, { id: "ful_2", toldBefore: before })).toMatchObject({ ok: true });
    expect(there()).toBe(2);
  });

  test("that eBay answers with a conflict were told by somebody else already", async () => {
    const order = sandbox.sell({ quantity: 1 });
    await fulfil(order, { trackingNumber: "TOLDBYHAND" });
    expect(await fulfil(order)).toMatchObject({ ok: true });
    expect(sandbox.state.fulfillments[order.orderId]).toHaveLength(1);
  });

  test("of an order that does not exist are refused for good", async () => {
    await expect(fulfil({ orderId: "00-00000-00000", lineItems: [] })).rejects.toThrow(PermanentError);
  });
});

describe("tokens", () => {
  test("are asked for once in two hours, and renewed by the same refresh token", async () => {
    const connection = await open();
    for (let call = 0; call < 5; call++) await ordersOf(connection, now() - HOUR_MS, now());
    expect(callsOf("/oauth2/token")).toHaveLength(1);
    clock.advance(2 * HOUR_MS);
    await ordersOf(connection, now() - HOUR_MS, now());
    expect(callsOf("/oauth2/token")).toHaveLength(2);
    expect(connection.isLost()).toBe(false);
  });

  test("that cannot be renewed ask for the seller's consent", async () => {
    const connection = await open();
    sandbox.state.refreshTokens = [];
    await expect(ordersOf(connection, now() - HOUR_MS, now())).rejects.toThrow("invalid_grant");
    expect(connection.isLost()).toBe(true);
  });

  test("come of a consent in the browser, which goes by the registered redirect", async () => {
    await sandbox.stop();
    const redirects = { "Demo-RuName": "https://shop.example/callback" };
    sandbox = await startEbaySandbox({ now, application: { redirects } });
    const settings = { ...EBAY_DEMO.settings, ruName: "Demo-RuName" };
    const access = { credentials: EBAY_DEMO.credentials, settings, now: now() };
    const { authorize } = connector.tokens ?? {};
    const ask = { state: "st/1", redirectUri: "https://shop.example/callback", authBase: sandbox.url };
    const answer = await fetch(authorize?.url(access, ask) ?? "", { redirect: "manual" });
    const back = new URL(answer.headers.get("location") ?? "");
    expect(back.searchParams.get("state")).toBe("st/1");
    const code = back.searchParams.get("code") ?? "";
    const io = {
      now,
      send: async ({
        path,
        method,
        headers = {},
        body = "",
      }: Parameters<Parameters<NonNullable<typeof authorize>["exchange"]>[0]["send"]>[0]) => {
        const given = await fetch(`${sandbox.url}${path}`, { method, headers, body });
        return { status: given.status, headers: {}, body: await given.json() };
      },
    };
    const token = await authorize?.exchange(io, access, { code, redirectUri: ask.redirectUri });
    expect(token).toMatchObject({
      expiresAt: now() + 2 * HOUR_MS,
      refreshToken: expect.stringContaining("demo-refresh"),
    });
    await expect(authorize?.exchange(io, access, { code, redirectUri: ask.redirectUri })).rejects.toThrow(
      "invalid_grant",
    );
    const { refreshToken: _none, ...credentials } = EBAY_DEMO.credentials;
    const connection = await open({ credentials, ...(token ? { token } : {}) });
    await expect(ordersOf(connection, now() - HOUR_MS, now())).resolves.toEqual([]);
  });
});

test("a stand-in that is started again knows what it knew", async () => {
  const { orderId } = sandbox.sell();
  await sandbox.stop();
  sandbox = await startEbaySandbox({ now, saved: structuredClone(sandbox.state) });
  clock.advance(60_000);
  expect(await ordersOf(await open(), now() - HOUR_MS, now())).toEqual([orderId]);
});
