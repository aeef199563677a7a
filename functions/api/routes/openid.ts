import * as Identity from "../../../core/identity/index.ts";
import { DepartureAnswer, ProvidersAnswer } from "../answers/identity.ts";
import { departing, returned } from "../cookies.ts";
import { type Route, route } from "../route.ts";

const tag = "Signing in";

export const openIdRoutes: Route[] = [
  route({
    method: "get",
    path: "/v1/auth/oidc",
    permission: "public",
    tag,
    summary: "List the providers with whom one can sign in",
    answer: ProvidersAnswer,
    serve: async (guest) => Identity.listProviders(guest),
  }),
  route({
    method: "post",
    path: "/v1/auth/oidc/{provider}",
    permission: "public",
    tag,
    summary: "Begin to sign in with a provider (OpenID Connect)",
    description:
      "Send the browser to the answered `url` within ten minutes. It must be the browser that got this answer, since a cookie ties the two. Somebody without an account names an organisation to begin, or an invitation.",
    body: Identity.StartOpenIdSchema,
    answer: DepartureAnswer,
    errors: ["DEPENDENCY_UNAVAILABLE"],
    example: { body: { returnTo: "/orders" } },
    serve: async (guest, { params, body }) => departing(await Identity.startOpenId(guest, params.provider, body)),
  }),
  route({
    method: "get",
    path: "/v1/auth/oidc/{provider}/callback",
    permission: "public",
    tag,
    summary: "Come back from a provider: the session begins",
    description: "Where the provider sends the browser, once. Goes on to `returnTo`, always on our own site.",
    status: 302,
    errors: ["UNAUTHENTICATED", "FORBIDDEN", "STATE_CONFLICT", "FEATURE_DISABLED", "DEPENDENCY_UNAVAILABLE"],
    serve: async (guest, { params, query }) =>
      returned(await Identity.finishOpenId(guest, params.provider, query), guest.now()),
  }),
];
