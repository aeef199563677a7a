import * as z from "zod";
import { type Context, type Guest, timestamp } from "../platform/context.ts";
import { AppError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { parse } from "../platform/parse.ts";
import { revise } from "../platform/resources.ts";
import type { Write } from "../platform/table.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { contextOfUser } from "./begin-session.ts";
import type { Invitation, InvitationFacts } from "./invitation.ts";
import { invitations } from "./invitation.store.ts";
import type { Member } from "./member.ts";
import { joinWrites, type Membership } from "./member.store.ts";
import { badToken, findToken, TokenSchema, useTokenWrite } from "./one-time-token.ts";
import { findRole } from "./role.ts";
import { findCustomRoles, givenRoleWrites } from "./role.store.ts";
import { own } from "./sessions.ts";
import type { Account } from "./user.ts";

export const AcceptInvitationSchema = z.lazy(() => z.object({ token: TokenSchema }).strict());

/** What joining by an invitation writes, and where it leads. */
export interface Joining {
  membership: Membership;
  member: Member;
  permissions: string[];
  writes: Write[];
}

/**
 * Makes the signed-in person a member of one more organisation. Throws VALIDATION_ERROR for a token that is not good any
 * more, FORBIDDEN where it was sent to another address, STATE_CONFLICT where they are a member already.
 */
export async function acceptInvitation(ctx: Context, input: unknown): Promise<{ organizationId: string }> {
  const { token } = parse(AcceptInvitationSchema, input);
  const { account } = await own(ctx);
  return { organizationId: await acceptFor({ ...ctx, client: {} }, account, token) };
}

/** The same for somebody whose password or provider has just proven who they are. Returns the organisation's id. */
export async function acceptFor(guest: Guest, account: Account, token: string): Promise<OrganizationId> {
  const facts = await findInvitation(guest, token);
  if (facts.email !== account.email)
    throw new AppError("FORBIDDEN", "The invitation was sent to another address than that of your account");
  const joining = await joiningOf(guest, account.id, token, facts);
  await committed(guest.table.transact(joining.writes));
  return facts.organizationId;
}

export async function findInvitation(guest: Guest, token: string): Promise<InvitationFacts> {
  const facts = await findToken<InvitationFacts>(guest, "invite", token);
  if (!facts) throw badToken();
  return facts;
}

/** Writes 0 to 2 are the token, the invitation and the member: `committed` reads by them who was quicker. */
export async function joiningOf(guest: Guest, userId: string, token: string, facts: InvitationFacts): Promise<Joining> {
  const { organizationId, organizationName, currency, invitationId } = facts;
  const ctx = contextOfUser(guest, userId, { organizationId, currency });
  const [invitation, custom] = await Promise.all([
    invitations.find(ctx, invitationId),
    findCustomRoles(guest, organizationId),
  ]);
  if (invitation?.status !== "pending") throw badToken();
  const at = timestamp(guest);
  const { roleId } = invitation;
  const member = { id: userId, roleId, currency, epoch: 0, version: 1, createdAt: at, updatedAt: at };
  const done: Invitation = revise<Invitation>(ctx, "Invitation", invitation, { status: "accepted" });
  const writes = [
    useTokenWrite(token),
    invitations.replaceWrite(ctx, done),
    ...joinWrites(ctx, member, organizationName),
    ...givenRoleWrites(organizationId, custom, roleId),
    outboxWrite(ctx, "member.joined", { userId, role: roleId, invitationId }),
  ];
  const permissions = [...(findRole(custom, roleId)?.permissions ?? [])];
  return { membership: { organizationId, organizationName, currency }, member, permissions, writes };
}

/** The transaction of a joining, whose losers learn why. */
export async function committed(writing: Promise<void>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    if (!(error instanceof TransactionCanceled)) throw error;
    if (error.failedAt(2)) throw new AppError("STATE_CONFLICT", "You are a member already", { cause: error });
    throw badToken();
  }
}
