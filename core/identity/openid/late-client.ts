import type { Resources } from "../../platform/context.ts";
import type { OpenIdProvider } from "../../platform/openid-providers.ts";
import type { OpenIdClient } from "./client.ts";

/** The protocol's code is loaded with the first sign-in: no other request pays for it. */
export async function openIdClient(resources: Resources, provider: OpenIdProvider): Promise<OpenIdClient> {
  const { createOpenIdClient } = await import("./openid-client.ts");
  return createOpenIdClient(resources, provider);
}
