import * as Organizations from "../core/organizations/index.ts";
import { createContext, PERMISSIONS, systemActor } from "../core/platform/context.ts";
import { createResources } from "../functions/resources.ts";

export interface Demo {
  organizationId: string;
  apiKey: string;
}

/** An organisation to try things with, and a key that may do everything in it. To be called once the environment is set; the functions' own resources are made after it. */
export async function createDemo(): Promise<Demo> {
  const resources = createResources(process.env);
  const organization = await Organizations.createOrganization(resources, { name: "Demo shop", currency: "USD" });
  const actor = systemActor(organization.id, organization.currency, "first-start");
  const ctx = createContext(resources, { actor, requestId: resources.newId("request") });
  const { secret } = await Organizations.createApiKey(ctx, { name: "Demo", permissions: [...PERMISSIONS] });
  return { organizationId: organization.id, apiKey: secret };
}
