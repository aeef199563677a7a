import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { Connection, PurchaseOrder } from "../../../core/connectors/index.ts";
import { connector } from "../../../core/connectors/ownerclan/connector.ts";
import { manifest } from "../../../core/connectors/ownerclan/manifest.ts";
import { itemsByKeys, list } from "../../../core/connectors/ownerclan/requests.ts";
import { PermanentError } from "../../../core/platform/http/errors.ts";
import type { OwnerclanSandbox } from "../../../local/sandbox/ownerclan/server.ts";
import { sandboxConnection, type SandboxOptions } from "../../support/connectors.ts";
import { OWNERCLAN_LOGIN, startOwnerclan } from "../../support/ownerclan.ts";
import { stoppedClock } from "../../support/recording.ts";

const { catalogue, purchases } = connector;
if (!catalogue?.changes || !purchases?.cancel) throw new Error("OwnerClan's connector lacks a part");
const { changes } = catalogue;
const DAY = 24 * 3_600_000;

let clock = stoppedClock();
let sandbox: OwnerclanSandbox;
beforeEach(async () => {
  clock = stoppedClock();
  sandbox = await startOwnerclan({ size: 40, now: clock.now });
});
afterEach(() => sandbox.stop());

const open = (options: SandboxOptions = {}) =>
  sandboxConnection(manifest, { api: sandbox.url }, { credentials: OWNERCLAN_LOGIN, now: clock.now, ...options });

const asked = (path: string) => sandbox.calls.filter((call) => call.path === path).length;

describe("signing in", () => {
  test("is done once for many calls, and again a day before the token ends", async () => {
    const connection = await open();
    await catalogue.page(connection, { limit: 10 });
    clock.advance(28 * DAY);
    await catalogue.page(connection, { limit: 10 });
    expect(asked("/auth")).toBe(1);
    clock.advance(DAY);
    await catalogue.page(connection, { limit: 10 });
    expect(asked("/auth")).toBe(2);
  });

  test("with wrong credentials asks for others, once", async () => {
    const connection = await open({ credentials: { ...OWNERCLAN_LOGIN, password: "wrong" } });
    await expect(catalogue.page(connection, { limit: 10 })).rejects.toThrow(PermanentError);
    expect(connection.isLost()).toBe(true);
    expect(asked("/auth")).toBe(1);
    expect(asked("/v1/graphql")).toBe(0);
  });
});

test("a query goes by GET, and by POST where its address would be too long", async () => {
  const connection = await open();
  await changes.byIds(connection, ["W000001"]);
  const many = Array.from({ length: 1_000 }, (_, index) => `W${String(index).padStart(6, "0")}`);
  await changes.byIds(connection, many);
  expect(sandbox.calls.slice(-2).map(({ method }) => method)).toEqual(["GET", "POST"]);
  expect(itemsByKeys(many)).toMatchObject({ method: "POST", repeatable: true });
  expect(list("allOrders", { note: 'a "quoted" note\n#1' }, "key").query).toEqual({
    query: expect.stringContaining(String.raw`allOrders(note: "a \"quoted\" note\n#1")`),
  });
});

test("changes of more than a week are asked for by the week", async () => {
  const connection = await open();
  const to = clock.now();
  await expect(changes.page(connection, { from: to - changes.maxWindowMs - 1_000, to })).rejects.toThrow(
    PermanentError,
  );
  expect(await changes.page(connection, { from: to - changes.maxWindowMs, to })).toMatchObject({ ids: [] });
});

describe("an order", () => {
  /** Two of one vendor, another vendor's, and one whose shipping is charged otherwise. */
  const order: PurchaseOrder = {
    reference: "PO-1",
    lines: [
      { id: "a", externalId: "W000001", quantity: 2 },
      { id: "b", externalId: "W00000L", quantity: 1 },
      { id: "c", externalId: "W000003", optionId: "3", quantity: 1 },
      { id: "d", externalId: "W000005", quantity: 1 },
    ],
    recipient: {
      name: "Demo Buyer",
      phone: "010-0000-0000",
      region: "Seoul",
      line1: "1 Demo Street",
      postalCode: "00000",
    },
    note: "Leave it at the door",
  };
  const place = (connection: Connection, changed: Partial<PurchaseOrder> = {}) =>
    purchases.place(connection, { ...order, ...changed });

  test("is quoted as it will be: goods and shipping of each part, without ordering", async () => {
    const connection = await open();
    const quote = await purchases.quote(connection, order);
    expect(sandbox.orders.all).toHaveLength(0);
    const placed = await place(connection);
    expect(quote.parts).toBe(placed.length);
    const goods = placed.reduce((sum, part) => sum + (part.goods?.minor ?? 0), 0);
    expect(quote.goods).toEqual({ minor: goods, currency: "KRW" });
    // Of each part the highest fee: W000001 and W00000L share one.
    const fee = (key: string) => sandbox.catalogue.get(key)?.shippingFee ?? 0;
    const shipping = Math.max(fee("W000001"), fee("W00000L")) + fee("W000003");
    expect(quote.shipping).toEqual({ minor: shipping, currency: "KRW" });
  });

  test("becomes one for each vendor and kind of shipping, and each line is in one of them", async () => {
    const placed = await place(await open());
    expect(placed.map(({ lineIds }) => lineIds)).toEqual([["a", "b"], ["c"], ["d"]]);
    expect(placed[0]).toMatchObject({ status: "paid", externalStatus: "paid", shipments: [] });
    expect(sandbox.orders.all.map(({ note, ordererNote }) => ({ note, ordererNote }))).toEqual(
      placed.map(() => ({ note: "PO-1", ordererNote: "Leave it at the door" })),
    );
    expect(sandbox.orders.all[1]?.products[0]?.itemOptionInfo).toBe("색상: 네이비 (+2,000원), 사이즈: FREE");
  });

  test("is found by our number and by no other, with what was sent", async () => {
    const connection = await open();
    const placed = await place(connection);
    await place(connection, { reference: "PO-11", lines: order.lines.slice(0, 1) });
    sandbox.orders.ship(placed[0]?.externalId ?? "");
    const found = await purchases.find(connection, order);
    expect(found.map(({ externalId, lineIds }) => ({ externalId, lineIds }))).toEqual(
      placed.map(({ externalId, lineIds }) => ({ externalId, lineIds })),
    );
    expect(found[0]).toMatchObject({
      status: "shipped",
      shipments: [
        {
          trackingNumber: expect.stringMatching(/^DEMO/),
          carrier: "데모택배",
          shippedAt: new Date(clock.now()).toISOString(),
        },
      ],
    });
    expect(await purchases.find(connection, { ...order, reference: "PO-2" })).toEqual([]);
  });

  test("that cannot be had is refused for good, and nothing of it is ordered", async () => {
    const connection = await open();
    const lines = [...order.lines, { id: "e", externalId: "W000002", quantity: 1_000 }];
    await expect(place(connection, { lines })).rejects.toMatchObject({
      message: "ownerclan: answered OUT_OF_STOCK",
      retryable: false,
    });
    await expect(
      place(connection, { lines: [{ id: "x", externalId: "W000003", optionId: "9", quantity: 1 }] }),
    ).rejects.toThrow("has no option 9 any more");
    await expect(place(connection, { lines: [{ id: "x", externalId: "W0ZZZZZ", quantity: 1 }] })).rejects.toThrow(
      PermanentError,
    );
    expect(sandbox.orders.all).toHaveLength(0);
  });

  test("is cancelled until it is sent, and gives the stock back once", async () => {
    const connection = await open();
    const before = sandbox.catalogue.get("W000001")?.options[0]?.quantity;
    const [first, second] = await place(connection);
    const cancel = (id = "") => purchases.cancel?.(connection, id);
    expect(await cancel(first?.externalId)).toEqual({ id: first?.externalId, ok: true });
    expect(await cancel(first?.externalId)).toMatchObject({ ok: true });
    expect(sandbox.catalogue.get("W000001")?.options[0]?.quantity).toBe(before);
    sandbox.orders.ship(second?.externalId ?? "");
    expect(await cancel(second?.externalId)).toMatchObject({
      ok: false,
      transient: false,
      message: "ownerclan: answered ALREADY_SHIPPED",
    });
  });
});
