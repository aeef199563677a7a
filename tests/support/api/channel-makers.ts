import * as Channels from "../../../core/channels/index.ts";
import { doorsTo } from "../living-orders.ts";
import { fresh, make, type Shop } from "./makers.ts";

/** An account at a channel; nothing is sent for it here. */
export async function channelAccount(shop: Shop): Promise<string> {
  const credentials = { accessToken: fresh(shop) };
  return (await make(shop, "/v1/accounts", { provider: "alias", name: fresh(shop), credentials })).id;
}

/** One whose orders are read. */
export async function readAccount(shop: Shop): Promise<string> {
  const id = await channelAccount(shop);
  const input = { affectsStock: false };
  await Channels.putOrdersSync(shop.ctx, { accountId: id, input });
  return id;
}

/** An order of a channel that could not be read. */
export async function channelTask(shop: Shop): Promise<string> {
  const accountId = await readAccount(shop);
  const order = { id: fresh(shop), price_cents: "a lot" };
  const orders = { overlapMs: 0, maxWindowMs: 60_000, page: () => Promise.resolve({ orders: [order] }) };
  const doors = doorsTo({ sign: (request) => request, orders });
  await Channels.pollOrders(shop.ctx, { id: accountId, remainingMs: () => 60_000 }, doors);
  const { items } = await Channels.listTasks(shop.ctx, {});
  const found = items.find(({ externalOrderId }) => externalOrderId === order.id);
  if (!found) throw new Error("The order was read");
  return found.id;
}
