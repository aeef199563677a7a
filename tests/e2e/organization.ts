import * as Organizations from "../../core/organizations/index.ts";
import { createContext, PERMISSIONS, systemActor } from "../../core/platform/context.ts";
import { NO_LOG } from "../../core/platform/log.ts";
import { createResources } from "../../functions/resources.ts";
import { clientEnvironment } from "../../local/clients.ts";
import { resourceEnvironment } from "../../local/names.ts";
import { Client } from "../support/client.ts";
import type { System } from "./system.ts";

/** Another organisation of a started system, with a key of its own: made beside the API, which has no call for it. */
export async function newOrganization({ url, local }: System, currency = "USD"): Promise<Client> {
  const { endpoints } = local;
  Object.assign(process.env, clientEnvironment(endpoints, {}));
  const resources = createResources(
    {
      ...resourceEnvironment(endpoints),
      ENVIRONMENT: "test",
      SECRET_KEY: "a-secret-of-the-tests-only-0123456789",
    },
    { log: NO_LOG },
  );
  const { id } = await Organizations.createOrganization(resources, { name: "Demo shop beside", currency });
  const actor = systemActor(id, currency, "e2e");
  const ctx = createContext(resources, { actor, requestId: "req_e2e" });
  const { secret } = await Organizations.createApiKey(ctx, { name: "E2E", permissions: [...PERMISSIONS] });
  return new Client(url, secret);
}
