import * as Accounts from "../../../core/accounts/index.ts";
import { PageSchema } from "../../../core/platform/resources.ts";
import { AccountAnswer, AuthorizationAnswer, ConnectorsAnswer, QuotaAnswer } from "../answers/accounts.ts";
import { authorizing } from "../cookies.ts";
import { pageOf } from "../pages.ts";
import { type Route, route } from "../route.ts";

const tag = "Accounts";
const read = { permission: "accounts.read", tag, answer: AccountAnswer } as const;
const write = { permission: "accounts.write", tag, answer: AccountAnswer } as const;

export const accountRoutes: Route[] = [
  route({
    method: "get",
    path: "/v1/connectors",
    ...read,
    summary: "List whom accounts can be connected to, and what each asks for",
    answer: ConnectorsAnswer,
    handle: (ctx) => Accounts.listConnectors(ctx),
  }),
  route({
    method: "post",
    path: "/v1/accounts",
    ...write,
    summary: "Connect an account at a supplier or a channel",
    description:
      "`GET /v1/connectors` names the credentials and settings of each provider. Credentials are kept encrypted and are in no answer. The first account of a provider becomes its default. Where somebody must consent, go on with `POST /v1/accounts/{id}/authorize`.",
    body: Accounts.CreateAccountSchema,
    status: 201,
    errors: ["NAME_EXISTS", "STATE_CONFLICT"],
    example: {
      body: {
        provider: "ownerclan",
        name: "Wholesale",
        credentials: { username: "demo-seller", password: "the seller's password" },
      },
    },
    handle: (ctx, { body }) => Accounts.createAccount(ctx, body),
  }),
  route({
    method: "get",
    path: "/v1/accounts",
    ...read,
    summary: "List accounts, newest first",
    query: PageSchema,
    answer: pageOf(AccountAnswer),
    handle: (ctx, { query }) => Accounts.listAccounts(ctx, query),
  }),
  route({
    method: "get",
    path: "/v1/accounts/{id}",
    ...read,
    summary: "Read an account",
    errors: ["NOT_FOUND"],
    handle: (ctx, { params }) => Accounts.getAccount(ctx, params.id),
  }),
  route({
    method: "patch",
    path: "/v1/accounts/{id}",
    ...write,
    summary: "Rename, pause or resume an account, or give it other credentials",
    description: "Other credentials end the token that was got with those until now.",
    body: Accounts.UpdateAccountSchema,
    errors: ["NOT_FOUND", "VERSION_CONFLICT", "NAME_EXISTS", "STATE_CONFLICT"],
    example: { body: { status: "paused" } },
    handle: (ctx, { params, body, expectedVersion }) =>
      Accounts.updateAccount(ctx, { id: params.id, expectedVersion, changes: body }),
  }),
  route({
    method: "delete",
    path: "/v1/accounts/{id}",
    permission: "accounts.write",
    tag,
    summary: "Disconnect an account: its credentials are destroyed",
    description: "The record stays, as `disconnected`, for what names it.",
    status: 204,
    errors: ["NOT_FOUND"],
    handle: (ctx, { params }) => Accounts.disconnectAccount(ctx, params.id),
  }),
  route({
    method: "post",
    path: "/v1/accounts/{id}/check",
    ...write,
    summary: "Have an account checked: within a minute `lastCheck` says how it went",
    status: 202,
    errors: ["NOT_FOUND", "STATE_CONFLICT"],
    handle: (ctx, { params }) => Accounts.requestCheck(ctx, params.id),
  }),
  route({
    method: "post",
    path: "/v1/accounts/{id}/authorize",
    ...write,
    summary: "Begin the consent of an account's owner",
    description:
      "Send the owner's browser to the answered `url` within ten minutes; it is good once. With a session it must be the browser that got this answer, since a cookie ties the two.",
    answer: AuthorizationAnswer,
    errors: ["NOT_FOUND", "STATE_CONFLICT"],
    handle: async (ctx, { params }) => authorizing(await Accounts.authorizeAccount(ctx, params.id)),
  }),
  route({
    method: "get",
    path: Accounts.CALLBACK_PATH,
    permission: "public",
    tag,
    summary: "Come back from a provider with its owner's consent",
    description: "Where the provider sends the browser, once. The code becomes the account's token.",
    query: Accounts.AuthorizedQuerySchema,
    answer: AccountAnswer,
    errors: ["UNAUTHENTICATED", "STATE_CONFLICT", "DEPENDENCY_UNAVAILABLE"],
    serve: (guest, { params, query }) => Accounts.finishAuthorization(guest, params.provider, query),
  }),
  route({
    method: "get",
    path: "/v1/accounts/{id}/quota",
    ...read,
    summary: "Read what an account has used of its provider's limits, and when they would be used up",
    answer: QuotaAnswer,
    errors: ["NOT_FOUND"],
    handle: (ctx, { params }) => Accounts.getQuota(ctx, params.id),
  }),
];
