import * as Organizations from "../../../core/organizations/index.ts";
import { PageSchema } from "../../../core/platform/resources.ts";
import { pageOf } from "../pages.ts";
import { type Route, route } from "../route.ts";

const tag = "API keys";

export const apiKeyRoutes: Route[] = [
  route({
    method: "post",
    path: "/v1/api-keys",
    permission: "keys.manage",
    tag,
    summary: "Create an API key",
    description: "The answer is the only one that shows the secret. A key cannot be allowed more than its maker.",
    body: Organizations.CreateApiKeySchema,
    status: 201,
    answer: Organizations.NewApiKeySchema,
    handle: (ctx, { body }) => Organizations.createApiKey(ctx, body),
  }),
  route({
    method: "get",
    path: "/v1/api-keys",
    permission: "keys.manage",
    tag,
    summary: "List API keys, newest first",
    query: PageSchema,
    answer: pageOf(Organizations.ApiKeySchema),
    handle: (ctx, { query }) => Organizations.listApiKeys(ctx, query),
  }),
  route({
    method: "post",
    path: "/v1/api-keys/{id}/rotate",
    permission: "keys.manage",
    tag,
    summary: "Give an API key a new secret",
    description:
      "The answer is the only one that shows it. The old secret is accepted until the overlap ends; a second rotation ends an earlier overlap at once.",
    body: Organizations.RotateApiKeySchema,
    answer: Organizations.NewApiKeySchema,
    errors: ["STATE_CONFLICT"],
    example: { body: { overlapSeconds: 3600 } },
    handle: (ctx, { params, body }) => Organizations.rotateApiKey(ctx, params.id, body),
  }),
  route({
    method: "delete",
    path: "/v1/api-keys/{id}",
    permission: "keys.manage",
    tag,
    summary: "Revoke an API key",
    description: "Effective within five seconds. Repeating it changes nothing. A key cannot revoke itself.",
    answer: Organizations.ApiKeySchema,
    errors: ["NOT_FOUND", "STATE_CONFLICT"],
    handle: (ctx, { params }) => Organizations.revokeApiKey(ctx, params.id),
  }),
];
