import { type Context, type Resources, timestamp } from "../platform/context.ts";
import { NotFoundError } from "../platform/errors.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { parse } from "../platform/parse.ts";
import type { Write } from "../platform/table.ts";
import { CreateOrganizationSchema, type Organization } from "./organization.ts";
import { findOrganization, organizationWrite } from "./organization.store.ts";

/** Makes a tenant. Nobody acts for it yet, so this takes resources instead of a context: set-up calls it, no request does. */
export async function createOrganization(resources: Resources, input: unknown): Promise<Organization> {
  const { organization, write } = newOrganization(resources, parse(CreateOrganizationSchema, input));
  await resources.table.transact([write]);
  return organization;
}

/** A tenant as a write, for the transaction in which somebody becomes its owner. */
export function newOrganization(
  resources: Pick<Resources, "newId" | "now">,
  data: { name: string; currency: string },
): { organization: Organization; write: Write } {
  const id = resources.newId("organization") as OrganizationId;
  const organization = { id, name: data.name, currency: data.currency, createdAt: timestamp(resources) };
  return { organization, write: organizationWrite(organization) };
}

/** The actor's own organisation. Throws NotFoundError. */
export async function getOrganization(ctx: Context): Promise<Organization> {
  const organization = await findOrganization(ctx, ctx.actor.organizationId);
  if (!organization) throw new NotFoundError("Organization", ctx.actor.organizationId);
  return organization;
}

/** The organisation of an id that came from outside, as text: undefined where there is none. */
export async function organizationNamed(
  resources: Pick<Resources, "table">,
  id: string,
): Promise<Organization | undefined> {
  return ORGANIZATION_ID.test(id) ? findOrganization(resources, id as OrganizationId) : undefined;
}

const ORGANIZATION_ID = /^org_[0-9A-Z]{26}$/;
