import * as Identity from "../../../core/identity/index.ts";
import { authExamples, SessionsAnswer } from "../answers/identity.ts";
import { signedIn } from "../cookies.ts";
import { type Route, route } from "../route.ts";

const tag = "Signing in";

export const sessionRoutes: Route[] = [
  route({
    method: "get",
    path: "/v1/auth/session",
    permission: "user",
    tag,
    summary: "Read the session: who, where, and the token for changes",
    answer: Identity.CurrentSessionSchema,
    example: authExamples.session,
    handle: (ctx) => Identity.readSession(ctx),
  }),
  route({
    method: "get",
    path: "/v1/auth/sessions",
    permission: "user",
    tag,
    summary: "List one's own open sessions, newest first",
    answer: SessionsAnswer,
    handle: (ctx) => Identity.listSessions(ctx),
  }),
  route({
    method: "delete",
    path: "/v1/auth/sessions/{id}",
    permission: "user",
    tag,
    summary: "End one of one's own sessions",
    description: "Effective within five seconds.",
    status: 204,
    handle: (ctx, { params }) => Identity.revokeSession(ctx, params.id),
  }),
  route({
    method: "post",
    path: "/v1/auth/switch-organization",
    permission: "user",
    tag,
    summary: "Go on in another of one's organisations",
    description: "Under a new cookie; the old one is over.",
    body: Identity.SwitchOrganizationSchema,
    answer: Identity.CurrentSessionSchema,
    errors: ["NOT_FOUND"],
    example: authExamples.switchOrganization,
    handle: async (ctx, { body }) => signedIn(await Identity.switchOrganization(ctx, body), ctx.now()),
  }),
  route({
    method: "get",
    path: "/v1/users/me",
    permission: "user",
    tag,
    summary: "Read one's own account, with one's organisations",
    answer: Identity.MeSchema,
    handle: (ctx) => Identity.readMe(ctx),
  }),
  route({
    method: "patch",
    path: "/v1/users/me",
    permission: "user",
    tag,
    summary: "Change one's own name",
    body: Identity.ChangeMeSchema,
    answer: Identity.MeSchema,
    example: { body: { name: "Mina Han" } },
    handle: (ctx, { body }) => Identity.changeMe(ctx, body),
  }),
  route({
    method: "delete",
    path: "/v1/users/me/providers/{provider}",
    permission: "user",
    tag,
    summary: "Take a provider from the ways in which one signs in",
    description:
      "One way in must stay: a password or another provider. It is linked again by signing in with it, while it vouches for the same address.",
    status: 204,
    errors: ["NOT_FOUND", "STATE_CONFLICT"],
    handle: (ctx, { params }) => Identity.unlinkProvider(ctx, params.provider),
  }),
];
