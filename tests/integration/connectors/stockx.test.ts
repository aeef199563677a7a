import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { connector } from "../../../core/connectors/stockx/connector.ts";
import type { Access } from "../../../core/connectors/wire.ts";
import { NotAuthorizedError } from "../../../core/connectors/errors.ts";
import { readOrders as readDrafts } from "../../../core/orders/channels/index.ts";
import { PermanentError } from "../../../core/platform/http/errors.ts";
import { STOCKX_DEMO, type StockxSandbox } from "../../../local/sandbox/stockx/server.ts";
import { readOrders } from "../../support/order-pages.ts";
import { recordingLog, stoppedClock } from "../../support/recording.ts";
import { offers, orders, stockx, tokens } from "../../support/stockx.ts";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
let clock: ReturnType<typeof stoppedClock>;
let sandbox: StockxSandbox;
let connect: Awaited<ReturnType<typeof stockx>>["connect"];

beforeEach(async () => {
  clock = stoppedClock();
  ({ sandbox, connect } = await stockx({ now: clock.now }));
});

afterEach(() => sandbox.stop());

const find = { query: "Demo", limit: 5, currency: "USD" };
const tokenCalls = () => sandbox.calls.filter(({ path }) => path === "/oauth/token");
const { refreshToken: _lasting, ...application } = STOCKX_DEMO.credentials;

describe("consent at StockX", () => {
  const access: Access = { credentials: application, settings: {}, now: Date.UTC(2026, 10, 21) };
  const redirectUri = "https://shop.demo.invalid/callback?of=demo";

  /** Through the page where the seller consents, back with a code. */
  async function consent(): Promise<URL> {
    const ask = { state: "state of ours & more", redirectUri, authBase: sandbox.url };
    const url = tokens?.authorize?.url(access, ask) ?? "";
    const page = await fetch(url);
    expect(await page.text()).toContain("<button>Allow</button>");
    const answered = await fetch(url, { method: "POST", redirect: "manual" });
    expect(answered.status).toBe(303);
    return new URL(answered.headers.get("location") ?? "");
  }

  const io = {
    now: () => clock.now(),
    async send({ path, body, headers }: { path: string; body?: string; headers?: Readonly<Record<string, string>> }) {
      const answered = await fetch(`${sandbox.url}${path}`, {
        method: "POST",
        ...(body === undefined ? {} : { body }),
        headers: { ...headers },
      });
      return { status: answered.status, headers: {}, body: await answered.json() };
    },
  };

  test("leads back with a code, which gives one token once, which is taken", async () => {
    const back = await consent();
    expect(back.searchParams.get("state")).toBe("state of ours & more");
    expect(back.searchParams.get("of")).toBe("demo");
    const code = back.searchParams.get("code") ?? "";
    const token = await tokens?.authorize?.exchange(io, access, { code, redirectUri });
    expect(token).toMatchObject({ expiresAt: clock.now() + 12 * HOUR_MS, refreshToken: expect.any(String) as string });
    const connection = await connect({ credentials: application, ...(token ? { token } : {}) });
    await offers?.search(connection, find);
    await expect(tokens?.authorize?.exchange(io, access, { code, redirectUri })).rejects.toThrow(NotAuthorizedError);
  });

  test("is asked for all that the API wants", () => {
    const url = new URL(tokens?.authorize?.url(access, { state: "s", redirectUri, authBase: sandbox.url }) ?? "");
    expect(Object.fromEntries(url.searchParams)).toEqual({
      response_type: "code",
      client_id: application.clientId,
      redirect_uri: redirectUri,
      scope: "openid offline_access",
      audience: "gateway.stockx.com",
      state: "s",
    });
    expect(url.href).not.toContain(application.clientSecret);
  });
});

describe("a token of StockX", () => {
  test("is got once, and anew before it ends, each time by the last refresh token", async () => {
    const connection = await connect();
    await offers?.search(connection, find);
    await offers?.search(connection, find);
    expect(tokenCalls()).toHaveLength(1);
    for (let renewal = 2; renewal <= 4; renewal++) {
      clock.advance(12 * HOUR_MS - 5 * 60_000);
      await offers?.search(connection, find);
      expect(tokenCalls()).toHaveLength(renewal);
    }
    expect(sandbox.calls.every(({ status }) => status === 200)).toBe(true);
  });

  test("is not got by a refresh token that was used up: then the one that was entered is tried, then a person asked", async () => {
    const used = { accessToken: "ended", refreshToken: "used-up", expiresAt: 0 };
    await offers?.search(await connect({ token: used }), find);
    const connection = await connect({ token: used, credentials: application });
    await expect(offers?.search(connection, find)).rejects.toThrow(NotAuthorizedError);
    expect(connection.isLost()).toBe(true);
    const unknown = await connect({ credentials: application });
    await expect(offers?.search(unknown, find)).rejects.toThrow("nobody has authorized this account yet");
  });

  test("is not asked for again and again where the application's key is refused", async () => {
    const connection = await connect({ credentials: { ...STOCKX_DEMO.credentials, apiKey: "another" } });
    await expect(offers?.search(connection, find)).rejects.toThrow(PermanentError);
    expect(tokenCalls()).toHaveLength(1);
    await expect(connector.check?.(connection)).rejects.toThrow("answered 403");
    await expect(connector.check?.(await connect())).resolves.toBeUndefined();
  });

  test("and what it is got by stand in no message and no line of the log", async () => {
    const log = recordingLog();
    const connection = await connect({ log });
    sandbox.faults.set([{ kind: "expiredToken", times: 1, match: "/v2" }]);
    await offers?.search(connection, find);
    sandbox.faults.set([{ kind: "serverError" }]);
    const error = await offers?.search(connection, find).catch((thrown: unknown) => thrown);
    const said = JSON.stringify([log.lines, String(error), error]);
    for (const secret of [...Object.values(STOCKX_DEMO.credentials), "demo-access-"])
      expect(said).not.toContain(secret);
  });
});

describe("orders of StockX", () => {
  const page = async (from: number, to: number) => {
    const found = await readOrders<{ orderNumber: string }>(orders, await connect(), { from, to });
    return found.map(({ orderNumber }) => orderNumber);
  };

  test("are those that changed in the time, of both lists, and each reads as an order of ours", async () => {
    const old = sandbox.sell();
    const ends = sandbox.sell();
    clock.advance(30 * DAY_MS);
    const made = sandbox.sell();
    sandbox.change(ends.orderNumber, { status: "RETURNED" });
    const found = await readOrders<{ orderNumber: string }>(orders, await connect());
    expect(found.map(({ orderNumber }) => orderNumber)).toEqual([made.orderNumber, ends.orderNumber]);
    expect(found.map(({ orderNumber }) => orderNumber)).not.toContain(old.orderNumber);
    const drafts = readDrafts("stockx", { orders: found });
    expect(drafts.map((read) => "draft" in read && [read.draft.status, read.draft.warnings])).toMatchObject([
      ["paid", []],
      ["returned", []],
    ]);
  });

  test("of a time end before it ends, so that times that follow each other bring each change once", async () => {
    const start = clock.now();
    const made = Array.from({ length: 6 }, () => {
      clock.advance(HOUR_MS);
      return sandbox.sell().orderNumber;
    });
    const times = [0, 2, 4, 6].map((hours) => start + (hours + 1) * HOUR_MS);
    const found: string[] = [];
    for (const [index, from] of times.entries()) found.push(...(await page(from, times[index + 1] ?? from + DAY_MS)));
    expect(found).toEqual(made);
  });

  test("that do not say when they changed are read every time", async () => {
    const { orderNumber } = sandbox.sell();
    const order = sandbox.state.orders[orderNumber];
    Object.assign(order ?? {}, { updatedAt: null, createdAt: null });
    expect(await page(clock.now() + DAY_MS, clock.now() + 2 * DAY_MS)).toEqual([orderNumber]);
  });

  test("that were made long ago and have ended are found by the hour, and cost nothing in between", async () => {
    const connection = await connect();
    const MINUTE_MS = 60_000;
    const hour = Math.floor(clock.now() / HOUR_MS) * HOUR_MS;
    const old = sandbox.sell();
    Object.assign(old, {
      status: "COMPLETED",
      createdAt: new Date(hour - 60 * DAY_MS).toISOString(),
      updatedAt: new Date(hour + 20 * MINUTE_MS).toISOString(),
    });
    const overlapMs = orders?.overlapMs ?? 0;
    /** What a reading brings that comes after one for this time. */
    const after = (watermark: number, to: number) =>
      readOrders<{ orderNumber: string }>(orders, connection, { from: watermark - overlapMs, to }).then((found) =>
        found.map(({ orderNumber }) => orderNumber),
      );
    expect(await after(hour + 20 * MINUTE_MS, hour + 25 * MINUTE_MS)).not.toContain(old.orderNumber);
    expect(await after(hour + 55 * MINUTE_MS, hour + 59 * MINUTE_MS)).not.toContain(old.orderNumber);
    expect(await after(hour + 59 * MINUTE_MS, hour + 64 * MINUTE_MS)).toContain(old.orderNumber);
  });

  test("are not read by a cursor of something else", async () => {
    const ask = { from: 0, to: 1, cursor: "listings:1" };
    await expect(orders?.page(await connect(), ask)).rejects.toThrow(RangeError);
  });
});

describe("a search at StockX", () => {
  test("by a style code, however it is written, has what every size costs; another has the catalogue alone", async () => {
    const connection = await connect();
    const [first] = sandbox.catalogue;
    const exact = await offers?.search(connection, { query: first?.styleId ?? "", limit: 5, currency: "GBP" });
    expect(exact?.products).toMatchObject([{ externalId: first?.productId, cost: { currency: "GBP" } }]);
    expect(exact?.products[0]?.options).toHaveLength(first?.variants.length ?? 0);
    const broad = await offers?.search(connection, { query: "Demo", limit: 5, currency: "USD" });
    expect(broad?.products.map(({ cost, isAvailable }) => [cost, isAvailable])).toEqual(
      Array.from({ length: 5 }, () => [undefined, true]),
    );
    expect(broad?.total).toBe(sandbox.catalogue.length);
  });

  test("in a currency that it does not know is in dollars", async () => {
    const query = sandbox.catalogue[0]?.styleId ?? "";
    const found = await offers?.search(await connect(), { query, limit: 1, currency: "SEK" });
    expect(found?.products[0]?.cost?.currency).toBe("USD");
  });
});
