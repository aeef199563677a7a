import { describe, expect, onTestFinished, test } from "vitest";
import { accountBudget } from "../../../core/accounts/budget/account-budget.ts";
import { BudgetSpentError } from "../../../core/connectors/errors.ts";
import { manifest } from "../../../core/connectors/stockx/manifest.ts";
import { startStockxSandbox, STOCKX_DEMO, type StockxSandboxOptions } from "../../../local/sandbox/stockx/server.ts";
import { cloudContext } from "../../support/cloud.ts";
import { sandboxConnection } from "../../support/connectors.ts";
import { testActor } from "../../support/context.ts";
import { stoppedClock } from "../../support/recording.ts";
import { offers, prices } from "../../support/stockx.ts";
import { virtualClock } from "../../support/virtual-clock.ts";

const WORKERS = 8;

async function sandboxOf(options: StockxSandboxOptions) {
  const sandbox = await startStockxSandbox(options);
  onTestFinished(() => sandbox.stop());
  return sandbox;
}

describe("the limits of StockX", () => {
  test("are never overrun by eight workers of one account, who all get what they ask for", async () => {
    const clock = virtualClock();
    const sandbox = await sandboxOf({ now: clock.now });
    const actor = testActor();
    const skus = sandbox.catalogue.flatMap(({ variants }) => variants.slice(0, 2).map(({ variantId }) => variantId));
    const updates = skus.map((id) => ({ id, platformSku: id, price: { minor: 12_000, currency: "USD" } }));
    await clock.run(
      Array.from({ length: WORKERS }, () => async () => {
        const ctx = cloudContext({ actor, now: clock.now });
        const connection = await sandboxConnection(
          manifest,
          { api: sandbox.url },
          {
            ...STOCKX_DEMO,
            now: clock.now,
            budget: accountBudget({
              resources: ctx,
              organizationId: actor.organizationId,
              account: { id: "acc_shared", provider: "stockx" },
              limits: manifest.limits,
              sleep: clock.sleep,
            }),
          },
        );
        for (let done = false; !done; ) {
          try {
            const outcomes = (await prices?.setPrices(connection, updates)) ?? [];
            expect(outcomes.filter(({ ok }) => ok === "pending")).toHaveLength(updates.length);
            done = true;
          } catch (error) {
            if (!(error instanceof BudgetSpentError)) throw error;
            await clock.sleep(error.retryAfterMs ?? 0);
          }
        }
      }),
    );
    expect(sandbox.calls.filter(({ status }) => status === 429)).toEqual([]);
    const batches = Object.values(sandbox.state.batches);
    const items = batches.reduce((sum, batch) => sum + batch.items.length, 0);
    expect(items).toBeGreaterThanOrEqual(WORKERS * skus.length * 3);
    for (const batch of batches) {
      const from = Date.parse(batch.createdAt);
      const near = batches.filter(({ createdAt }) => {
        const at = Date.parse(createdAt) - from;
        return at >= 0 && at < 300_000;
      });
      expect(near.reduce((sum, one) => sum + one.items.length, 0)).toBeLessThanOrEqual(500);
    }
  }, 60_000);

  test("are held by the stand-in: calls of a second and of a day by UTC, items of batches", async () => {
    const clock = stoppedClock(Date.UTC(2026, 10, 21, 23, 59));
    const sandbox = await sandboxOf({ now: clock.now, limits: { aDay: 4, itemsADay: 3 } });
    const connection = await sandboxConnection(manifest, { api: sandbox.url }, { ...STOCKX_DEMO, now: clock.now });
    const call = async () => {
      const before = sandbox.calls.length;
      await offers?.search(connection, { query: "Demo", limit: 2, currency: "USD" }).catch(() => {});
      return sandbox.calls.slice(before).flatMap(({ path, status }) => (path === "/oauth/token" ? [] : [status]))[0];
    };
    expect([await call(), await call()]).toEqual([200, 429]);
    for (let more = 0; more < 3; more++) {
      clock.advance(1_000);
      expect(await call()).toBe(200);
    }
    clock.advance(1_000);
    expect(await call()).toBe(429);
    clock.advance(60_000);
    expect(await call()).toBe(200);
    clock.advance(1_000);
    const [variantId = ""] = sandbox.catalogue[0]?.variants.map((one) => one.variantId) ?? [];
    const update = { id: "1", platformSku: variantId, price: { minor: 10_000, currency: "USD" } };
    const wide = await sandboxOf({ now: clock.now, limits: { aSecond: 1_000, itemsADay: 4 } });
    const there = await sandboxConnection(manifest, { api: wide.url }, { ...STOCKX_DEMO, now: clock.now });
    expect(await prices?.setPrices(there, [update])).toMatchObject([{ ok: "pending" }]);
    await expect(prices?.setPrices(there, [update])).rejects.toThrow("answered 429");
  });
});

test("what the stand-in of StockX knows outlives it", async () => {
  let kept = "";
  const first = await sandboxOf({ save: (state) => (kept = JSON.stringify(state)) });
  const sold = await fetch(`${first.url}/sandbox/orders`, { method: "POST" });
  const { orderNumber } = (await sold.json()) as { orderNumber: string };
  const again = await sandboxOf({ saved: JSON.parse(kept) as NonNullable<StockxSandboxOptions["saved"]> });
  expect(again.state.orders[orderNumber]).toMatchObject({ status: "CREATED" });
  expect(Object.keys(again.state.listings)).toEqual(Object.keys(first.state.listings));
  await fetch(`${again.url}/sandbox/orders/${orderNumber}`, { method: "POST", body: '{"status":"CANCELED"}' });
  expect(again.state.orders[orderNumber]?.status).toBe("CANCELED");
});
