import { onTestFinished } from "vitest";
import * as Accounts from "../../core/accounts/index.ts";
import type { Context } from "../../core/platform/context.ts";
import { createHttpClient } from "../../core/platform/http/resilient-client.ts";
import {
  STOCKX_DEMO,
  startStockxSandbox,
  type StockxSandbox,
  type StockxSandboxOptions,
} from "../../local/sandbox/stockx/server.ts";
import { cloudContext } from "./cloud.ts";
import { testActor } from "./context.ts";

type CloudOptions = NonNullable<Parameters<typeof cloudContext>[0]>;

/** Processes of one organisation that reach these stand-ins instead of providers. */
export function workersFor(
  bases: Readonly<Record<string, { url: string }>>,
  { now = Date.now, actor = testActor(), tableName }: Pick<CloudOptions, "now" | "actor" | "tableName"> = {},
): (options?: CloudOptions) => Context {
  return (options = {}) => {
    const ctx = cloudContext({ actor, now, ...(tableName === undefined ? {} : { tableName }), ...options });
    const connectorBases = new Map(Object.entries(bases).map(([name, { url }]) => [name, { api: url, auth: url }]));
    // Waits between attempts take no time; a clock that stands still would make them endless.
    const http = createHttpClient({ ...ctx, sleep: async () => {}, allowPrivateAddresses: true });
    return { ...ctx, http, config: { ...ctx.config, connectorBases } };
  };
}

/** A stand-in of StockX that goes with the test. */
export async function stockx(options: StockxSandboxOptions = {}): Promise<StockxSandbox> {
  const sandbox = await startStockxSandbox(options);
  onTestFinished(() => sandbox.stop());
  return sandbox;
}

const { refreshToken: _refreshToken, ...application } = STOCKX_DEMO.credentials;

/** Without a refresh token, so that its owner has to consent. */
export const STOCKX_APPLICATION: Readonly<Record<string, string>> = application;

export const connectStockx = (ctx: Context, changes: Record<string, unknown> = {}) =>
  Accounts.createAccount(ctx, {
    provider: "stockx",
    name: "Main account",
    credentials: STOCKX_DEMO.credentials,
    ...changes,
  });
