import { describe, expect, it, onTestFinished } from "vitest";
import * as z from "zod";
import * as Accounts from "../../../core/accounts/index.ts";
import { openAny } from "../../../core/accounts/open.ts";
import { openToken, tokenKey } from "../../../core/accounts/secret.store.ts";
import type { Connection, WireRequest } from "../../../core/connectors/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { startOwnerclanSandbox } from "../../../local/sandbox/ownerclan/server.ts";
import { STOCKX_DEMO } from "../../../local/sandbox/stockx/server.ts";
import { connectStockx, stockx, workersFor } from "../../support/accounts.ts";
import { stoppedClock } from "../../support/recording.ts";
import { Killed, storeFaults } from "../../support/store-faults.ts";

const HOUR_MS = 3_600_000;
const LISTINGS: WireRequest = { base: "api", method: "GET", path: "/v2/selling/listings", query: { pageNumber: "1" } };

/** Waiting for its turn takes a call no time but the clock's. */
const open = async (ctx: Context, id: string, advance: (ms: number) => void = () => {}): Promise<Connection> => {
  const sleep = async (ms: number) => advance(ms);
  return (await Accounts.openAccount(ctx, id, { urgency: "urgent", sleep })).connection;
};

/** Looking for another worker's token takes no time. */
const openAll = (ctx: Context, id: string) =>
  openAny(ctx, id, { urgency: "urgent", sleep: () => new Promise((resolve) => setImmediate(resolve)) });

const keptToken = async (ctx: Context, id: string) =>
  openToken(ctx, id, await ctx.table.get(tokenKey(ctx, id), { consistent: true }));

const refreshes = (sandbox: { calls: readonly { path: string }[] }) =>
  sandbox.calls.filter(({ path }) => path === "/oauth/token").length;

/** No limit but the day's: these tests are about tokens, and their clock stands still. */
async function connected() {
  const { now, advance } = stoppedClock();
  const sandbox = await stockx({ now });
  const worker = workersFor({ stockx: sandbox }, { now });
  const { id } = await connectStockx(worker());
  return { now, advance, sandbox, worker, id };
}

describe("A token", () => {
  it("is got once, however many workers find that there is none", async () => {
    const { sandbox, worker, id } = await connected();
    const keepers = await Promise.all(
      Array.from({ length: 8 }, async () => {
        const { keeper, tokenIo } = await openAll(worker(), id);
        return () => keeper.current(tokenIo);
      }),
    );
    const used = await Promise.all(keepers.map((current) => current()));
    expect(refreshes(sandbox)).toBe(1);
    expect(new Set(used.map(({ token }) => token?.accessToken)).size).toBe(1);
  });

  it("is replaced before its end, once, and what renews it goes on from answer to answer", async () => {
    const { sandbox, worker, id, advance } = await connected();
    for (let round = 1; round <= 3; round++) {
      const all = await Promise.all(Array.from({ length: 4 }, () => openAll(worker(), id)));
      await Promise.all(all.map(({ keeper, tokenIo }) => keeper.current(tokenIo)));
      expect(refreshes(sandbox)).toBe(round);
      expect((await keptToken(worker(), id)).generation).toBe(round);
      // Ten minutes before its end it is time.
      advance(12 * HOUR_MS - 9 * 60_000);
    }
    const { token } = await keptToken(worker(), id);
    expect(sandbox.state.refreshTokens[token?.refreshToken ?? ""]).toBeNull();
  });

  it("that the provider refuses is replaced once, and the call is made again", async () => {
    const { sandbox, worker, id, advance } = await connected();
    const connection = await open(worker(), id, advance);
    await connection.exchange(LISTINGS);
    sandbox.faults.set([{ kind: "expiredToken", times: 1, match: "/v2/" }]);
    expect((await connection.exchange(LISTINGS)).status).toBe(200);
    expect(refreshes(sandbox)).toBe(2);
  });

  it("that is refused although it is new ends the call for good, and asks for nobody", async () => {
    const { sandbox, worker, id, advance } = await connected();
    sandbox.faults.set([{ kind: "expiredToken", match: "/v2/" }]);
    const connection = await open(worker(), id, advance);
    await expect(connection.exchange(LISTINGS)).rejects.toMatchObject({
      name: "PermanentError",
      message: "stockx: it refuses the token that it has just given",
    });
    expect(sandbox.calls.filter(({ path }) => path.startsWith("/v2/"))).toHaveLength(2);
    expect((await Accounts.getAccount(worker(), id)).status).toBe("active");
  });

  it("that cannot be renewed leaves the account to a person, tells of it once, and nothing more is sent", async () => {
    const { sandbox, worker, id, advance } = await connected();
    sandbox.state.refreshTokens = {};
    const changed = { credentials: { refreshToken: "of-another-seller" } };
    await Accounts.updateAccount(worker(), { id, changes: changed });
    const opened = await Promise.all([open(worker(), id, advance), open(worker(), id, advance)]);
    for (const outcome of await Promise.allSettled(opened.map((connection) => connection.exchange(LISTINGS))))
      expect(outcome).toMatchObject({ status: "rejected", reason: { name: "NotAuthorizedError", retryable: false } });
    expect(await Accounts.getAccount(worker(), id)).toMatchObject({
      status: "needsAuthorization",
      problem: { message: "stockx: it refuses the credentials with 403 invalid_grant" },
    });
    const sent = sandbox.calls.length;
    await expect(open(worker(), id)).rejects.toMatchObject({ code: "STATE_CONFLICT" });
    expect(sandbox.calls).toHaveLength(sent);
  });

  it.each(["before", "after"] as const)(
    "is not lost with the worker that got it and died %s it was written, where the provider takes the old one again",
    async (death) => {
      const { now, advance, sandbox, worker, id } = await connected();
      const first = await openAll(worker(), id);
      await first.keeper.current(first.tokenIo);
      advance(12 * HOUR_MS);
      const { around } = storeFaults(({ operation }) => {
        // The budget's slot and the lease are no transactions; the token is written with a look at its account.
        if (operation !== "TransactWriteItems") return "pass";
        const killed = new Killed(death);
        return death === "before" ? { failWith: killed } : { loseAnswerWith: killed };
      });
      const dying = await openAll(worker({ around, now }), id);
      await expect(dying.keeper.current(dying.tokenIo)).rejects.toThrow(Killed);
      expect(refreshes(sandbox)).toBe(2);
      // Its lease ends, and not before that another one asks.
      const next = await openAll(worker(), id);
      if (death === "before") {
        sandbox.state.refreshTokens = Object.fromEntries(
          Object.entries(sandbox.state.refreshTokens).map(([token, until]) => [
            token,
            until === null ? null : until + HOUR_MS,
          ]),
        );
        advance(60_000);
      }
      const { token } = await next.keeper.current(next.tokenIo);
      expect(refreshes(sandbox)).toBe(death === "before" ? 3 : 2);
      expect(token?.expiresAt).toBeGreaterThan(now());
      expect((await Accounts.getAccount(worker(), id)).status).toBe("active");
    },
  );

  it("that other credentials end is not brought back by the worker that was getting it", async () => {
    const { sandbox, worker, id } = await connected();
    const slow = await openAll(worker(), id);
    const ctx = worker();
    const io = {
      now: slow.tokenIo.now,
      send: async (request: WireRequest) => {
        const answer = await slow.tokenIo.send(request);
        await Accounts.updateAccount(ctx, { id, changes: { credentials: { refreshToken: "demo-refresh" } } });
        return answer;
      },
    };
    await expect(slow.keeper.current(io)).rejects.toMatchObject({ name: "TransientError" });
    expect(await keptToken(ctx, id)).toEqual({ generation: 1, epoch: 1 });
    expect(refreshes(sandbox)).toBe(1);
    await Accounts.disconnectAccount(ctx, id);
    await expect(slow.keeper.current(slow.tokenIo)).rejects.toMatchObject({ name: "TransientError" });
    expect(await keptToken(ctx, id)).toMatchObject({ generation: 0 });
    expect(await keptToken(ctx, id)).not.toHaveProperty("token");
  });

  it("that is refused of credentials which a person has just replaced takes the account from nobody", async () => {
    const { sandbox, worker, id, advance } = await connected();
    const { clientSecret } = STOCKX_DEMO.credentials;
    const give = (secret: string) =>
      Accounts.updateAccount(worker(), { id, changes: { credentials: { clientSecret: secret } } });
    await give("not-this-one");
    const late = await open(worker(), id, advance);
    await give(clientSecret);
    await expect(late.exchange(LISTINGS)).rejects.toMatchObject({ retryable: true });
    expect(refreshes(sandbox)).toBe(0);
    const now = await open(worker(), id, advance);
    expect((await now.exchange(LISTINGS)).status).toBe(200);
    expect((await Accounts.getAccount(worker(), id)).status).toBe("active");
  });

  it("of a provider without consent is got by password, which a person mends when it is refused", async () => {
    const sandbox = await startOwnerclanSandbox({ username: "demo", password: "right", size: 3 });
    onTestFinished(() => sandbox.stop());
    const worker = workersFor({ ownerclan: sandbox });
    const credentials = { username: "demo", password: "wrong" };
    const { id } = await Accounts.createAccount(worker(), { provider: "ownerclan", name: "Wholesale", credentials });
    const query: WireRequest = { base: "api", method: "GET", path: "/v1/graphql", query: { query: "{ __typename }" } };
    const answered = z.object({ data: z.object({ __typename: z.string() }) });
    const connection = await open(worker(), id);
    await expect(connection.call(query, answered)).rejects.toMatchObject({ name: "NotAuthorizedError" });
    expect((await Accounts.getAccount(worker(), id)).status).toBe("needsAuthorization");
    await Accounts.updateAccount(worker(), { id, changes: { credentials: { password: "right" } } });
    const mended = await open(worker(), id);
    expect(await mended.call(query, answered)).toMatchObject({ data: { __typename: expect.any(String) } });
  });
});
