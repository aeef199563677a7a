import { describe, expect, test } from "vitest";
import { BUILT_IN_ROLES, findRole, missingFor, type Role } from "../../../core/identity/role.ts";
import { PERMISSIONS, type Permission } from "../../../core/platform/context.ts";

const role = (id: string): Role => {
  const found = findRole(undefined, id);
  if (!found) throw new Error(`There is no role ${id}`);
  return found;
};

describe("the built-in roles", () => {
  test("are owner, administrator, operator and viewer, each allowing what the next one does and more", () => {
    expect(BUILT_IN_ROLES.map(({ id }) => id)).toEqual(["owner", "admin", "operator", "viewer"]);
    for (const [at, { permissions }] of BUILT_IN_ROLES.slice(1).entries()) {
      const above = new Set(BUILT_IN_ROLES[at]?.permissions);
      expect(permissions.filter((permission) => !above.has(permission))).toEqual([]);
      expect(above.size).toBeGreaterThan(permissions.length);
    }
    expect(new Set(role("owner").permissions)).toEqual(new Set(PERMISSIONS));
  });

  test("let viewers change nothing, and operators manage neither people nor keys", () => {
    for (const permission of role("viewer").permissions) expect(permission).toMatch(/\.read$/);
    for (const permission of role("operator").permissions) expect(permission).not.toMatch(/\.manage$/);
  });

  test("keep one thing from administrators, so that they can give and take all roles but the owner's", () => {
    const admin = new Set(role("admin").permissions);
    expect(missingFor(role("owner"), admin)).toBe("organization.manage");
    for (const id of ["admin", "operator", "viewer"]) expect(missingFor(role(id), admin)).toBeUndefined();
  });
});

describe("a role", () => {
  test.each(["", "nobody", "__proto__", "constructor", "toString"])("that is not there is none: %j", (id) => {
    expect(findRole({ version: 1, roles: {} }, id)).toBeUndefined();
  });

  test("no longer allows what the product no longer knows", () => {
    const permissions = ["catalog.read", "gone.away"] as Permission[];
    const roles = { rol_1: { id: "rol_1", name: "Old", permissions } };
    expect(findRole({ version: 1, roles }, "rol_1")?.permissions).toEqual(["catalog.read"]);
  });

  test("of one's own cannot stand in for a built-in one", () => {
    const roles = { viewer: { id: "viewer", name: "Viewer", permissions: [...PERMISSIONS] } };
    expect(findRole({ version: 1, roles }, "viewer")?.permissions).toEqual(role("viewer").permissions);
  });
});
