import { fork } from "node:child_process";
import { describe, expect, inject, it, onTestFinished } from "vitest";
import * as z from "zod";
import { accountBudget } from "../../../core/accounts/budget/account-budget.ts";
import { budgetKey, readBudget } from "../../../core/accounts/budget/budget.store.ts";
import { quotaOf } from "../../../core/accounts/budget/quota.ts";
import {
  type Budget,
  BudgetSpentError,
  createConnection,
  inMemory,
  type Limit,
  type Manifest,
  type Urgency,
} from "../../../core/connectors/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { createHttpClient } from "../../../core/platform/http/resilient-client.ts";
import { type Provider, type ProviderOptions, startProvider } from "../../../local/sandbox/provider/server.ts";
import { cloudContext } from "../../support/cloud.ts";
import { testActor } from "../../support/context.ts";
import { stoppedClock } from "../../support/recording.ts";
import { type VirtualClock, virtualClock } from "../../support/virtual-clock.ts";

const perSecond: Limit = { name: "second", limit: 1, windowMs: 1_000, window: "sliding" };
const perDay: Limit = { name: "day", limit: 25_000, windowMs: 86_400_000, window: "fixed" };
const WORKERS = 8;

const budgetOf = (ctx: Context, limits: readonly Limit[], clock: Pick<VirtualClock, "now" | "sleep">): Budget =>
  accountBudget({
    resources: { table: ctx.table, now: clock.now },
    organizationId: ctx.actor.organizationId,
    account: { id: "acc_shared", provider: "stand-in" },
    limits,
    sleep: clock.sleep,
  });

const quota = async (ctx: Context, limits: readonly Limit[], now: number) =>
  quotaOf((await readBudget(ctx, budgetKey(ctx.actor.organizationId, "acc_shared"))).state, limits, now);

async function provider(options: Partial<ProviderOptions> & Pick<ProviderOptions, "now">): Promise<Provider> {
  const started = await startProvider({
    answer: () => ({ status: 200, body: { ok: true } }),
    errorBody: (status) => ({ status }),
    ...options,
  });
  onTestFinished(() => started.stop());
  return started;
}

/** A worker as another process would be: a table client and a memory of its own. */
function worker(actor: Context["actor"], standIn: Provider, clock: VirtualClock, limits: readonly Limit[]) {
  const ctx = cloudContext({ actor, now: clock.now });
  const manifest: Manifest = {
    name: "standin",
    title: "Stand-in",
    capabilities: [],
    credentials: {},
    settings: {},
    bases: { api: standIn.url, auth: standIn.url },
    limits,
    load: async () => connector,
  };
  const connector = { sign: <T>(request: T) => request };
  const http = createHttpClient({ ...ctx, sleep: clock.sleep, allowPrivateAddresses: true });
  return (urgency: Urgency) => {
    const connection = createConnection({
      manifest,
      connector,
      resources: { ...ctx, http },
      account: { id: "acc_shared", settings: {} },
      currency: "USD",
      keeper: inMemory(connector, { credentials: {}, settings: {} }, clock.now),
      budget: budgetOf(ctx, limits, clock),
      urgency,
      sleep: clock.sleep,
    });
    return connection.call({ base: "api", method: "GET", path: `/${urgency}` }, z.object({ ok: z.boolean() }));
  };
}

/** As a job does whose queue brings it back when the budget says. */
async function untilSent(clock: VirtualClock, send: () => Promise<unknown>): Promise<void> {
  for (;;) {
    try {
      await send();
      return;
    } catch (error) {
      if (!(error instanceof BudgetSpentError)) throw error;
      await clock.sleep(error.retryAfterMs ?? 0);
    }
  }
}

describe("Eight workers of one account", () => {
  it("never bring more to the provider than its limit in any second, and all they have", async () => {
    const clock = virtualClock();
    const standIn = await provider({ now: clock.now });
    const actor = testActor();
    const limits = [perSecond, perDay];
    await clock.run(
      Array.from({ length: WORKERS }, () => async () => {
        const send = worker(actor, standIn, clock, limits);
        for (let call = 0; call < 5; call++) await untilSent(clock, () => send("bulk"));
      }),
    );
    const arrivals = standIn.calls.map(({ at }) => at);
    expect(arrivals).toHaveLength(WORKERS * 5);
    for (const [index, at] of arrivals.entries())
      if (index > 0) expect(at - (arrivals[index - 1] ?? 0)).toBeGreaterThanOrEqual(1_000);
    const [, day] = (await quota(cloudContext({ actor }), limits, clock.now())).limits;
    expect(day).toMatchObject({ used: expect.any(Number), limit: 25_000 });
    expect(day?.used).toBeGreaterThanOrEqual(WORKERS * 5);
  }, 60_000);

  it("let an urgent call through within three turns while all others saturate the limit", async () => {
    const clock = virtualClock();
    const standIn = await provider({ now: clock.now });
    const actor = testActor();
    const waits: number[] = [];
    const day = { isOver: false };
    await clock.run([
      ...Array.from({ length: WORKERS - 1 }, () => async () => {
        const send = worker(actor, standIn, clock, [perSecond]);
        while (!day.isOver) await untilSent(clock, () => send("bulk"));
      }),
      async () => {
        const send = worker(actor, standIn, clock, [perSecond]);
        for (let call = 0; call < 5; call++) {
          await clock.sleep(3_700);
          const asked = clock.now();
          await send("urgent");
          waits.push(clock.now() - asked);
        }
        day.isOver = true;
      },
    ]);
    expect(Math.max(...waits)).toBeLessThanOrEqual(3 * 1_100);
    expect(standIn.calls.filter(({ path }) => path === "/bulk").length).toBeGreaterThan(5);
  }, 60_000);

  it("all stay away for as long as the provider asks one of them to", async () => {
    const { now, advance } = stoppedClock();
    const clock = { ...virtualClock(), now };
    let isBusy = true;
    const standIn = await provider({ now, isOverLimit: () => (isBusy ? { retryAfterSeconds: 120 } : undefined) });
    const actor = testActor();
    const sends = Array.from({ length: WORKERS }, () => worker(actor, standIn, clock, [perDay]));
    await expect(sends[0]?.("urgent")).rejects.toMatchObject({ name: "RateLimitError", retryAfterMs: 120_000 });
    isBusy = false;
    const others = await Promise.allSettled(sends.map((send) => send("urgent")));
    for (const other of others)
      expect(other).toMatchObject({ status: "rejected", reason: { name: "BudgetSpentError", retryAfterMs: 120_000 } });
    expect(standIn.calls).toHaveLength(1);
    const { pausedUntil } = await quota(cloudContext({ actor }), [perDay], now());
    expect(pausedUntil).toBe(new Date(now() + 120_000).toISOString());
    advance(120_000);
    await Promise.all(sends.map((send) => send("urgent")));
    expect(standIn.calls).toHaveLength(1 + WORKERS);
  }, 60_000);

  it("lose tokens and nothing else when one dies with some that it has not used", async () => {
    const clock = { ...stoppedClock(), sleep: async () => {} };
    const actor = testActor();
    const limit = { ...perDay, limit: 1_000 };
    await budgetOf(cloudContext({ actor }), [limit], clock).take({ cost: {}, urgency: "bulk" });
    const heldByTheDead = ((await quota(cloudContext({ actor }), [limit], clock.now())).limits[0]?.used ?? 0) - 1;
    expect(heldByTheDead).toBeGreaterThan(0);
    const another = budgetOf(cloudContext({ actor }), [limit], clock);
    let taken = 0;
    await expect(async () => {
      for (;;) {
        await another.take({ cost: {}, urgency: "bulk" });
        taken++;
      }
    }).rejects.toMatchObject({ name: "BudgetSpentError", retryAfterMs: 12 * 3_600_000 + 2_000 });
    expect(taken).toBe(limit.limit - 1 - heldByTheDead);
    expect((await quota(cloudContext({ actor }), [limit], clock.now())).limits[0]).toMatchObject({
      used: 1_000,
      left: 0,
    });
  }, 60_000);

  it("need one write for many calls where a day is counted, and one each where they are spaced", async () => {
    const { now } = stoppedClock();
    const calls: string[] = [];
    const ctx = cloudContext({
      now,
      around: (call, next) => {
        calls.push(call.operation);
        return next();
      },
    });
    const counted = budgetOf(ctx, [perDay], { now, sleep: async () => {} });
    for (let call = 0; call < 50; call++) await counted.take({ cost: {}, urgency: "bulk" });
    expect(calls.filter((call) => call === "PutItem")).toHaveLength(1);
    expect(calls.filter((call) => call === "GetItem")).toHaveLength(50);
  });
});

describe("Four processes of one account", () => {
  it("take what the limit allows and no more", async () => {
    const { environment } = inject("cloud");
    const actor = testActor();
    const limit = 200;
    const taken = await Promise.all(
      Array.from(
        { length: 4 },
        () =>
          new Promise<number>((resolve, reject) => {
            const child = fork("tests/support/budget-worker.ts", [actor.organizationId, String(limit)], {
              env: { ...process.env, ...environment },
            });
            child.once("message", (message) => resolve(Number(message)));
            child.once("error", reject);
            child.once("exit", (code) => reject(new Error(`The worker ended with ${code}`)));
          }),
      ),
    );
    const sum = taken.reduce((one, other) => one + other, 0);
    expect(sum).toBeLessThanOrEqual(limit);
    expect(sum).toBeGreaterThan(limit / 2);
  }, 120_000);
});
