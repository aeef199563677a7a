import { describe, expect, it, onTestFinished } from "vitest";
import * as z from "zod";
import type { Budget, Connector, Manifest } from "../../../core/connectors/index.ts";
import { BudgetSpentError, NotAuthorizedError, TokenRefusedError } from "../../../core/connectors/index.ts";
import { PermanentError, RateLimitError, TransientError } from "../../../core/platform/http/errors.ts";
import { createHttpClient } from "../../../core/platform/http/resilient-client.ts";
import { NO_LOG } from "../../../core/platform/log.ts";
import { NO_METRICS } from "../../../core/platform/metrics.ts";
import { type Provider, type ProviderOptions, startProvider } from "../../../local/sandbox/provider/server.ts";
import { sandboxConnection, type SandboxOptions } from "../../support/connectors.ts";
import { stoppedClock } from "../../support/recording.ts";

const GOOD = { total: 2, items: [{ id: "1" }, { id: "2" }] };
const schema = z.object({ total: z.number(), items: z.array(z.object({ id: z.string() })) });
const GET = { base: "api", method: "GET", path: "/items", timeoutMs: 500 } as const;
const POST = { base: "api", method: "POST", path: "/orders", body: "{}", timeoutMs: 500 } as const;

async function provider(options: Partial<ProviderOptions> = {}): Promise<Provider> {
  const answer = () => ({ status: 200, body: GOOD });
  const started = await startProvider({ answer, errorBody: (status) => ({ fault: status }), ...options });
  onTestFinished(() => started.stop());
  return started;
}

const manifestOf = (connector: Connector): Manifest => ({
  name: "standin",
  title: "Stand-in",
  capabilities: [],
  credentials: {},
  settings: {},
  bases: { api: "https://api.example.com", auth: "https://api.example.com" },
  limits: [],
  load: async () => connector,
});

const PLAIN: Connector = { sign: (request) => request };

async function connected(options: SandboxOptions & { connector?: Connector; serving?: Partial<ProviderOptions> } = {}) {
  const { connector = PLAIN, serving, ...rest } = options;
  const standIn = await provider(serving);
  const connection = await sandboxConnection(manifestOf(connector), { api: standIn.url }, rest);
  return { standIn, connection };
}

describe("A call of a provider", () => {
  it.each([
    ["serverError", TransientError],
    ["disconnect", TransientError],
    ["halfAnswer", TransientError],
    ["timeout", TransientError],
    ["slowDrip", TransientError],
    ["malformedJson", TransientError],
    ["wrongTypes", TransientError],
    ["rateLimited", RateLimitError],
  ] as const)("that meets %s twice is made a third time, and a POST is not made again", async (kind, error) => {
    const { standIn, connection } = await connected();
    standIn.faults.set([{ kind, times: 2 }]);
    expect(await connection.call(GET, schema)).toEqual(GOOD);
    expect(standIn.calls).toHaveLength(3);
    standIn.faults.set([{ kind, times: 1 }]);
    // What was done there nobody knows: an answer that cannot be read is no reason to do it again.
    const expected = kind === "malformedJson" || kind === "wrongTypes" ? PermanentError : error;
    await expect(connection.call(POST, schema)).rejects.toThrow(expected);
    expect(standIn.calls).toHaveLength(4);
    standIn.faults.set([{ kind, times: 2 }]);
    expect(await connection.call({ ...POST, repeatable: true }, schema)).toEqual(GOOD);
  });

  it("that cannot be read to the end of its attempts fails for good, naming the place and no value", async () => {
    const { standIn, connection } = await connected();
    standIn.faults.set([{ kind: "wrongTypes" }]);
    const error: unknown = await connection.call(GET, schema).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(PermanentError);
    expect(error).toMatchObject({ message: "standin: answered what it does not document: total (invalid_type)" });
    standIn.faults.set([{ kind: "malformedJson" }]);
    await expect(connection.call(GET, schema)).rejects.toMatchObject({
      name: "PermanentError",
      message: "standin: answered what is not JSON",
    });
    standIn.faults.set([{ kind: "halfAnswer" }]);
    await expect(connection.call(GET, schema)).rejects.toBeInstanceOf(TransientError);
  });

  it("that is refused is not made again", async () => {
    const { standIn, connection } = await connected();
    standIn.faults.set([{ kind: "permanent" }]);
    await expect(connection.call(GET, schema)).rejects.toMatchObject({ name: "PermanentError", upstreamStatus: 400 });
    expect(standIn.calls).toHaveLength(1);
  });

  it("that asks to stay away for long is the job's to make again", async () => {
    const { standIn, connection } = await connected();
    standIn.faults.set([{ kind: "rateLimited", retryAfterSeconds: 90 }]);
    await expect(connection.call(GET, schema)).rejects.toMatchObject({ name: "RateLimitError", retryAfterMs: 90_000 });
    expect(standIn.calls).toHaveLength(1);
  });

  it.each([
    ["rateLimited", false],
    ["serverError", true],
    ["disconnect", true],
    ["permanent", true],
  ] as const)("may have changed something when it meets %s: %s; one that reads never", async (kind, isChange) => {
    const { standIn, connection } = await connected();
    for (const request of [GET, { ...POST, reads: true as const }, POST]) {
      expect(connection.mayHaveChanged?.()).toBe(false);
      standIn.faults.set([{ kind, times: 1 }]);
      await connection.call(request, schema).catch(() => undefined);
    }
    expect(connection.mayHaveChanged?.()).toBe(isChange);
    await connection.call(POST, schema);
    expect(connection.mayHaveChanged?.()).toBe(true);
  });

  it("that is repeated into a spent budget has left all the same", async () => {
    let left = 1;
    const spent = new BudgetSpentError("standin", "none left", 60_000);
    const take = async () => {
      if (left-- <= 0) throw spent;
    };
    const { standIn, connection } = await connected({ budget: { take, refused: async () => undefined } });
    standIn.faults.set([{ kind: "serverError" }]);
    await expect(connection.call({ ...POST, repeatable: true }, schema)).rejects.toBe(spent);
    expect(connection.mayHaveChanged?.()).toBe(true);
    const { connection: other } = await connected({ budget: { take, refused: async () => undefined } });
    await expect(other.call(POST, schema)).rejects.toBe(spent);
    expect(other.mayHaveChanged?.()).toBe(false);
  });

  it("takes from the budget each time that it is made, and tells it of each refusal", async () => {
    const taken: unknown[] = [];
    const refusals: unknown[] = [];
    const budget: Budget = {
      take: async (take) => void taken.push(take),
      refused: async (retryAfterMs) => void refusals.push(retryAfterMs),
    };
    const { standIn, connection } = await connected({ budget, urgency: "urgent" });
    standIn.faults.set([
      { kind: "rateLimited", times: 1, retryAfterSeconds: 2 },
      { kind: "serverError", times: 1 },
    ]);
    await connection.call({ ...GET, cost: { batch: 3 } }, schema);
    expect(taken).toEqual(Array.from({ length: 3 }, () => ({ cost: { batch: 3 }, urgency: "urgent" })));
    expect(refusals).toEqual([2_000]);
  });

  it("is not sent where a redirect points, which would carry its signature elsewhere", async () => {
    const elsewhere = await provider();
    const answer = () => ({ status: 302, headers: { location: `${elsewhere.url}/items` } });
    const { connection } = await connected({ serving: { answer } });
    await expect(connection.call(GET, schema)).rejects.toMatchObject({ name: "PermanentError", upstreamStatus: 302 });
    expect(elsewhere.calls).toHaveLength(0);
  });

  it("keeps whole numbers that are too long for a number as they were written", async () => {
    const answer = () => ({
      status: 200,
      headers: { "content-type": "application/json" },
      body: '{"id":9007199254740993,"n":12}',
    });
    const { connection } = await connected({ serving: { answer } });
    expect(await connection.call(GET, z.object({ id: z.string(), n: z.number() }))).toEqual({
      id: "9007199254740993",
      n: 12,
    });
  });

  it("is bounded in what it reads", async () => {
    const answer = () => ({ status: 200, body: { text: "x".repeat(10_000) } });
    const { connection } = await connected({ serving: { answer } });
    await expect(connection.exchange({ ...GET, maxBytes: 1_000 })).rejects.toBeInstanceOf(PermanentError);
  });
});

describe("What an answer means", () => {
  it("is the connector's to say where the status does not, also behind a 200", async () => {
    const connector: Connector = {
      ...PLAIN,
      errorOf: ({ body }) => {
        const fault = z.object({ fault: z.string() }).safeParse(body);
        if (!fault.success) return undefined;
        return fault.data.fault === "busy"
          ? new TransientError("standin", "it is busy")
          : new PermanentError("standin", "no");
      },
    };
    const answers = ["busy", "busy", "no"];
    const answer = () => ({ status: 200, body: { fault: answers.shift() ?? "no" } });
    const { standIn, connection } = await connected({ connector, serving: { answer } });
    await expect(connection.call(GET, schema)).rejects.toMatchObject({
      name: "PermanentError",
      message: "standin: no",
    });
    expect(standIn.calls).toHaveLength(3);
  });

  it("counts for the breaker: five that fail open it, one that succeeds after half a minute closes it", async () => {
    const { now, advance } = stoppedClock();
    const http = createHttpClient({
      now,
      log: NO_LOG,
      metrics: NO_METRICS,
      sleep: async () => {},
      allowPrivateAddresses: true,
    });
    const { standIn, connection } = await connected({ now, http });
    standIn.faults.set([{ kind: "serverError", times: 5 }]);
    await expect(connection.call(GET, schema)).rejects.toBeInstanceOf(TransientError);
    await expect(connection.call(GET, schema)).rejects.toMatchObject({ retryable: true });
    expect(standIn.calls).toHaveLength(5);
    await expect(connection.call(GET, schema)).rejects.toMatchObject({
      name: "CircuitOpenError",
      retryAfterMs: 30_000,
    });
    expect(standIn.calls).toHaveLength(5);
    advance(30_000);
    expect(await connection.call(GET, schema)).toEqual(GOOD);
    expect(await connection.call(GET, schema)).toEqual(GOOD);
  });

  it("does not count for the breaker where it is a refusal, or only cannot be read", async () => {
    const { standIn, connection } = await connected();
    for (const kind of ["permanent", "wrongTypes"] as const) {
      standIn.faults.set([{ kind }]);
      for (let call = 0; call < 6; call++)
        await expect(connection.call(GET, schema)).rejects.toMatchObject({ name: "PermanentError" });
    }
    standIn.faults.set([]);
    expect(await connection.call(GET, schema)).toEqual(GOOD);
  });
});

describe("A token", () => {
  /** Tokens that are good when they were given last. */
  function withTokens(obtained: string[], behaviour: { isRefusedAt200?: boolean; cannotRenew?: boolean } = {}) {
    const connector: Connector = {
      sign: (request, { token }) => ({ ...request, headers: { authorization: token?.accessToken ?? "" } }),
      errorOf: ({ body }) =>
        z.object({ code: z.literal("IllegalAccessToken") }).safeParse(body).success
          ? new TokenRefusedError("standin", "the token is refused")
          : undefined,
      tokens: {
        refreshBeforeMs: 1_000,
        obtain: async (io) => {
          if (behaviour.cannotRenew && obtained.length > 0) throw new NotAuthorizedError("standin");
          obtained.push(`token-${obtained.length + 1}`);
          return { accessToken: `token-${obtained.length}`, expiresAt: io.now() + 3_600_000 };
        },
      },
    };
    const refusal = behaviour.isRefusedAt200 ? { status: 200, body: { code: "IllegalAccessToken" } } : { status: 401 };
    const serving: Partial<ProviderOptions> = {
      answer: ({ header }) => (header("authorization") === "token-2" ? { status: 200, body: GOOD } : refusal),
    };
    return { connector, serving };
  }

  it.each([false, true])(
    "that is refused is replaced once, by many calls together (behind a 200: %s)",
    async (isRefusedAt200) => {
      const obtained: string[] = [];
      const { connection } = await connected(withTokens(obtained, { isRefusedAt200 }));
      const answers = await Promise.all(Array.from({ length: 8 }, () => connection.call(GET, schema)));
      expect(answers).toEqual(Array.from({ length: 8 }, () => GOOD));
      expect(obtained).toEqual(["token-1", "token-2"]);
      expect(connection.isLost()).toBe(false);
    },
  );

  it("that nobody can renew leaves the account to a person", async () => {
    const { connection } = await connected(withTokens([], { cannotRenew: true }));
    await expect(connection.call(GET, schema)).rejects.toMatchObject({ name: "NotAuthorizedError", retryable: false });
    expect(connection.isLost()).toBe(true);
  });

  it("that does not exist: refused credentials leave the account to a person at once", async () => {
    const { standIn, connection } = await connected({ serving: { answer: () => ({ status: 401 }) } });
    await expect(connection.call(GET, schema)).rejects.toMatchObject({ name: "NotAuthorizedError" });
    expect(connection.isLost()).toBe(true);
    expect(standIn.calls).toHaveLength(1);
  });
});
