import * as Outbound from "../../../core/outbound/index.ts";
import type { ErrorCode } from "../../../core/platform/errors.ts";
import { PageSchema } from "../../../core/platform/resources.ts";
import {
  DeliveryAnswer,
  EndpointAnswer,
  EndpointWithSecretAnswer,
  EventTypesAnswer,
  WebhookReplayAnswer,
} from "../answers/webhook-endpoints.ts";
import { pageOf } from "../pages.ts";
import { type Route, route } from "../route.ts";

const write = { permission: "webhooks.write", tag: "Webhooks" } as const;
const read = { permission: "webhooks.read", tag: "Webhooks" } as const;
const errors: ErrorCode[] = ["NOT_FOUND", "STATE_CONFLICT", "VERSION_CONFLICT"];

export const webhookEndpointRoutes: Route[] = [
  route({
    method: "get",
    path: "/v1/event-types",
    ...read,
    summary: "List the types of events, each with an example",
    answer: EventTypesAnswer,
    handle: (ctx) => Outbound.listEventTypes(ctx),
  }),
  route({
    method: "post",
    path: "/v1/webhook-endpoints",
    ...write,
    summary: "Have events sent to a URL",
    description: "Signed as Standard Webhooks has it. The secret is shown in this answer only.",
    body: Outbound.CreateEndpointSchema,
    status: 201,
    answer: EndpointWithSecretAnswer,
    errors: ["STATE_CONFLICT"],
    example: {
      body: {
        url: "https://shop.example.com/hooks/stockwright",
        eventTypes: ["order.*", "stock.adjusted"],
        throttlePerSecond: 20,
      },
    },
    handle: (ctx, { body }) => Outbound.createEndpoint(ctx, body),
  }),
  route({
    method: "get",
    path: "/v1/webhook-endpoints",
    ...read,
    summary: "List webhook endpoints, newest first",
    query: PageSchema,
    answer: pageOf(EndpointAnswer),
    handle: (ctx, { query }) => Outbound.listEndpoints(ctx, query),
  }),
  route({
    method: "get",
    path: "/v1/webhook-endpoints/{id}",
    ...read,
    summary: "Read a webhook endpoint, and why it is disabled",
    answer: EndpointAnswer,
    errors: ["NOT_FOUND"],
    handle: (ctx, { params }) => Outbound.getEndpoint(ctx, params.id),
  }),
  route({
    method: "patch",
    path: "/v1/webhook-endpoints/{id}",
    ...write,
    summary: "Change, disable or enable a webhook endpoint",
    description: "What is left out stays; null removes. Enabled again it forgets its failures.",
    body: Outbound.UpdateEndpointSchema,
    answer: EndpointAnswer,
    errors,
    example: { body: { eventTypes: ["order.*"], status: "enabled" } },
    handle: (ctx, { params, body, expectedVersion }) =>
      Outbound.updateEndpoint(ctx, { id: params.id, expectedVersion, changes: body }),
  }),
  route({
    method: "delete",
    path: "/v1/webhook-endpoints/{id}",
    ...write,
    summary: "Remove a webhook endpoint; what waits for it is not sent",
    status: 204,
    errors,
    handle: (ctx, { params, expectedVersion }) => Outbound.deleteEndpoint(ctx, { id: params.id, expectedVersion }),
  }),
  route({
    method: "post",
    path: "/v1/webhook-endpoints/{id}/rotate-secret",
    ...write,
    summary: "Make a new signing secret",
    description: "For 24 hours deliveries are signed with the former one as well.",
    body: Outbound.BareSchema,
    answer: EndpointWithSecretAnswer,
    errors: ["NOT_FOUND", "VERSION_CONFLICT"],
    handle: (ctx, { params, body, expectedVersion }) =>
      Outbound.rotateSecret(ctx, { id: params.id, expectedVersion, input: body }),
  }),
  route({
    method: "post",
    path: "/v1/webhook-endpoints/{id}/test",
    ...write,
    summary: "Send an example of an event",
    body: Outbound.TestSchema,
    status: 202,
    answer: DeliveryAnswer,
    errors: ["NOT_FOUND", "STATE_CONFLICT"],
    example: { body: { eventType: "order.placed" } },
    handle: (ctx, { params, body }) => Outbound.testEndpoint(ctx, { id: params.id, input: body }),
  }),
  route({
    method: "post",
    path: "/v1/webhook-endpoints/{id}/replay",
    ...write,
    summary: "Send again what did not arrive since a time",
    body: Outbound.ReplaySinceSchema,
    status: 202,
    answer: WebhookReplayAnswer,
    errors: ["NOT_FOUND", "STATE_CONFLICT"],
    example: { body: { since: "2026-11-20T00:00:00Z" } },
    handle: (ctx, { params, body }) => Outbound.replaySince(ctx, { id: params.id, input: body }),
  }),
];
