import { type Context, createContext, type Resources, systemActor } from "../platform/context.ts";
import type { OrganizationId } from "../platform/ids.ts";

/** ISO 4217's own code for "no currency". */
const UNKNOWN = "XXX";

/** What the product itself does for an organisation's listings, when no request asks for it. No amounts are involved. */
export function contextFor(resources: Resources, organizationId: OrganizationId, currency = UNKNOWN): Context {
  const actor = systemActor(organizationId, currency, "system:listings");
  return createContext(resources, { actor, requestId: resources.newId("request") });
}
