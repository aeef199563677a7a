import * as Organizations from "../core/organizations/index.ts";
import { createContext, PERMISSIONS, systemActor } from "../core/platform/context.ts";
import { processResources } from "../functions/resources.ts";

export interface Demo {
  organizationId: string;
  apiKey: string;
}

/** An organisation to try things with, and a key that may do everything in it. To be called once the environment is set. */
export async function createDemo(): Promise<Demo> {
  const resources = processResources();
  const organization = await Organizations.createOrganization(resources, { name: "Demo shop", currency: "USD" });
  const actor = systemActor(organization.id, organization.currency, "first-start");
  const ctx = createContext(resources, { actor, requestId: resources.newId("request") });
  const { secret } = await Organizations.createApiKey(ctx, { name: "Demo", permissions: [...PERMISSIONS] });
  return { organizationId: organization.id, apiKey: secret };
}
