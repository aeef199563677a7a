import type { Context, Resources } from "../platform/context.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { type Key, orgPartition } from "../platform/keys.ts";
import type { Item, Write } from "../platform/table.ts";
import { BUILT_IN_ROLES, type CustomRoles } from "./role.ts";

const NONE: CustomRoles = { version: 0, roles: {} };

export function customRolesKey(organizationId: OrganizationId): Key {
  return { pk: orgPartition(organizationId, "ROLE"), sk: "ROLES" };
}

export async function findCustomRoles(
  { table }: Pick<Resources, "table">,
  organizationId: OrganizationId,
): Promise<CustomRoles> {
  const item = await table.get<Item>(customRolesKey(organizationId), { consistent: true });
  return item ? customRolesFrom(item) : NONE;
}

export function customRolesFrom({ version, roles }: Item): CustomRoles {
  return { version, roles } as CustomRoles;
}

/**
 * UNCHANGED_ROLES: a role is deleted while somebody is being given it.
 *
 *   A: give role r      ── one transaction with version + 1 ──┐ whoever comes second
 *   B: nobody has r? delete r ── version + 1 ─────────────────┘ starts anew
 */
function unchangedRoles(version: number) {
  return version === 0
    ? { expression: "attribute_not_exists(pk)" }
    : { expression: "#version = :seen", names: { "#version": "version" }, values: { ":seen": version } };
}

export function customRolesWrite(ctx: Context, seen: number, roles: CustomRoles["roles"]): Write {
  return {
    put: { ...customRolesKey(ctx.actor.organizationId), entity: "roles", version: seen + 1, roles },
    condition: unchangedRoles(seen),
  };
}

/** That the role is there when somebody gets it; nothing for those that cannot go. */
export function givenRoleWrites(organizationId: OrganizationId, custom: CustomRoles, roleId: string): Write[] {
  if (BUILT_IN_ROLES.some(({ id }) => id === roleId)) return [];
  return [
    {
      update: customRolesKey(organizationId),
      set: {
        expression: "SET #version = :next",
        names: { "#version": "version" },
        values: { ":next": custom.version + 1 },
      },
      condition: unchangedRoles(custom.version),
    },
  ];
}
