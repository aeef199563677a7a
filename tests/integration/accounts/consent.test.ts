import { describe, expect, it } from "vitest";
import { createHttpClient } from "../../../core/platform/http/resilient-client.ts";
import { NO_LOG } from "../../../core/platform/log.ts";
import { NO_METRICS } from "../../../core/platform/metrics.ts";
import type { StockxSandbox } from "../../../local/sandbox/stockx/server.ts";
import { STOCKX_APPLICATION, stockx } from "../../support/accounts.ts";
import { apiHarness, expectError, type Harness } from "../../support/harness.ts";
import { type Browser, founder } from "../../support/people.ts";
import { stoppedClock } from "../../support/recording.ts";

interface Account {
  id: string;
  status: string;
  authorizedAt?: string;
}

async function shop() {
  const { now, advance } = stoppedClock(Date.now());
  const sandbox = await stockx({ now });
  const http = createHttpClient({ metrics: NO_METRICS, log: NO_LOG, now, allowPrivateAddresses: true });
  const connectorBases = new Map([["stockx", { api: sandbox.url, auth: sandbox.url }]]);
  const api = await apiHarness({
    now,
    config: { publicUrl: "http://localhost", connectorBases },
    resources: { http },
  });
  return { api, sandbox, advance };
}

type Asks = Pick<Harness, "request"> | Pick<Browser, "request">;

async function connect(by: Asks): Promise<string> {
  const body = { provider: "stockx", name: "Main account", credentials: STOCKX_APPLICATION };
  const { body: account } = await by.request<Account>("POST", "/v1/accounts", { body, expected: 201 });
  expect(account.status).toBe("needsAuthorization");
  return account.id;
}

const begin = async (by: Asks, id: string): Promise<URL> =>
  new URL((await by.request<{ url: string }>("POST", `/v1/accounts/${id}/authorize`, { expected: 200 })).body.url);

/** The owner presses the one button of the provider's page; where their browser is sent. */
async function consents(sandbox: StockxSandbox, url: URL): Promise<string> {
  expect(url.href.startsWith(sandbox.url)).toBe(true);
  const answer = await fetch(url, { method: "POST", redirect: "manual" });
  const back = new URL(answer.headers.get("location") ?? "");
  expect(back.href.startsWith("http://localhost/v1/accounts/authorized/stockx?")).toBe(true);
  return `${back.pathname}${back.search}`;
}

const come = (by: Asks, back: string) => by.request<Account>("GET", back, { secret: null });

describe("The consent of an account's owner", () => {
  it("makes the account active, once, for who asked with a key", async () => {
    const { api, sandbox } = await shop();
    const id = await connect(api);
    const back = await consents(sandbox, await begin(api, id));
    const answer = await come(api, back);
    expect(answer).toMatchObject({ status: 200, body: { id, status: "active", authorizedAt: expect.any(String) } });
    expect(answer.text).not.toMatch(/demo-(access|refresh)/);
    expectError(await come(api, back), 401, "UNAUTHENTICATED");
    const { body } = await api.request<Account>("GET", `/v1/accounts/${id}`);
    expect(body.status).toBe("active");
  });

  it("is of the browser in which a person began, and another one does not use it up", async () => {
    const { api, sandbox } = await shop();
    const { browser } = await founder(api);
    const id = await connect(browser);
    const back = await consents(sandbox, await begin(browser, id));
    expectError(await come(api, back), 401, "UNAUTHENTICATED");
    const { browser: another } = await founder(api);
    expectError(await come(another, back), 401, "UNAUTHENTICATED");
    expect(await come(browser, back)).toMatchObject({ status: 200, body: { id, status: "active" } });
  });

  it("is the same one when it is asked for again with one key", async () => {
    const { api, sandbox } = await shop();
    const id = await connect(api);
    const ask = (key: string) =>
      api.request<{ url: string }>("POST", `/v1/accounts/${id}/authorize`, { headers: { "idempotency-key": key } });
    const [first, again, other] = [await ask("one"), await ask("one"), await ask("another")];
    expect(again.body).toEqual(first.body);
    expect(other.body.url).not.toBe(first.body.url);
    const back = await consents(sandbox, new URL(again.body.url));
    expect((await come(api, back)).status).toBe(200);
    expectError(await come(api, back), 401, "UNAUTHENTICATED");
  });

  it("comes back too late after ten minutes", async () => {
    const { api, sandbox, advance } = await shop();
    const id = await connect(api);
    const back = await consents(sandbox, await begin(api, id));
    advance(10 * 60_000);
    expectError(await come(api, back), 401, "UNAUTHENTICATED");
    expect((await api.request<Account>("GET", `/v1/accounts/${id}`)).body.status).toBe("needsAuthorization");
  });

  it("of one provider is none of another, and a state that nobody gave is none at all", async () => {
    const { api, sandbox } = await shop();
    const back = await consents(sandbox, await begin(api, await connect(api)));
    expectError(await come(api, back.replace("/stockx?", "/ebay?")), 401, "UNAUTHENTICATED");
    const made = back.replace(/state=[^&]+/, `state=${"a".repeat(43)}`);
    expectError(await come(api, made), 401, "UNAUTHENTICATED");
    expectError(await come(api, "/v1/accounts/authorized/stockx"), 401, "UNAUTHENTICATED");
    expect((await come(api, back)).status).toBe(200);
  });

  it("that comes twice at once is used by one of them", async () => {
    const { api, sandbox } = await shop();
    const back = await consents(sandbox, await begin(api, await connect(api)));
    const answers = await Promise.all(Array.from({ length: 6 }, () => come(api, back)));
    expect(answers.map(({ status }) => String(status)).sort()).toEqual(["200", ...Array<string>(5).fill("401")]);
  });

  it("that was refused leaves the account as it was, and its state is used up", async () => {
    const { api, sandbox } = await shop();
    const id = await connect(api);
    const back = await consents(sandbox, await begin(api, id));
    const refused = back.replace(/code=[^&]+/, "error=access_denied");
    expectError(await come(api, refused), 409, "STATE_CONFLICT");
    expectError(await come(api, back), 401, "UNAUTHENTICATED");
    expect((await api.request<Account>("GET", `/v1/accounts/${id}`)).body.status).toBe("needsAuthorization");
  });

  it("is asked for by who may change accounts, of an account that is there", async () => {
    const { api } = await shop();
    const id = await connect(api);
    const secret = await api.keyWith(["accounts.read"]);
    expectError(await api.request("POST", `/v1/accounts/${id}/authorize`, { secret }), 403, "FORBIDDEN");
    const { api: other } = await shop();
    expectError(await other.request("POST", `/v1/accounts/${id}/authorize`), 404, "NOT_FOUND");
    const body = { provider: "ownerclan", name: "Wholesale", credentials: { username: "demo", password: "demo" } };
    const made = await api.request<Account>("POST", "/v1/accounts", { body, expected: 201 });
    expectError(await api.request("POST", `/v1/accounts/${made.body.id}/authorize`), 409, "STATE_CONFLICT");
  });
});

describe("What accounts can be connected to", () => {
  it("is listed with what each asks for and allows, and says where somebody has to consent", async () => {
    const { api } = await shop();
    interface Connector {
      name: string;
      needsConsent: boolean;
      credentials: { name: string; isRequired: boolean }[];
      limits: unknown[];
    }
    const { body } = await api.request<{ items: Connector[] }>("GET", "/v1/connectors", { expected: 200 });
    const stockX = body.items.find(({ name }) => name === "stockx");
    expect(stockX).toMatchObject({ needsConsent: true });
    expect(stockX?.credentials.filter(({ isRequired }) => isRequired).map(({ name }) => name)).toEqual(
      Object.keys(STOCKX_APPLICATION),
    );
    expect(body.items.find(({ name }) => name === "ownerclan")).toMatchObject({ needsConsent: false });
  });

  it("is followed by what an account has left of it", async () => {
    const { api, sandbox } = await shop();
    const id = await connect(api);
    await come(api, await consents(sandbox, await begin(api, id)));
    const { body } = await api.request<{ limits: { name: string; used: number; limit: number }[] }>(
      "GET",
      `/v1/accounts/${id}/quota`,
      { expected: 200 },
    );
    expect(body.limits.find(({ name }) => name === "calls a day")).toMatchObject({ used: 1, limit: 25_000 });
  });
});
