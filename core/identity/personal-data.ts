import { type Context, requirePermission } from "../platform/context.ts";
import { outboxWrite } from "../platform/events.ts";
import { revise } from "../platform/resources.ts";
import type { Invitation } from "./invitation.ts";
import { invitations } from "./invitation.store.ts";
import { findMember, membershipsOf } from "./member.store.ts";
import { removeMember } from "./members.ts";
import { voidTokenWrite } from "./one-time-token.ts";
import { linksOf, unlinkWrites } from "./openid/identity.store.ts";
import { sessionKey, sessionsOf } from "./session.store.ts";
import { findAccount, findAccountByEmail, forgetAccountWrites } from "./user.store.ts";

/** What stands where an address was. */
export const ERASED = "[erased]";

/** All that is kept here of somebody who works, worked or was asked to work in the organisation. */
export interface PersonalData {
  account?: { id: string; email: string; name: string; createdAt: string; role: string; providers: string[] };
  sessions: { id: string; createdAt: string; lastSeenAt: string; address?: string; userAgent?: string }[];
  invitations: { id: string; email: string; role: string; status: string; createdAt: string }[];
}

/** The id of the member who has this address. */
export async function findMemberId(ctx: Context, email: string): Promise<string | undefined> {
  requirePermission(ctx, "organization.manage");
  const account = await findAccountByEmail(ctx, email);
  const member = account && (await findMember(ctx, ctx.actor.organizationId, account.id));
  return member && account.id;
}

/** What the organisation may know of them: of their account only while they are a member, of their sessions those here. */
export async function personalDataOf(ctx: Context, email: string): Promise<PersonalData> {
  requirePermission(ctx, "organization.manage");
  const { organizationId } = ctx.actor;
  const sent: PersonalData["invitations"] = [];
  for await (const { id, roleId: role, status, createdAt } of invitationsTo(ctx, email))
    sent.push({ id, email, role, status, createdAt });
  const account = await findAccountByEmail(ctx, email);
  const member = account && (await findMember(ctx, organizationId, account.id));
  if (!account || !member) return { sessions: [], invitations: sent };
  const [links, sessions] = await Promise.all([linksOf(ctx, account.id), sessionsOf(ctx, account.id)]);
  const { id, name, createdAt } = account;
  return {
    account: { id, email, name, createdAt, role: member.roleId, providers: links.map(({ provider }) => provider) },
    sessions: sessions
      .filter((session) => session.organizationId === organizationId)
      .map((session) => ({
        id: session.id,
        createdAt: session.createdAt,
        lastSeenAt: session.lastSeenAt,
        ...(session.address === undefined ? {} : { address: session.address }),
        ...(session.userAgent === undefined ? {} : { userAgent: session.userAgent }),
      })),
    invitations: sent,
  };
}

async function* invitationsTo(ctx: Context, email: string): AsyncGenerator<Invitation> {
  let cursor: string | undefined;
  do {
    const page = await invitations.list(ctx, { limit: 100, cursor });
    for (const invitation of page.items) if (invitation.email === email) yield invitation;
    cursor = page.nextCursor;
  } while (cursor !== undefined);
}

/** Takes the address out of every invitation to it; one that was open is taken back. Again it finds none. */
export async function eraseInvitations(ctx: Context, email: string): Promise<void> {
  requirePermission(ctx, "organization.manage");
  for await (const invitation of invitationsTo(ctx, email)) {
    const isOpen = invitation.status === "pending";
    const status = isOpen ? "revoked" : invitation.status;
    const erased = revise(ctx, "Invitation", invitation, { email: ERASED, status });
    await ctx.table.transact([
      invitations.replaceWrite(ctx, erased),
      voidTokenWrite(invitation.tokenHash),
      ...(isOpen ? [outboxWrite(ctx, "invitation.revoked", { invitationId: invitation.id })] : []),
    ]);
  }
}

/**
 * Takes a member out and, where they work nowhere else, erases the account with its sessions, links and address. Begun
 * again after a crash it goes on. Returns what became of the account; throws STATE_CONFLICT for the last owner.
 */
export async function eraseMember(ctx: Context, userId: string): Promise<"erased" | "memberElsewhere"> {
  requirePermission(ctx, "organization.manage");
  if (await findMember(ctx, ctx.actor.organizationId, userId)) await removeMember(ctx, userId);
  const account = await findAccount(ctx, userId);
  if (!account) return "erased";
  if ((await membershipsOf(ctx, userId)).length > 0) return "memberElsewhere";
  for (let sessions = await sessionsOf(ctx, userId); sessions.length > 0; sessions = await sessionsOf(ctx, userId))
    await ctx.table.batchWrite(sessions.map(({ id }) => ({ remove: sessionKey(userId, id) })));
  for (const link of await linksOf(ctx, userId)) await ctx.table.transact(unlinkWrites(userId, link));
  // Last, since it is what the rest is found by.
  await ctx.table.transact([...forgetAccountWrites(account), outboxWrite(ctx, "user.erased", { userId })]);
  return "erased";
}
