import type { Resources } from "../platform/context.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { type Key, orgPartition } from "../platform/keys.ts";
import type { Item, Write } from "../platform/table.ts";
import type { Organization } from "./organization.ts";

export function organizationWrite(organization: Organization): Write {
  return {
    put: { ...organizationKey(organization.id), entity: "organization", ...organization },
    condition: { expression: "attribute_not_exists(pk)" },
  };
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
