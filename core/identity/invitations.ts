import * as Organizations from "../organizations/index.ts";
import { type Context, requirePermission } from "../platform/context.ts";
import { AppError, ForbiddenError, ValidationError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { idempotent } from "../platform/idempotency.ts";
import { mailWrite } from "../platform/mail.ts";
import { parse } from "../platform/parse.ts";
import { newResource, type Page, PageSchema, revise } from "../platform/resources.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import {
  CreateInvitationSchema,
  type Invitation,
  INVITATION_MS,
  type InvitationFacts,
  type InvitationView,
  viewOf,
} from "./invitation.ts";
import { invitations } from "./invitation.store.ts";
import { invitationMail } from "./mails.ts";
import { findMember } from "./member.store.ts";
import { newOneTimeToken, tokenHash, tokenWrite, voidTokenWrite } from "./one-time-token.ts";
import { type CustomRoles, findRole, missingFor, type Role } from "./role.ts";
import { findCustomRoles, givenRoleWrites } from "./role.store.ts";
import { findAccountByEmail } from "./user.store.ts";

/**
 * Invites somebody by mail. Throws FORBIDDEN where the role allows what the actor may not, VALIDATION_ERROR for a role
 * that is not there, STATE_CONFLICT where they are a member already.
 */
export async function createInvitation(ctx: Context, input: unknown): Promise<InvitationView> {
  requirePermission(ctx, "members.manage");
  const data = parse(CreateInvitationSchema, input);
  return idempotent<InvitationView>(ctx, "identity.createInvitation", data, async (commit) => {
    const { custom } = await givableRole(ctx, data.role);
    const account = await findAccountByEmail(ctx, data.email);
    if (account && (await findMember(ctx, ctx.actor.organizationId, account.id)))
      throw new AppError("STATE_CONFLICT", "This person is a member already", { field: "email" });
    const { id: organizationId, name, currency } = await Organizations.getOrganization(ctx);
    const token = newOneTimeToken();
    const invitation: Invitation = {
      ...newResource(ctx, "invitation"),
      email: data.email,
      roleId: data.role,
      status: "pending",
      invitedBy: ctx.actor.id,
      endsAt: new Date(ctx.now() + INVITATION_MS).toISOString(),
      tokenHash: tokenHash(token),
    };
    const { id, email } = invitation;
    const facts: InvitationFacts = { invitationId: id, organizationId, organizationName: name, currency, email };
    const writes = [
      invitations.createWrite(ctx, invitation),
      tokenWrite(ctx, "invite", token, facts, INVITATION_MS),
      ...givenRoleWrites(organizationId, custom, data.role),
      mailWrite(ctx, invitationMail(ctx.config, { to: email, organization: name, token })),
      outboxWrite(ctx, "invitation.created", { invitationId: id, email, role: data.role }),
    ];
    return commit(writes, viewOf(invitation, ctx.now()));
  });
}

/** Newest first, those that are over included. */
export async function listInvitations(ctx: Context, input: unknown): Promise<Page<InvitationView>> {
  requirePermission(ctx, "members.manage");
  const { items, ...rest } = await invitations.list(ctx, parse(PageSchema, input));
  return { items: items.map((invitation) => viewOf(invitation, ctx.now())), ...rest };
}

/** Takes an invitation back. Again changes nothing. Throws NOT_FOUND; STATE_CONFLICT where it was accepted. */
export async function revokeInvitation(ctx: Context, id: string): Promise<InvitationView> {
  requirePermission(ctx, "members.manage");
  const invitation = await invitations.get(ctx, id);
  if (invitation.status === "revoked") return viewOf(invitation, ctx.now());
  if (invitation.status === "accepted") throw accepted(id);
  const revoked = revise(ctx, "Invitation", invitation, { status: "revoked" });
  try {
    await ctx.table.transact([
      invitations.replaceWrite(ctx, revoked),
      voidTokenWrite(invitation.tokenHash),
      outboxWrite(ctx, "invitation.revoked", { invitationId: id, email: invitation.email }),
    ]);
  } catch (error) {
    if (!(error instanceof TransactionCanceled && error.failedAt(0))) throw error;
    const now = await invitations.get(ctx, id);
    if (now.status !== "revoked") throw accepted(id);
    return viewOf(now, ctx.now());
  }
  return viewOf(revoked, ctx.now());
}

/** A role that the actor may give. Throws VALIDATION_ERROR where there is none, FORBIDDEN where it allows too much. */
export async function givableRole(ctx: Context, id: string): Promise<{ role: Role; custom: CustomRoles }> {
  const custom = await findCustomRoles(ctx, ctx.actor.organizationId);
  const role = findRole(custom, id);
  if (!role) throw new ValidationError([{ path: "role", code: "unknown_role", message: "there is no such role" }]);
  const missing = missingFor(role, ctx.actor.permissions);
  if (missing) throw new ForbiddenError(missing);
  return { role, custom };
}

function accepted(id: string): AppError {
  return new AppError("STATE_CONFLICT", "The invitation was accepted: remove the member instead", { details: { id } });
}
