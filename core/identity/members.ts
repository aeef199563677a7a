import { type Context, requirePermission } from "../platform/context.ts";
import { AppError, ForbiddenError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { parse } from "../platform/parse.ts";
import { type Page, PageSchema, revise } from "../platform/resources.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { givableRole } from "./invitations.ts";
import { ChangeMemberSchema, type Member, type MemberView } from "./member.ts";
import { changeRoleWrites, leaveWrites, members, pageOfMembers, withPeople } from "./member.store.ts";
import { findRole, missingFor } from "./role.ts";
import { findCustomRoles, givenRoleWrites } from "./role.store.ts";

/** Who works here, newest first. */
export async function listMembers(ctx: Context, input: unknown): Promise<Page<MemberView>> {
  requirePermission(ctx, "members.manage");
  return pageOfMembers(ctx, parse(PageSchema, input));
}

/**
 * Gives a member another role and ends their sessions here, so that none outlives the rights it began with. Throws
 * FORBIDDEN where the old or the new role allows what the actor may not, NOT_FOUND, VALIDATION_ERROR for a role that is
 * not there, STATE_CONFLICT for the last owner.
 */
export async function changeMember(
  ctx: Context,
  id: string,
  input: unknown,
  expectedVersion?: number,
): Promise<MemberView> {
  requirePermission(ctx, "members.manage");
  const { role: roleId } = parse(ChangeMemberSchema, input);
  const member = await members.get(ctx, id);
  await requireReach(ctx, member);
  const { custom } = await givableRole(ctx, roleId);
  if (member.roleId === roleId) return view(ctx, member);
  const changed = revise(ctx, "Member", member, { roleId, epoch: member.epoch + 1 }, expectedVersion);
  await decided(
    id,
    ctx.table.transact([
      ...changeRoleWrites(ctx, member, changed),
      ...givenRoleWrites(ctx.actor.organizationId, custom, roleId),
      outboxWrite(ctx, "member.roleChanged", { userId: id, from: member.roleId, to: roleId }),
    ]),
  );
  return view(ctx, changed);
}

/**
 * Takes a member out: none of their sessions is accepted here from five seconds later on. Throws FORBIDDEN where their
 * role allows what the actor may not, NOT_FOUND, STATE_CONFLICT for the last owner.
 */
export async function removeMember(ctx: Context, id: string): Promise<void> {
  requirePermission(ctx, "members.manage");
  const member = await members.get(ctx, id);
  await requireReach(ctx, member);
  const event = outboxWrite(ctx, "member.removed", { userId: id, role: member.roleId });
  await decided(id, ctx.table.transact([...leaveWrites(ctx, member), event]));
}

/** Nobody changes those who may do more. */
async function requireReach(ctx: Context, { roleId }: Member): Promise<void> {
  const role = findRole(await findCustomRoles(ctx, ctx.actor.organizationId), roleId);
  const missing = role && missingFor(role, ctx.actor.permissions);
  if (missing) throw new ForbiddenError(missing);
}

async function decided(id: string, writing: Promise<void>): Promise<void> {
  try {
    await writing;
  } catch (error) {
    if (!(error instanceof TransactionCanceled)) throw error;
    // Write 0 is the member; what fails beside it is the number of owners, or the roles.
    const message =
      error.failedAt(0) || !error.reasons.some(({ item }) => item?.["entity"] === "owners")
        ? "The member or the roles were changed by someone else: read them again"
        : "An organisation keeps one owner at least: appoint another first";
    throw new AppError("STATE_CONFLICT", message, { details: { id }, cause: error });
  }
}

async function view(ctx: Context, member: Member): Promise<MemberView> {
  const [shown] = await withPeople(ctx, [member]);
  if (!shown) throw new Error("A member has no view");
  return shown;
}
