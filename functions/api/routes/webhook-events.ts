import * as Billing from "../../../core/billing/index.ts";
import * as Inbound from "../../../core/inbound/index.ts";
import {
  EXAMPLES,
  RecoveryAnswer,
  ReplayedAnswer,
  WebhookEventAnswer,
  WholeWebhookEventAnswer,
} from "../answers/webhooks.ts";
import { pageOf } from "../pages.ts";
import { type Route, route } from "../route.ts";

const read = { permission: "webhooks.read", tag: "Webhooks" } as const;
const write = { permission: "webhooks.write", tag: "Webhooks" } as const;

export const webhookEventRoutes: Route[] = [
  route({
    method: "get",
    path: "/v1/webhook-events",
    ...read,
    summary: "List the events that providers sent, newest first",
    description:
      "`status=failed` finds what was given up, `status=conflict` what came under the id of another. A page may be short while `nextCursor` says there is more to look through.",
    query: Inbound.ListEventsSchema,
    answer: pageOf(WebhookEventAnswer),
    example: { answer: EXAMPLES.events },
    handle: (ctx, { query }) => Inbound.listEvents(ctx, query),
  }),
  route({
    method: "get",
    path: "/v1/webhook-events/{id}",
    ...read,
    summary: "Read an event with its payload",
    answer: WholeWebhookEventAnswer,
    example: { answer: EXAMPLES.event },
    errors: ["NOT_FOUND"],
    handle: (ctx, { params }) => Inbound.getEvent(ctx, params.id),
  }),
  route({
    method: "post",
    path: "/v1/webhook-events/{id}/replay",
    ...write,
    summary: "Apply an event once more",
    description:
      "What failed, was ignored or is a conflict; what was processed only with `force`, since its effect is then applied again.",
    body: Inbound.ReplaySchema,
    status: 202,
    answer: WebhookEventAnswer,
    errors: ["NOT_FOUND", "STATE_CONFLICT"],
    example: { body: { force: false }, answer: EXAMPLES.replayed },
    handle: (ctx, { params, body }) => Inbound.replayEvent(ctx, { id: params.id, input: body }),
  }),
  route({
    method: "post",
    path: "/v1/webhook-events/replay",
    ...write,
    summary: "Apply the failed events of a time once more",
    description: "A thousand at most; `hasMore` says to ask again. What is set going is not failed any more.",
    body: Inbound.ReplayManySchema,
    status: 202,
    answer: ReplayedAnswer,
    example: {
      body: { from: "2026-11-20T00:00:00Z", to: "2026-11-21T00:00:00Z", provider: "stripe", status: "failed" },
      answer: { replayed: 12, hasMore: false },
    },
    handle: (ctx, { body }) => Inbound.replayEvents(ctx, body),
  }),
  route({
    method: "post",
    path: "/v1/webhook-events/recover",
    ...write,
    summary: "Fetch what Stripe could not deliver",
    description:
      "Of the instance's own account. It is done once a day in any case; asked for, it begins within a minute. What came before is not applied again.",
    status: 202,
    answer: RecoveryAnswer,
    errors: ["FEATURE_DISABLED"],
    example: { answer: { status: "requested", requestedAt: "2026-11-21T12:00:00.000Z" } },
    handle: (ctx) => Billing.requestRecovery(ctx),
  }),
  route({
    method: "get",
    path: "/v1/webhook-events/recovery",
    ...read,
    summary: "See when what Stripe could not deliver was fetched last",
    answer: RecoveryAnswer,
    errors: ["FEATURE_DISABLED"],
    handle: (ctx) => Billing.recoveryStatus(ctx),
  }),
];
