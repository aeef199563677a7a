import { type Context, requirePermission } from "../platform/context.ts";
import { AppError, ForbiddenError, NotFoundError, tooMany } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { fieldChanges } from "../platform/field-changes.ts";
import { idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { isRoleInUse } from "./member.store.ts";
import {
  BUILT_IN_ROLES,
  ChangeRoleSchema,
  CreateRoleSchema,
  type CustomRoles,
  findRole,
  missingFor,
  MOST_CUSTOM_ROLES,
  type Role,
} from "./role.ts";
import { customRolesWrite, findCustomRoles } from "./role.store.ts";

/** The built-in roles, then the organisation's own in the order of their making. */
export async function listRoles(ctx: Context): Promise<{ items: Role[] }> {
  requirePermission(ctx, "members.manage");
  const custom = await findCustomRoles(ctx, ctx.actor.organizationId);
  const own = Object.keys(custom.roles)
    .sort()
    .flatMap((id) => findRole(custom, id) ?? []);
  return { items: [...BUILT_IN_ROLES, ...own] };
}

/** Throws FORBIDDEN where it would allow what its maker may not, NAME_EXISTS, STATE_CONFLICT at the fifty-first. */
export async function createRole(ctx: Context, input: unknown): Promise<Role> {
  requirePermission(ctx, "members.manage");
  const data = parse(CreateRoleSchema, input);
  return idempotent<Role>(ctx, "identity.createRole", data, async (commit) => {
    const custom = await findCustomRoles(ctx, ctx.actor.organizationId);
    if (Object.keys(custom.roles).length >= MOST_CUSTOM_ROLES) throw tooMany(MOST_CUSTOM_ROLES, "roles");
    const role: Role = { id: ctx.newId("role"), ...data, isBuiltIn: false };
    requireAll(ctx, role);
    requireFreeName(custom, role);
    return changed(commit(changeWrites(ctx, custom, role, "role.created"), role));
  });
}

/**
 * Changes what everybody with this role may do, within five seconds. Throws FORBIDDEN where the role had or gets what
 * the actor may not, NOT_FOUND, NAME_EXISTS; STATE_CONFLICT for a built-in one.
 */
export async function changeRole(ctx: Context, id: string, input: unknown): Promise<Role> {
  requirePermission(ctx, "members.manage");
  const { name, permissions } = parse(ChangeRoleSchema, input);
  const { custom, role } = await ownRole(ctx, id);
  const next = { ...role, name: name ?? role.name, permissions: permissions ?? role.permissions };
  requireAll(ctx, role);
  requireAll(ctx, next);
  requireFreeName(custom, next);
  return changed(ctx.table.transact(changeWrites(ctx, custom, next, "role.changed")).then(() => next));
}

/** Throws NOT_FOUND; STATE_CONFLICT while somebody has it or is invited to it, and for a built-in one. */
export async function deleteRole(ctx: Context, id: string): Promise<void> {
  requirePermission(ctx, "members.manage");
  const { custom, role } = await ownRole(ctx, id);
  requireAll(ctx, role);
  if (await isRoleInUse(ctx, id))
    throw new AppError("STATE_CONFLICT", "Somebody has this role: give them another first", { details: { id } });
  const { [id]: _gone, ...rest } = custom.roles;
  const writes = [customRolesWrite(ctx, custom.version, rest), outboxWrite(ctx, "role.deleted", { roleId: id })];
  await changed(ctx.table.transact(writes));
}

async function ownRole(ctx: Context, id: string): Promise<{ custom: CustomRoles; role: Role }> {
  const custom = await findCustomRoles(ctx, ctx.actor.organizationId);
  const role = findRole(custom, id);
  if (!role) throw new NotFoundError("Role", id);
  if (role.isBuiltIn)
    throw new AppError("STATE_CONFLICT", "A built-in role stays as it is: make one of your own", { details: { id } });
  return { custom, role };
}

function requireAll(ctx: Context, role: Role): void {
  const missing = missingFor(role, ctx.actor.permissions);
  if (missing) throw new ForbiddenError(missing);
}

function requireFreeName(custom: CustomRoles, { id, name }: Role): void {
  const folded = name.toLowerCase();
  const others = [...BUILT_IN_ROLES, ...Object.values(custom.roles)].filter((role) => role.id !== id);
  if (others.some((role) => role.name.toLowerCase() === folded))
    throw new AppError("NAME_EXISTS", "There is a role of this name", { field: "name", details: { name } });
}

function changeWrites(ctx: Context, custom: CustomRoles, role: Role, event: string) {
  const { isBuiltIn: _isBuiltIn, ...kept } = role;
  const before = custom.roles[role.id];
  return [
    customRolesWrite(ctx, custom.version, { ...custom.roles, [role.id]: kept }),
    outboxWrite(ctx, event, {
      roleId: role.id,
      name: role.name,
      permissions: role.permissions,
      ...(before && { changes: fieldChanges(before, kept, ["name", "permissions"]) }),
    }),
  ];
}

/** All roles of an organisation are one item: of two changes at once the second is told to look again. */
async function changed<T>(writing: Promise<T>): Promise<T> {
  try {
    return await writing;
  } catch (error) {
    if (error instanceof TransactionCanceled && error.failedAt(0))
      throw new AppError("STATE_CONFLICT", "The roles were changed by someone else: read them again", { cause: error });
    throw error;
  }
}
