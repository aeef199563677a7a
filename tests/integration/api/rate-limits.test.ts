import { describe, expect, test } from "vitest";
import { CLIENT_ADDRESS } from "../../../functions/api/client-address.ts";
import { networkOf } from "../../../functions/api/middleware/rate-limits.ts";
import { signedDelivery } from "../../support/api/webhook-makers.ts";
import { apiHarness, expectError, type HarnessOptions } from "../../support/harness.ts";
import { recordingMetrics, stoppedClock } from "../../support/recording.ts";

const figures = {
  perMinute: 10,
  perHour: 25,
  signInPerMinute: 5,
  refusedPerMinute: 100,
  organizations: new Map<string, { perMinute: number; perHour: number }>(),
};
const limited = (options: HarnessOptions = {}) => apiHarness({ config: { rateLimit: figures }, ...options });
const from = (address: string) => ({ [CLIENT_ADDRESS]: address });

describe("a key", () => {
  test("gets as many answers in a minute as it may, of 50 at once, and is told when to come back", async () => {
    const metrics = recordingMetrics();
    const { now, advance } = stoppedClock();
    const api = await limited({ now, metrics });
    const ask = () => Promise.all(Array.from({ length: 50 }, () => api.request("GET", "/v1/organization")));
    const answers = await ask();
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(10);
    const refused = answers.filter(({ status }) => status !== 200);
    for (const answer of refused) {
      expectError(answer, 429, "RATE_LIMITED");
      expect(answer.headers.get("retry-after")).toBe("60");
    }
    expect(metrics.counts.get("rate_limited_total{policy=minute}")).toBe(40);
    advance(60_000);
    expect((await ask()).filter(({ status }) => status === 200)).toHaveLength(10);
    advance(60_000);
    const last = await ask();
    expect(last.filter(({ status }) => status === 200)).toHaveLength(5);
    expect(last.find(({ status }) => status === 429)?.headers.get("retry-after")).toBe("3480");
  });

  test("is told with every answer what its limits are and what is left", async () => {
    const api = await limited();
    await api.request("GET", "/v1/organization", { expected: 200 });
    const { headers } = await api.request("GET", "/v1/products/nope", { expected: 404 });
    expect(headers.get("ratelimit-policy")).toBe('"minute";q=10;w=60, "hour";q=25;w=3600');
    expect(headers.get("ratelimit")).toMatch(/^"minute";r=8;t=\d+$/);
  });

  test("does not use up another's, of the same organisation or of another", async () => {
    const api = await limited();
    for (let asked = 0; asked < 10; asked++) await api.request("GET", "/v1/organization", { expected: 200 });
    await api.request("GET", "/v1/organization", { expected: 429 });
    const secret = await api.keyWith(["catalog.read"]);
    await api.request("GET", "/v1/organization", { secret, expected: 200 });
  });

  test("has the figures of its organisation, where that has its own", async () => {
    const organizations = new Map<string, { perMinute: number; perHour: number }>();
    const api = await limited({ config: { rateLimit: { ...figures, organizations } } });
    organizations.set(api.organization.id, { perMinute: 2, perHour: 9 });
    const { headers } = await api.request("GET", "/v1/organization", { expected: 200 });
    expect(headers.get("ratelimit-policy")).toBe('"minute";q=2;w=60, "hour";q=9;w=3600');
  });
});

describe("an address", () => {
  test("may try five sign-ins a minute, and another address is not held to it", async () => {
    const api = await limited();
    const body = { email: "nobody@people.example", password: "seven grey herons on the Han" };
    const signIn = (address: string) =>
      api.request("POST", "/v1/auth/login", { secret: null, body, headers: from(address) });
    for (let tried = 0; tried < 5; tried++) expectError(await signIn("198.51.100.7"), 401, "UNAUTHENTICATED");
    const refused = await signIn("198.51.100.7");
    expectError(refused, 429, "RATE_LIMITED");
    expect(Number(refused.headers.get("retry-after"))).toBeGreaterThan(0);
    expectError(await signIn("198.51.100.8"), 401, "UNAUTHENTICATED");
  });

  test("may ask for five resets of passwords an hour", async () => {
    const { now, advance } = stoppedClock();
    const api = await limited({ now });
    const reset = () =>
      api.request("POST", "/v1/auth/password-reset", {
        secret: null,
        body: { email: "nobody@people.example" },
        headers: from("198.51.100.7"),
      });
    for (let asked = 0; asked < 5; asked++) expect((await reset()).status).toBe(204);
    advance(60_000);
    expectError(await reset(), 429, "RATE_LIMITED");
    advance(3_540_000);
    expect((await reset()).status).toBe(204);
  });

  test("with a hundred wrong keys in a minute is told to wait, and right keys from it are not", async () => {
    const api = await limited({ config: { rateLimit: { ...figures, perMinute: 1_000, perHour: 1_000 } } });
    const ask = (secret?: string) =>
      api.request("GET", "/v1/organization", { headers: from("198.51.100.7"), ...(secret ? { secret } : {}) });
    for (let tried = 0; tried < 100; tried++) expectError(await ask("wrong"), 401, "UNAUTHENTICATED");
    expectError(await ask("wrong"), 429, "RATE_LIMITED");
    expect((await ask()).status).toBe(200);
  });

  test("is not limited in asking how the system is", async () => {
    const api = await limited();
    for (let asked = 0; asked < 30; asked++)
      expect((await api.request("GET", "/metrics", { secret: null, headers: from("198.51.100.7") })).status).toBe(404);
  });

  test("of IPv6 is a whole network, and one of IPv4 is itself however it is written", () => {
    const network = networkOf("2001:db8:85a3:8d3:1319:8a2e:370:7348");
    expect(network).toBe("2001:db8:85a3:8d3");
    expect(networkOf("2001:db8:85a3:8d3::1")).toBe(network);
    expect(networkOf("2001:DB8:85a3:08d3::ffff")).toBe(network);
    expect(networkOf("2001:db8::1")).toBe("2001:db8:0:0");
    expect(networkOf("::1")).toBe("0:0:0:0");
    expect(networkOf("::ffff:192.0.2.7")).toBe("192.0.2.7");
    expect(networkOf("192.0.2.7")).toBe("192.0.2.7");
  });
});

describe("a provider's webhooks", () => {
  test("are limited where they are refused, a hundred a minute, and never where they are verified", async () => {
    const api = await limited();
    const source = { provider: "generic", name: "A burst", secret: "of-the-tests-only-0123456789" };
    const { body } = await api.request<{ id: string }>("POST", "/v1/webhook-sources", { body: source, expected: 201 });
    const send = (id: string, secret: string) => {
      const delivery = signedDelivery(id, { type: "ping" }, secret, Date.now());
      const headers = { ...delivery.headers, ...from("198.51.100.7") };
      return api.request("POST", `/webhooks/generic/${body.id}`, { secret: null, raw: delivery.raw, headers });
    };
    const forged = () => send("forged", "not-the-secret-of-the-source");
    for (let sent = 0; sent < 100; sent++) expectError(await forged(), 400, "INVALID_SIGNATURE");
    expectError(await forged(), 429, "RATE_LIMITED");
    for (let sent = 0; sent < 150; sent++) {
      const answer = await send(`burst-${sent}`, source.secret);
      expect(answer.status, answer.text).toBe(200);
    }
  });
});

describe("GET /v1/monitoring/limits", () => {
  test("says the limits and where they are counted", async () => {
    const api = await limited();
    const { body } = await api.request("GET", "/v1/monitoring/limits", { expected: 200 });
    expect(body).toEqual({
      store: "process",
      isDegraded: false,
      limits: [
        { name: "minute", limit: 10, windowSeconds: 60 },
        { name: "hour", limit: 25, windowSeconds: 3_600 },
        { name: "sign-in", limit: 5, windowSeconds: 60 },
        { name: "reset", limit: 5, windowSeconds: 3_600 },
        { name: "refused", limit: 100, windowSeconds: 60 },
      ],
    });
  });
});
