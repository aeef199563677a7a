import type { Context, Resources } from "../platform/context.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { type Key, orgPartition } from "../platform/keys.ts";
import { type Page, resourceStore } from "../platform/resources.ts";
import type { Item, Write } from "../platform/table.ts";
import type { Member, MemberView } from "./member.ts";
import { OWNER } from "./role.ts";
import { accountKey, userPartition } from "./user.store.ts";

/** An organisation as its members' own partitions name it. */
export interface Membership {
  organizationId: OrganizationId;
  organizationName: string;
  currency: string;
}

export const members = resourceStore<Member>("MEMBER", "Member");

export function memberKey(organizationId: OrganizationId, userId: string): Key {
  return { pk: orgPartition(organizationId, "MEMBER"), sk: userId };
}

function membershipKey(userId: string, organizationId: OrganizationId): Key {
  return { pk: userPartition(userId), sk: `MEMBER#${organizationId}` };
}

/** All that makes somebody a member. Write 0 fails where they are one already. */
export function joinWrites(ctx: Context, member: Member, organizationName: string): Write[] {
  const { organizationId, currency } = ctx.actor;
  const membership: Membership = { organizationId, organizationName, currency };
  return [
    members.createWrite(ctx, member),
    { put: { ...membershipKey(member.id, organizationId), entity: "membership", ...membership } },
    ...(member.roleId === OWNER ? [ownersWrite(organizationId, 1)] : []),
  ];
}

/** Write 0 fails where the member was changed since it was read. */
export function changeRoleWrites(ctx: Context, before: Member, after: Member): Write[] {
  const change = Number(after.roleId === OWNER) - Number(before.roleId === OWNER);
  return [members.replaceWrite(ctx, after), ...(change === 0 ? [] : [ownersWrite(ctx.actor.organizationId, change)])];
}

/** Write 0 fails where the member was changed since it was read. */
export function leaveWrites(ctx: Context, member: Member): Write[] {
  const { organizationId } = ctx.actor;
  const { condition } = members.unchangedCheck(ctx, member) as { condition: NonNullable<Write["condition"]> };
  return [
    { remove: memberKey(organizationId, member.id), condition },
    { remove: membershipKey(member.id, organizationId) },
    ...(member.roleId === OWNER ? [ownersWrite(organizationId, -1)] : []),
  ];
}

/**
 * ANOTHER_OWNER: two owners dismiss each other. Each takes one off the number of owners and asks that one is left;
 * DynamoDB lets one of them in.
 */
function ownersWrite(organizationId: OrganizationId, change: number): Write {
  return {
    update: { pk: orgPartition(organizationId, "MEMBERSHIP"), sk: "OWNERS" },
    set: { expression: "SET entity = :entity ADD owners :change", values: { ":entity": "owners", ":change": change } },
    ...(change < 0 ? { condition: { expression: "owners > :least", values: { ":least": 1 } } } : {}),
  };
}

/** Where a person is a member, in the order of the organisations' making. */
export async function membershipsOf({ table }: Pick<Resources, "table">, userId: string): Promise<Membership[]> {
  const page = await table.query<Item>({ pk: userPartition(userId), prefix: "MEMBER#", consistent: true });
  return page.items.map(({ organizationId, organizationName, currency }) => {
    return { organizationId, organizationName, currency } as Membership;
  });
}

export async function findMember(
  { table }: Pick<Resources, "table">,
  organizationId: OrganizationId,
  userId: string,
): Promise<Member | undefined> {
  return (await table.get<Item>(memberKey(organizationId, userId), { consistent: true })) as Member | undefined;
}

export async function rolesOfMemberships(
  { table }: Pick<Resources, "table">,
  userId: string,
  organizationIds: OrganizationId[],
): Promise<Map<string, string>> {
  const keys = organizationIds.map((organizationId) => memberKey(organizationId, userId));
  const items = await table.batchGet<Item>(keys, { consistent: true, attributes: ["pk", "roleId"] });
  return new Map(items.map(({ pk, roleId }) => [String(pk).split("#")[0] ?? "", String(roleId)]));
}

export async function pageOfMembers(
  ctx: Context,
  page: { limit: number; cursor?: string | undefined },
): Promise<Page<MemberView>> {
  const { items, ...rest } = await members.list(ctx, page);
  return { items: await withPeople(ctx, items), ...rest };
}

/** With what the people themselves say of themselves. */
export async function withPeople(ctx: Context, found: Member[]): Promise<MemberView[]> {
  const people = await ctx.table.batchGet<Item & { id: string; email: string; name: string }>(
    found.map(({ id }) => accountKey(id)),
    { attributes: ["id", "email", "name"], consistent: true },
  );
  const byId = new Map(people.map((person) => [person.id, person]));
  return found.map(({ id, roleId, version, createdAt, updatedAt }) => {
    const person = byId.get(id);
    return { id, email: person?.email ?? "", name: person?.name ?? "", role: roleId, version, createdAt, updatedAt };
  });
}

/** Has anybody this role? Reads the members page by page, since roles go seldom. */
export async function isRoleInUse(ctx: Context, roleId: string): Promise<boolean> {
  for (const kind of ["MEMBER", "INVITATION"]) {
    let startKey: Item | undefined;
    do {
      const page = await ctx.table.query<Item>({
        pk: orgPartition(ctx.actor.organizationId, kind),
        consistent: true,
        filter: {
          expression: "roleId = :role AND (attribute_not_exists(#status) OR #status = :pending)",
          names: { "#status": "status" },
          values: { ":role": roleId, ":pending": "pending" },
        },
        ...(startKey ? { startKey } : {}),
      });
      if (page.items.length > 0) return true;
      startKey = page.lastKey;
    } while (startKey);
  }
  return false;
}
