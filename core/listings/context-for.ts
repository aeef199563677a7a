import { type Context, createContext, type Resources, systemActor } from "../platform/context.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { NO_CURRENCY } from "../platform/money.ts";

/** What the product itself does for an organisation's listings, when no request asks for it. No amounts are involved. */
export function contextFor(resources: Resources, organizationId: OrganizationId, currency = NO_CURRENCY): Context {
  const actor = systemActor(organizationId, currency, "system:listings");
  return createContext(resources, { actor, requestId: resources.newId("request") });
}
