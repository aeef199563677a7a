import * as Channels from "../../../core/channels/index.ts";
import { ChannelTaskAnswer, ChannelTaskWithOriginalAnswer, OrdersSyncAnswer } from "../answers/channels.ts";
import { pageOf } from "../pages.ts";
import { type Route, route } from "../route.ts";

const write = { permission: "orders.write", tag: "Channels" } as const;
const read = { permission: "orders.read", tag: "Channels" } as const;

export const channelRoutes: Route[] = [
  route({
    method: "put",
    path: "/v1/accounts/{id}/orders-sync",
    ...write,
    summary: "Have an account's orders read every so many minutes",
    description: "With `from` what has changed since then is read anew; no order is recorded twice.",
    body: Channels.PutOrdersSyncSchema,
    answer: OrdersSyncAnswer,
    errors: ["NOT_FOUND", "STATE_CONFLICT", "VERSION_CONFLICT"],
    example: { body: { everyMinutes: 5, affectsStock: true } },
    handle: (ctx, { params, body, expectedVersion }) =>
      Channels.putOrdersSync(ctx, { accountId: params.id, expectedVersion, input: body }),
  }),
  route({
    method: "get",
    path: "/v1/accounts/{id}/orders-sync",
    ...read,
    summary: "Read how far an account's orders have been read",
    answer: OrdersSyncAnswer,
    errors: ["NOT_FOUND"],
    handle: (ctx, { params }) => Channels.getOrdersSync(ctx, params.id),
  }),
  route({
    method: "post",
    path: "/v1/accounts/{id}/orders-sync/poll",
    ...write,
    summary: "Have an account's orders read now",
    body: Channels.PollOrdersSchema,
    answer: OrdersSyncAnswer,
    errors: ["NOT_FOUND", "STATE_CONFLICT"],
    handle: (ctx, { params, body }) => Channels.pollNow(ctx, { accountId: params.id, options: body }),
  }),
  route({
    method: "get",
    path: "/v1/channel-tasks",
    ...read,
    summary: "List what is not settled with a channel, and why",
    description:
      "Dispatches that a channel is still to be told of, or did not take; orders of a channel that could not be read. What failed where no `status` is given.",
    query: Channels.ListTasksSchema,
    answer: pageOf(ChannelTaskAnswer),
    handle: (ctx, { query }) => Channels.listTasks(ctx, query),
  }),
  route({
    method: "get",
    path: "/v1/channel-tasks/{id}",
    ...read,
    summary: "Read a channel task, with the order that could not be read",
    answer: ChannelTaskWithOriginalAnswer,
    errors: ["NOT_FOUND"],
    handle: (ctx, { params }) => Channels.getTask(ctx, params.id),
  }),
  route({
    method: "post",
    path: "/v1/channel-tasks/{id}/retry",
    ...write,
    summary: "Try a channel task again now",
    body: Channels.RetryTaskSchema,
    answer: ChannelTaskAnswer,
    errors: ["NOT_FOUND", "STATE_CONFLICT"],
    handle: (ctx, { params, body }) => Channels.retryTask(ctx, { id: params.id, options: body }),
  }),
];
