import * as Outbound from "../../../core/outbound/index.ts";
import { DeliveryAnswer, DeliveryDetailsAnswer } from "../answers/webhook-endpoints.ts";
import { pageOf } from "../pages.ts";
import { type Route, route } from "../route.ts";

export const webhookDeliveryRoutes: Route[] = [
  route({
    method: "get",
    path: "/v1/webhook-deliveries",
    permission: "webhooks.read",
    tag: "Webhooks",
    summary: "List deliveries to webhook endpoints, newest event first",
    description: "A page may be short while `nextCursor` says there is more to look through. Kept for thirty days.",
    query: Outbound.ListDeliveriesSchema,
    answer: pageOf(DeliveryAnswer),
    handle: (ctx, { query }) => Outbound.listDeliveries(ctx, query),
  }),
  route({
    method: "get",
    path: "/v1/webhook-deliveries/{id}",
    permission: "webhooks.read",
    tag: "Webhooks",
    summary: "Read a delivery: what is sent, and every attempt with its answer",
    answer: DeliveryDetailsAnswer,
    errors: ["NOT_FOUND"],
    handle: (ctx, { params }) => Outbound.getDelivery(ctx, params.id),
  }),
  route({
    method: "post",
    path: "/v1/webhook-deliveries/{id}/replay",
    permission: "webhooks.write",
    tag: "Webhooks",
    summary: "Send a delivery again, with the same webhook-id",
    body: Outbound.BareSchema,
    status: 202,
    answer: DeliveryAnswer,
    errors: ["NOT_FOUND", "STATE_CONFLICT"],
    handle: (ctx, { params, body }) => Outbound.replayDelivery(ctx, { id: params.id, input: body }),
  }),
];
