import * as Organizations from "../organizations/index.ts";
import type { Context, Resources } from "../platform/context.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { globalPartition, type Key } from "../platform/keys.ts";
import type { Item, Write } from "../platform/table.ts";
import type { Provider } from "./effects.ts";
import type { EventRecord } from "./event.ts";
import type { Json } from "./providers/adapter.ts";
import { stripeOwnerHints } from "./providers/stripe.ts";

export interface Owner {
  organizationId: OrganizationId;
  currency: string;
}

/** `~` so that no event's partition, `stripe#…`, is ever this one. */
const accountKey = (provider: Provider, account: string): Key => ({
  pk: globalPartition("INBOUND", `${provider}~ACCOUNT#${account}`),
  sk: "OWNER",
});

/**
 * Remembers that a customer (`cus_…`) or a payment (`pi_…`) of the instance's own account is this organisation's, so
 * that events about it find their way. Belongs into the transaction that makes it ours.
 */
export function accountWrite(ctx: Context, provider: Provider, account: string): Write {
  const { organizationId, currency } = ctx.actor;
  return { put: { ...accountKey(provider, account), entity: "webhook-account", organizationId, currency } };
}

/**
 * Whose an event is: the organisation of its source, or whose somebody has said it is; else of the instance's own account the one that its metadata names,
 * then its customer's, then its payment's, then the one that the account belongs to. Undefined where nobody is known,
 * which may change: the customer may still be on its way into the table.
 */
export async function ownerOf(resources: Resources, event: EventRecord, payload: Json): Promise<Owner | undefined> {
  const { sourceId, assignedBy, organizationId, currency } = event;
  if ((sourceId !== undefined || assignedBy !== undefined) && organizationId !== undefined && currency !== undefined)
    return { organizationId, currency };
  const hints = stripeOwnerHints(payload);
  return (
    (await named(resources, hints.organizationId)) ??
    (await ofAccount(resources, event.provider, hints.customer)) ??
    (await ofAccount(resources, event.provider, hints.payment)) ??
    (await named(resources, resources.config.stripe.organizationId))
  );
}

async function named(resources: Resources, id: string | undefined): Promise<Owner | undefined> {
  const found = id === undefined ? undefined : await Organizations.organizationNamed(resources, id);
  return found && { organizationId: found.id, currency: found.currency };
}

async function ofAccount(
  { table }: Resources,
  provider: Provider,
  account: string | undefined,
): Promise<Owner | undefined> {
  const item =
    account === undefined ? undefined : await table.get<Item>(accountKey(provider, account), { consistent: true });
  return item && { organizationId: item["organizationId"] as OrganizationId, currency: String(item["currency"]) };
}
