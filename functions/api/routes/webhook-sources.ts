import * as Inbound from "../../../core/inbound/index.ts";
import { WebhookSourceAnswer } from "../answers/webhooks.ts";
import { pageOf } from "../pages.ts";
import { PageSchema } from "../../../core/platform/resources.ts";
import { type Route, route } from "../route.ts";

const read = { permission: "webhooks.read", tag: "Webhooks", answer: WebhookSourceAnswer } as const;
const write = { permission: "webhooks.write", tag: "Webhooks", answer: WebhookSourceAnswer } as const;

export const webhookSourceRoutes: Route[] = [
  route({
    method: "post",
    path: "/v1/webhook-sources",
    ...write,
    summary: "Open an address for a provider's webhooks",
    description:
      "The answer's `path` is where the provider sends to. Secrets are kept encrypted and are in no answer. `generic` takes Standard Webhooks signatures.",
    body: Inbound.CreateSourceSchema,
    status: 201,
    example: { body: { provider: "shopify", name: "The shop", secret: "shpss_0123456789abcdef0123456789abcdef" } },
    handle: (ctx, { body }) => Inbound.createSource(ctx, body),
  }),
  route({
    method: "get",
    path: "/v1/webhook-sources",
    ...read,
    summary: "List the addresses, newest first",
    query: PageSchema,
    answer: pageOf(WebhookSourceAnswer),
    handle: (ctx, { query }) => Inbound.listSources(ctx, query),
  }),
  route({
    method: "get",
    path: "/v1/webhook-sources/{id}",
    ...read,
    summary: "Read an address",
    errors: ["NOT_FOUND"],
    handle: (ctx, { params }) => Inbound.getSource(ctx, params.id),
  }),
  route({
    method: "patch",
    path: "/v1/webhook-sources/{id}",
    ...write,
    summary: "Rename an address, or say under which URL eBay knows it",
    body: Inbound.UpdateSourceSchema,
    errors: ["NOT_FOUND", "VERSION_CONFLICT"],
    example: { body: { name: "The shop in Seoul" } },
    handle: (ctx, { params, body, expectedVersion }) =>
      Inbound.updateSource(ctx, { id: params.id, expectedVersion, changes: body }),
  }),
  route({
    method: "post",
    path: "/v1/webhook-sources/{id}/roll-secret",
    ...write,
    summary: "Put a new secret into use, beside the one until now for a while",
    body: Inbound.RollSecretSchema,
    errors: ["NOT_FOUND", "VERSION_CONFLICT"],
    example: { body: { secret: "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", overlapHours: 24 } },
    handle: (ctx, { params, body }) => Inbound.rollSecret(ctx, { id: params.id, input: body }),
  }),
  route({
    method: "delete",
    path: "/v1/webhook-sources/{id}",
    permission: "webhooks.write",
    tag: "Webhooks",
    summary: "Close an address; what came by it stays",
    status: 204,
    errors: ["NOT_FOUND"],
    handle: (ctx, { params }) => Inbound.deleteSource(ctx, params.id),
  }),
];
