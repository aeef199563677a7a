import * as Accounts from "../../core/accounts/index.ts";
import type { Context } from "../../core/platform/context.ts";
import { createHttpClient } from "../../core/platform/http/resilient-client.ts";
import * as Suppliers from "../../core/suppliers/index.ts";
import {
  type OwnerclanOptions,
  type OwnerclanSandbox,
  startOwnerclanSandbox,
} from "../../local/sandbox/ownerclan/server.ts";
import type { cloudContext } from "./cloud.ts";

export const OWNERCLAN_LOGIN = { username: "demo-seller", password: "demo-password" };

export const startOwnerclan = (options: Partial<OwnerclanOptions> = {}): Promise<OwnerclanSandbox> =>
  startOwnerclanSandbox({ ...OWNERCLAN_LOGIN, size: 40, ...options });

/** A clock that goes on by itself, since budgets are of a second, and further when it is told to. */
export function goingClock(): { now: () => number; advance: (ms: number) => void } {
  let offset = Date.UTC(2026, 10, 21, 12) - Date.now();
  return { now: () => Date.now() + offset, advance: (ms) => void (offset += ms) };
}

/** The context with a way to the stand-in, whose waits take no time. */
export function withOwnerclan<C extends ReturnType<typeof cloudContext>>(ctx: C, { url }: { url: string }): C {
  const { metrics, log, now, config } = ctx;
  const connectorBases = new Map([...config.connectorBases, ["ownerclan", { api: url, auth: url }]]);
  const http = createHttpClient({ metrics, log, now, allowPrivateAddresses: true, sleep: async () => {} });
  return { ...ctx, config: { ...config, connectorBases }, http };
}

/** A supplier that is read by an account of its own. */
export async function connectedSupplier(
  ctx: Context,
  input: { connection?: Record<string, unknown>; policy?: Record<string, unknown> } = {},
): Promise<string> {
  const { id: accountId } = await Accounts.createAccount(ctx, {
    provider: "ownerclan",
    name: `Demo ${ctx.newId("account")}`,
    credentials: OWNERCLAN_LOGIN,
  });
  const { connection = {}, ...rest } = input;
  const supplier = await Suppliers.createSupplier(ctx, {
    name: "Demo Wholesale",
    connection: { accountId, ...connection },
    ...rest,
  });
  return supplier.id;
}

/** All offers of a supplier, by their ids. */
export async function offersById(ctx: Context, id: string) {
  const offers = new Map<string, Awaited<ReturnType<typeof Suppliers.listSupplierOffers>>["items"][number]>();
  let cursor: string | undefined;
  do {
    const page = await Suppliers.listSupplierOffers(ctx, { id, page: { limit: 100, ...(cursor ? { cursor } : {}) } });
    for (const offer of page.items) offers.set(offer.externalId, offer);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return offers;
}
