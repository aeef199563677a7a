import { inMemory } from "../../core/connectors/access.ts";
import { type Budget, NO_BUDGET, type Urgency } from "../../core/connectors/budget.ts";
import { createConnection } from "../../core/connectors/connection.ts";
import type { Manifest } from "../../core/connectors/port.ts";
import type { Connection, Token } from "../../core/connectors/wire.ts";
import type { HttpClient } from "../../core/platform/http/client.ts";
import { createHttpClient } from "../../core/platform/http/resilient-client.ts";
import { type Log, NO_LOG } from "../../core/platform/log.ts";
import { type Metrics, NO_METRICS } from "../../core/platform/metrics.ts";
import { testConfig } from "./context.ts";

export interface SandboxOptions {
  credentials?: Readonly<Record<string, string>>;
  settings?: Readonly<Record<string, string>>;
  token?: Token;
  now?: () => number;
  currency?: string;
  budget?: Budget;
  urgency?: Urgency;
  /** For an answer's headers, and again for its body. */
  timeoutMs?: number;
  log?: Log;
  metrics?: Metrics;
  /** One of its own, with breakers of its own, where absent. */
  http?: HttpClient;
}

/** A connection to a stand-in that needs no account and no database. Its waits between attempts take no time. */
export async function sandboxConnection(
  manifest: Manifest,
  bases: { api: string; auth?: string },
  options: SandboxOptions = {},
): Promise<Connection & { isLost: () => boolean }> {
  const { credentials = {}, settings = {}, token, now = Date.now, log = NO_LOG, metrics = NO_METRICS } = options;
  const connector = await manifest.load();
  const sleep = async () => {};
  const http = options.http ?? createHttpClient({ metrics, log, now, sleep, allowPrivateAddresses: true });
  const config = { ...testConfig(), connectorBases: new Map([[manifest.name, { auth: bases.api, ...bases }]]) };
  const keeper = inMemory(connector, { credentials, settings, ...(token ? { token } : {}) }, now);
  const connection = createConnection({
    manifest,
    connector,
    resources: { config, http, log, metrics, now },
    account: { id: "acc_sandbox", settings },
    currency: options.currency ?? "USD",
    keeper,
    budget: options.budget ?? NO_BUDGET,
    urgency: options.urgency ?? "bulk",
    sleep,
    ...(options.timeoutMs === undefined ? {} : { timeoutMs: options.timeoutMs }),
  });
  return { ...connection, isLost: keeper.isLost };
}
