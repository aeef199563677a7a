import * as Outbound from "../../core/outbound/index.ts";
import { type AroundCall, passThrough } from "../../core/platform/calls.ts";
import type { Context } from "../../core/platform/context.ts";
import { outboxWrite } from "../../core/platform/events.ts";
import { createHttpClient, type HttpClientOptions } from "../../core/platform/http/resilient-client.ts";
import { NO_LOG } from "../../core/platform/log.ts";
import { NO_METRICS } from "../../core/platform/metrics.ts";
import type { Message } from "../../core/platform/queues.ts";
import type { Item } from "../../core/platform/table.ts";

/** The context of a laptop: receivers on loopback may be called. */
export function atHome(ctx: Context, options: Partial<HttpClientOptions> = {}): Context {
  const { now } = ctx;
  return {
    ...ctx,
    config: { ...ctx.config, allowPrivateAddresses: true },
    http: createHttpClient({ metrics: NO_METRICS, log: NO_LOG, now, allowPrivateAddresses: true, ...options }),
  };
}

export interface KeptQueue {
  ctx: Context;
  /** Takes what is to be seen by now. */
  due: () => string[];
  waiting: () => number;
  /** The same queue for another process, with a layer around its calls. */
  of: (other: Context, around?: AroundCall) => Context;
}

/** A queue that keeps what it is sent, with when it is to be seen. */
export function keptQueue(ctx: Context): KeptQueue {
  let messages: { id: string; at: number }[] = [];
  const keep = (id: Message[string] | undefined, delaySeconds = 0): Promise<void> => {
    messages.push({ id: String(id), at: ctx.now() + delaySeconds * 1000 });
    return Promise.resolve();
  };
  const of: KeptQueue["of"] = (other, around = passThrough) => ({
    ...other,
    queues: {
      ...other.queues,
      send: (_queue, message, { delaySeconds } = {}) =>
        around({ service: "sqs", operation: "SendMessage" }, () => keep(message["id"], delaySeconds)),
      sendAll: (_queue, all) =>
        around({ service: "sqs", operation: "SendMessageBatch" }, async () => {
          for (const message of all) await keep(message["id"]);
        }),
    },
  });
  return {
    ctx: of(ctx),
    of,
    waiting: () => messages.length,
    due() {
      const due = messages.filter(({ at }) => at <= ctx.now());
      messages = messages.filter(({ at }) => at > ctx.now());
      return due.map(({ id }) => id);
    },
  };
}

export const PLENTY = { remainingMs: () => 600_000, timeoutMs: 2_000 };

/** An event as the stream tells it. */
export function eventOf(ctx: Context, type = "order.placed", data: Record<string, unknown> = {}) {
  const write = outboxWrite(ctx, type, { id: "ord_1", channel: "shop", status: "pending", ...data });
  if (!("put" in write)) throw new Error("An event is a put");
  return { new: write.put as Item };
}

/** Hands events to their endpoints, as a process of the stream that remembers nothing would. */
export const fan = (ctx: Context, ...changes: { new: Item }[]) =>
  Outbound.fanOut(ctx, Outbound.createDirectories(ctx.now), changes);

/** Works what is due, and what that makes due, until there is none. Returns what could not be worked. */
export async function drain(ctx: Context, due: () => string[], options = PLENTY): Promise<Map<string, unknown>> {
  const failed = new Map<string, unknown>();
  for (let ids = due(); ids.length > 0; ids = due())
    for (const [id, error] of await Outbound.deliver(ctx, { ids }, options)) failed.set(id, error);
  return failed;
}

/** The agenda is of every organisation; what other tests left there is not this one's. */
export function onlyMine(ctx: Context): Context {
  const query: Context["table"]["query"] = async (input) => {
    const page = await ctx.table.query<Item>(input);
    if (!input.pk.startsWith("SCHEDULE#")) return page as never;
    const items = page.items.filter((item) => String(item["pk"]).startsWith(ctx.actor.organizationId));
    return { ...page, items } as never;
  };
  return { ...ctx, table: { ...ctx.table, query } };
}

export const sweep = (ctx: Context) => Outbound.wakeDueWebhooks(onlyMine(ctx), { until: Number.POSITIVE_INFINITY });

export async function allDeliveries(
  ctx: Context,
  filter: Record<string, unknown> = {},
): Promise<Outbound.DeliveryView[]> {
  const found: Outbound.DeliveryView[] = [];
  let cursor: string | undefined;
  do {
    const page = await Outbound.listDeliveries(ctx, { limit: 100, ...filter, ...(cursor ? { cursor } : {}) });
    found.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return found;
}
