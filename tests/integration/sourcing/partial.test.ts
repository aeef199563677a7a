import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as Accounts from "../../../core/accounts/index.ts";
import { createHttpClient } from "../../../core/platform/http/resilient-client.ts";
import { searchIn } from "../../../core/sourcing/find.ts";
import { SourcingSettingsSchema } from "../../../core/sourcing/settings.ts";
import { connectedSources } from "../../../core/sourcing/source.ts";
import { ALIAS_DEMO, startAliasSandbox } from "../../../local/sandbox/alias/server.ts";
import { ALIEXPRESS_DEMO, startAliexpressSandbox } from "../../../local/sandbox/aliexpress/server.ts";
import type { Provider } from "../../../local/sandbox/provider/server.ts";
import { STOCKX_DEMO, startStockxSandbox } from "../../../local/sandbox/stockx/server.ts";
import { cloudContext } from "../../support/cloud.ts";
import { recordingLog, recordingMetrics } from "../../support/recording.ts";
import { never, stopwatch } from "../../support/sources.ts";

let aliexpress: Provider;
let alias: Provider;
let stockx: Provider;

beforeEach(async () => {
  [aliexpress, alias, stockx] = await Promise.all([
    startAliexpressSandbox(),
    startAliasSandbox(),
    startStockxSandbox(),
  ]);
});

afterEach(() => Promise.all([aliexpress.stop(), alias.stop(), stockx.stop()]));

/** An organisation whose calls reach the stand-ins. */
function reaching() {
  const real = cloudContext();
  const [log, metrics] = [recordingLog(), recordingMetrics()];
  const http = createHttpClient({ metrics, log, now: Date.now, sleep: async () => {}, allowPrivateAddresses: true });
  const connectorBases = new Map(
    Object.entries({ aliexpress, alias, stockx }).map(([name, { url }]) => [name, { api: url, auth: url }]),
  );
  const ctx = { ...real, http, log, metrics, config: { ...real.config, connectorBases } };
  const connect = (provider: string, name: string, given: object) =>
    Accounts.createAccount(ctx, { provider, name, ...given });
  return { ctx, connect, log, metrics };
}

const settings = SourcingSettingsSchema.parse({});

test("one provider that never answers and one that refuses leave a partial answer, and the time ends the wait", async () => {
  const { ctx, connect, log, metrics } = reaching();
  await connect("aliexpress", "Fine", ALIEXPRESS_DEMO);
  await connect("aliexpress", "Refused", {
    ...ALIEXPRESS_DEMO,
    credentials: { appKey: "demo-app", appSecret: "wrong" },
  });
  await connect("stockx", "Silent", STOCKX_DEMO);
  stockx.faults.set([{ kind: "timeout" }]);

  const watch = stopwatch();
  const ask = { query: "desk lamp", currency: "USD", limit: 10 };
  const result = searchIn(ctx, { ask, settings, sources: await connectedSources(ctx, undefined), after: watch.after });
  // Everybody else has answered, and the silent one has been asked.
  await vi.waitFor(
    () => {
      expect(stockx.calls.length).toBeGreaterThan(0);
      const count = (outcome: string) =>
        metrics.counts.get(`sourcing_answers_total{provider=aliexpress,outcome=${outcome}}`);
      expect([count("ok"), count("failed")]).toEqual([1, 1]);
    },
    { timeout: 20_000 },
  );
  watch.ring();

  const { items, sources } = await result;
  expect(items).toHaveLength(10);
  const byName = Object.fromEntries(sources.map(({ name, status, code }) => [name, [status, code]]));
  expect(byName).toEqual({
    Fine: ["ok", undefined],
    Refused: ["failed", "NOT_AUTHORIZED"],
    Silent: ["timedOut", undefined],
  });
  const lines = JSON.stringify(log.lines);
  for (const secret of [ALIEXPRESS_DEMO.credentials.appSecret, ...Object.values(STOCKX_DEMO.credentials)])
    expect(lines).not.toContain(secret);
});

test("one shoe at two marketplaces is shown once, the better offer with the other's price", async () => {
  const { ctx, connect } = reaching();
  await connect("stockx", "Sneakers", STOCKX_DEMO);
  await connect("alias", "Goats", ALIAS_DEMO);
  const ask = { query: "DM1001-100", currency: "USD", limit: 10 };
  const sources = await connectedSources(ctx, undefined);
  const { items } = await searchIn(ctx, { ask, settings, sources, after: never });
  expect(items).toHaveLength(1);
  const providers = items.flatMap(({ kept: { item, standsFor } }) =>
    [item, ...standsFor.map((other) => other.item)].map(({ offer }) => offer.origin.provider),
  );
  expect(new Set(providers)).toEqual(new Set(["stockx", "alias"]));
  expect(items[0]?.kept.standsFor).toMatchObject([{ because: "styleCode" }]);
});
