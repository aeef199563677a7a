import * as Accounts from "../../core/accounts/index.ts";
import * as Channels from "../../core/channels/index.ts";
import * as Orders from "../../core/orders/index.ts";
import type { Context } from "../../core/platform/context.ts";
import { runDue } from "../../core/platform/due.ts";
import { only } from "./sweeps.ts";

/** An account at Alias, which signs in with a token alone. */
export async function aliasAccount(ctx: Context): Promise<string> {
  const { id } = await Accounts.createAccount(ctx, {
    provider: "alias",
    name: "Test",
    credentials: { accessToken: "a-token-of-the-tests" },
  });
  return id;
}

/** An account whose orders are read from `from` on. */
export async function readAccount(ctx: Context, from: number, input: object = {}): Promise<string> {
  const id = await aliasAccount(ctx);
  const settings = { affectsStock: false, from: new Date(from).toISOString(), ...input };
  await Channels.putOrdersSync(ctx, { accountId: id, input: settings });
  return id;
}

/** Every order of the organisation, by the channel's id of it: `id status`, as often as it is here. */
export async function ordersHere(ctx: Context): Promise<string[]> {
  const { items } = await Orders.listOrders(ctx, { limit: 100 });
  return items.map(({ externalId, status }) => `${externalId ?? "?"} ${status}`).toSorted();
}

/** What the sweep of every minute does, for this context's organisation. */
export const sweepChannels = (ctx: Context) =>
  runDue(
    only(ctx),
    { [Channels.ORDERS_DUE]: Channels.startDuePoll, [Channels.TASK_DUE]: Channels.wakeTask },
    { until: Number.POSITIVE_INFINITY },
  );
