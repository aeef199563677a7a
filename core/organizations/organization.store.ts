import type { Resources } from "../platform/context.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { type Key, orgPartition } from "../platform/keys.ts";
import type { Item } from "../platform/table.ts";
import type { Organization } from "./organization.ts";

export async function putOrganization(resources: Resources, organization: Organization): Promise<void> {
  await resources.table.put(
    { ...organizationKey(organization.id), entity: "organization", ...organization },
    { expression: "attribute_not_exists(pk)" },
  );
}

export async function findOrganization(
  resources: Pick<Resources, "table">,
  id: OrganizationId,
): Promise<Organization | undefined> {
  const item = await resources.table.get<Organization & Item>(organizationKey(id));
  return item && { id: item.id, name: item.name, currency: item.currency, createdAt: item.createdAt };
}

function organizationKey(id: OrganizationId): Key {
  return { pk: orgPartition(id, "ORGANIZATION"), sk: "ORGANIZATION" };
}
