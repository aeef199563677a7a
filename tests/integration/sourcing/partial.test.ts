import { afterEach, beforeEach, expect, test, vi } from "vitest";
import * as Accounts from "../../../core/accounts/index.ts";
import { createHttpClient } from "../../../core/platform/http/resilient-client.ts";
import { searchIn } from "../../../core/sourcing/find.ts";
import { SourcingSettingsSchema } from "../../../core/sourcing/settings.ts";
import { connectedSources } from "../../../core/sourcing/source.ts";
import { ALIEXPRESS_DEMO, startAliexpressSandbox } from "../../../local/sandbox/aliexpress/server.ts";
import type { Provider } from "../../../local/sandbox/provider/server.ts";
import { STOCKX_DEMO, startStockxSandbox } from "../../../local/sandbox/stockx/server.ts";
import { cloudContext } from "../../support/cloud.ts";
import { recordingLog, recordingMetrics } from "../../support/recording.ts";
import { stopwatch } from "../../support/sources.ts";

let aliexpress: Provider;
let stockx: Provider;

beforeEach(async () => {
  [aliexpress, stockx] = await Promise.all([startAliexpressSandbox(), startStockxSandbox()]);
});

afterEach(() => Promise.all([aliexpress.stop(), stockx.stop()]));

test("one provider that never answers and one that refuses leave a partial answer, and the time ends the wait", async () => {
  const real = cloudContext();
  const [log, metrics] = [recordingLog(), recordingMetrics()];
  const http = createHttpClient({ metrics, log, now: Date.now, sleep: async () => {}, allowPrivateAddresses: true });
  const connectorBases = new Map(
    Object.entries({ aliexpress, stockx }).map(([name, { url }]) => [name, { api: url, auth: url }]),
  );
  const ctx = { ...real, http, log, metrics, config: { ...real.config, connectorBases } };
  const connect = (provider: string, name: string, given: object) =>
    Accounts.createAccount(ctx, { provider, name, ...given });
  await connect("aliexpress", "Fine", ALIEXPRESS_DEMO);
  await connect("aliexpress", "Refused", {
    ...ALIEXPRESS_DEMO,
    credentials: { appKey: "demo-app", appSecret: "wrong" },
  });
  await connect("stockx", "Silent", STOCKX_DEMO);
  stockx.faults.set([{ kind: "timeout" }]);

  const watch = stopwatch();
  const settings = SourcingSettingsSchema.parse({});
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
