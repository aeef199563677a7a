import * as z from "zod";
import { PERMISSIONS, type Permission } from "../platform/context.ts";

/** A set of permissions with a name. What no role names is denied. */
export interface Role {
  id: string;
  name: string;
  permissions: Permission[];
  /** Comes with the product and cannot be changed. */
  isBuiltIn: boolean;
}

const VIEWER: Permission[] = [
  "catalog.read",
  "imports.read",
  "suppliers.read",
  "accounts.read",
  "inventory.read",
  "orders.read",
  "listings.read",
  "finance.read",
];
const OPERATOR: Permission[] = [
  ...VIEWER,
  "catalog.write",
  "imports.write",
  "suppliers.write",
  "inventory.adjust",
  "orders.write",
  "listings.write",
  "finance.write",
];

/** Only owners have it, so only they can appoint and dismiss owners: nobody hands out what he has not. */
const OWNERS_OWN: Permission = "organization.manage";

/** A permission that is new is named by its roles here, or nobody but owners and administrators has it. */
export const BUILT_IN_ROLES: readonly Role[] = [
  { id: "owner", name: "Owner", permissions: [...PERMISSIONS], isBuiltIn: true },
  {
    id: "admin",
    name: "Administrator",
    permissions: PERMISSIONS.filter((permission) => permission !== OWNERS_OWN),
    isBuiltIn: true,
  },
  { id: "operator", name: "Operator", permissions: OPERATOR, isBuiltIn: true },
  { id: "viewer", name: "Viewer", permissions: VIEWER, isBuiltIn: true },
];

export const OWNER = "owner";

/** An organisation's own roles, kept together: authentication reads them beside the session, in the same call. */
export interface CustomRoles {
  /** Rises with each change, and with each time that somebody is given one of them. */
  version: number;
  roles: Record<string, Omit<Role, "isBuiltIn">>;
}

export const MOST_CUSTOM_ROLES = 50;

/** Undefined where there is no such role (any more): whoever has it may do nothing. */
export function findRole(custom: CustomRoles | undefined, id: string): Role | undefined {
  const builtIn = BUILT_IN_ROLES.find((role) => role.id === id);
  if (builtIn) return builtIn;
  const own = custom && Object.hasOwn(custom.roles, id) ? custom.roles[id] : undefined;
  return own && { ...own, permissions: own.permissions.filter(isKnown), isBuiltIn: false };
}

/** The first permission of the role that the actor lacks; undefined where the actor may give and take it. */
export function missingFor(role: Role, permissions: ReadonlySet<Permission>): Permission | undefined {
  return role.permissions.find((permission) => !permissions.has(permission));
}

/** One that left the code with a version may still stand in a stored role. */
const isKnown = (permission: Permission) => PERMISSIONS.includes(permission);

const PermissionsSchema = z.lazy(() =>
  z
    .array(z.enum(PERMISSIONS))
    .transform((permissions) => [...new Set(permissions)].sort())
    .meta({ examples: [["catalog.read", "orders.read"]] }),
);

const RoleNameSchema = z.lazy(() =>
  z
    .string()
    .trim()
    .min(1)
    .max(60)
    .meta({ examples: ["Bookkeeper"] }),
);

export const CreateRoleSchema = z.lazy(() =>
  z.object({ name: RoleNameSchema, permissions: PermissionsSchema }).strict(),
);

export const ChangeRoleSchema = z.lazy(() =>
  z.object({ name: RoleNameSchema.optional(), permissions: PermissionsSchema.optional() }).strict(),
);

export const RoleSchema = z.lazy(() =>
  z
    .object({
      id: z.string(),
      name: z.string(),
      permissions: z.array(z.enum(PERMISSIONS)),
      isBuiltIn: z.boolean().describe("Comes with the product and cannot be changed"),
    })
    .meta({ id: "Role" }),
);
