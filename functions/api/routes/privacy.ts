import { PageSchema } from "../../../core/platform/resources.ts";
import * as Privacy from "../../../core/privacy/index.ts";
import { EXAMPLES, PersonalExportAnswer, PrivacyRequestAnswer } from "../answers/privacy.ts";
import { pageOf } from "../pages.ts";
import { type Route, route } from "../route.ts";

const owners = { permission: "organization.manage", tag: "Privacy" } as const;

export const privacyRoutes: Route[] = [
  route({
    method: "post",
    path: "/v1/privacy-requests",
    ...owners,
    summary: "Note that somebody wants their data, or wants it erased",
    description:
      "By e-mail address, or by a channel's id of them. An erasure begins within a minute: orders keep amounts, goods and history, and lose all that is about their buyer; a member loses their account.",
    body: Privacy.CreateRequestSchema,
    status: 201,
    answer: PrivacyRequestAnswer,
    example: EXAMPLES.create,
    handle: (ctx, { body }) => Privacy.createRequest(ctx, body),
  }),
  route({
    method: "get",
    path: "/v1/privacy-requests",
    ...owners,
    summary: "List what people have asked for, newest first",
    description: "Those that Shopify and eBay passed on are among them.",
    query: PageSchema,
    answer: pageOf(PrivacyRequestAnswer),
    handle: (ctx, { query }) => Privacy.listRequests(ctx, query),
  }),
  route({
    method: "get",
    path: "/v1/privacy-requests/{id}",
    ...owners,
    summary: "Read a request",
    answer: PrivacyRequestAnswer,
    errors: ["NOT_FOUND"],
    handle: (ctx, { params }) => Privacy.getRequest(ctx, params.id),
  }),
  route({
    method: "get",
    path: "/v1/privacy-requests/{id}/export",
    ...owners,
    summary: "Read all that is kept of the person of a request",
    description: "Each export is in the audit log.",
    query: Privacy.ExportSchema,
    answer: PersonalExportAnswer,
    errors: ["NOT_FOUND", "STATE_CONFLICT"],
    handle: (ctx, { params, query }) => Privacy.exportPerson(ctx, { id: params.id, page: query }),
  }),
  route({
    method: "post",
    path: "/v1/privacy-requests/{id}/close",
    ...owners,
    summary: "Say what was done about a request",
    description: "It is done then, also where something of an erasure was still to be erased.",
    body: Privacy.CloseRequestSchema,
    answer: PrivacyRequestAnswer,
    errors: ["NOT_FOUND", "STATE_CONFLICT"],
    example: EXAMPLES.close,
    handle: (ctx, { params, body }) => Privacy.closeRequest(ctx, { id: params.id, input: body }),
  }),
];
