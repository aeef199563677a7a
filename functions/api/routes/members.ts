import * as Identity from "../../../core/identity/index.ts";
import { PageSchema } from "../../../core/platform/resources.ts";
import { JoinedAnswer, memberExamples, RolesAnswer } from "../answers/identity.ts";
import { pageOf } from "../pages.ts";
import { type Route, route } from "../route.ts";

const tag = "Members";
const permission = "members.manage";
const REACH = "Nobody gives, changes or takes what they may not do themselves.";

export const memberRoutes: Route[] = [
  route({
    method: "get",
    path: "/v1/organization/members",
    permission,
    tag,
    summary: "List members, newest first",
    query: PageSchema,
    answer: pageOf(Identity.MemberSchema),
    handle: (ctx, { query }) => Identity.listMembers(ctx, query),
  }),
  route({
    method: "patch",
    path: "/v1/organization/members/{id}",
    permission,
    tag,
    summary: "Give a member another role",
    description: `Ends their sessions here. ${REACH} One owner stays.`,
    body: Identity.ChangeMemberSchema,
    answer: Identity.MemberSchema,
    errors: ["STATE_CONFLICT", "VERSION_CONFLICT"],
    example: memberExamples.change,
    handle: (ctx, { params, body, expectedVersion }) => Identity.changeMember(ctx, params.id, body, expectedVersion),
  }),
  route({
    method: "delete",
    path: "/v1/organization/members/{id}",
    permission,
    tag,
    summary: "Take a member out",
    description: `Effective within five seconds. ${REACH} One owner stays.`,
    status: 204,
    errors: ["STATE_CONFLICT"],
    handle: (ctx, { params }) => Identity.removeMember(ctx, params.id),
  }),
];

export const invitationRoutes: Route[] = [
  route({
    method: "post",
    path: "/v1/invitations",
    permission,
    tag,
    summary: "Invite somebody by mail",
    description: `Good for seven days. ${REACH}`,
    body: Identity.CreateInvitationSchema,
    status: 201,
    answer: Identity.InvitationSchema,
    errors: ["STATE_CONFLICT"],
    example: memberExamples.invite,
    handle: (ctx, { body }) => Identity.createInvitation(ctx, body),
  }),
  route({
    method: "get",
    path: "/v1/invitations",
    permission,
    tag,
    summary: "List invitations, newest first",
    query: PageSchema,
    answer: pageOf(Identity.InvitationSchema),
    handle: (ctx, { query }) => Identity.listInvitations(ctx, query),
  }),
  route({
    method: "delete",
    path: "/v1/invitations/{id}",
    permission,
    tag,
    summary: "Take an invitation back",
    answer: Identity.InvitationSchema,
    errors: ["STATE_CONFLICT"],
    handle: (ctx, { params }) => Identity.revokeInvitation(ctx, params.id),
  }),
  route({
    method: "post",
    path: "/v1/invitations/accept",
    permission: "user",
    tag,
    summary: "Accept an invitation, signed in",
    description: "Then switch to the organisation. Who has no account yet registers with the token.",
    body: Identity.AcceptInvitationSchema,
    answer: JoinedAnswer,
    errors: ["STATE_CONFLICT"],
    handle: (ctx, { body }) => Identity.acceptInvitation(ctx, body),
  }),
];

export const roleRoutes: Route[] = [
  route({
    method: "get",
    path: "/v1/roles",
    permission,
    tag,
    summary: "List roles: the built-in ones and one's own",
    answer: RolesAnswer,
    handle: (ctx) => Identity.listRoles(ctx),
  }),
  route({
    method: "post",
    path: "/v1/roles",
    permission,
    tag,
    summary: "Make a role of permissions",
    description: REACH,
    body: Identity.CreateRoleSchema,
    status: 201,
    answer: Identity.RoleSchema,
    errors: ["NAME_EXISTS", "STATE_CONFLICT"],
    example: memberExamples.role,
    handle: (ctx, { body }) => Identity.createRole(ctx, body),
  }),
  route({
    method: "patch",
    path: "/v1/roles/{id}",
    permission,
    tag,
    summary: "Change what a role allows, or its name",
    description: `For everybody who has it, within five seconds. ${REACH}`,
    body: Identity.ChangeRoleSchema,
    answer: Identity.RoleSchema,
    errors: ["NAME_EXISTS", "STATE_CONFLICT"],
    example: memberExamples.role,
    handle: (ctx, { params, body }) => Identity.changeRole(ctx, params.id, body),
  }),
  route({
    method: "delete",
    path: "/v1/roles/{id}",
    permission,
    tag,
    summary: "Delete a role that nobody has",
    status: 204,
    errors: ["STATE_CONFLICT"],
    handle: (ctx, { params }) => Identity.deleteRole(ctx, params.id),
  }),
];
