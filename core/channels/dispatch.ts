import type { ChannelFulfilment } from "../connectors/index.ts";
import type * as Orders from "../orders/index.ts";
import type { Context } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { ID_PREFIX } from "../platform/ids.ts";
import type { ChannelTask } from "./task.ts";
import { tasks } from "./task.store.ts";

/** A dispatch has one task. */
export const dispatchTaskId = (fulfilmentId: string): string =>
  fulfilmentId.replace(ID_PREFIX.fulfilment, ID_PREFIX.channelTask);

/**
 * What the channel is told of a dispatch; undefined where the order has it no more. Channels know no id of ours: what they
 * have of the same lines by the same tracking number is this dispatch, told by a call whose answer was lost, or another.
 * So it comes with what others told; and while an earlier one may be on its way, nobody knows whose is what is there.
 */
export async function dispatchOf(
  ctx: Context,
  order: Orders.Order,
  { fulfilmentId, externalOrderId = "" }: ChannelTask,
): Promise<ChannelFulfilment | "afterAnother" | undefined> {
  const place = order.fulfilments.findIndex(({ id }) => id === fulfilmentId);
  const sent = order.fulfilments[place];
  if (!sent) return undefined;
  const told: Orders.Order["fulfilments"] = [];
  for (const [index, other] of order.fulfilments.entries()) {
    if (index === place || !isAlike(other, sent)) continue;
    const isEarlier = index < place;
    const task = await tasks.find(ctx, dispatchTaskId(other.id));
    if (isEarlier && (task?.status === "queued" || task?.status === "waiting")) return "afterAnother";
    // Done tasks are kept for a while only. What the channel itself told of was never tried.
    if (task ? task.status === "done" && task.attempts > 0 : isEarlier) told.push(other);
  }
  const { id, carrier, trackingNumber, trackingUrl, at: shippedAt } = sent;
  const linesOf = ({ lines }: Pick<typeof sent, "lines">) =>
    lines.flatMap(({ lineId, quantity }) => {
      const externalLineId = order.lines.find((line) => line.id === lineId)?.externalLineId;
      return externalLineId === undefined ? [] : [{ externalLineId, quantity }];
    });
  return defined({
    id,
    externalOrderId,
    lines: linesOf(sent),
    toldBefore: told.flatMap(linesOf),
    carrier,
    trackingNumber,
    trackingUrl,
    shippedAt,
  });
}

type Sent = Orders.Order["fulfilments"][number];

const isAlike = (one: Sent, other: Sent) =>
  one.trackingNumber === other.trackingNumber &&
  one.lines.some(({ lineId }) => other.lines.some((line) => line.lineId === lineId));
