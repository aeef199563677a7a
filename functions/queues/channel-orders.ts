import * as Channels from "../../core/channels/index.ts";
import { ID_PREFIX } from "../../core/platform/ids.ts";
import { workHandler } from "./work.ts";

/** Reads channels' orders, and tells channels what was sent: a message names an account, or a task. */
export const handler = workHandler("channelOrders", async (ctx, { id, remainingMs }) => {
  if (!id.startsWith(`${ID_PREFIX.channelTask}_`)) return Channels.pollOrders(ctx, { id, remainingMs });
  await Channels.workTask(ctx, id);
  return "done";
});
