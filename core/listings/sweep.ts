import type { Resources } from "../platform/context.ts";
import type { OrganizationId } from "../platform/ids.ts";
import type { Item } from "../platform/table.ts";
import { arrive } from "./arrival.ts";
import type { ChannelUpdate } from "./channel-update.ts";
import { requeue, updateOf, updatesInState } from "./channel-update.store.ts";
import { contextFor } from "./context-for.ts";
import { inTurns } from "./in-turns.ts";
import { readListed, type Tenant, tenants } from "./listing.store.ts";
import { duePresales } from "./presale.store.ts";
import type { Options } from "./projection.ts";
import { STOCK, type Supply } from "./supply.ts";
import { type ListingTargets, targetOf, TARGETS } from "./targets.ts";

/** A message that was sent is worked within this; what is older has lost it, or stands in a long queue and may come twice. */
const SETTLED_MS = 60_000;
const AT_ONCE = 500;
const MAX_PAGES = 5;
const TENANTS_AT_ONCE = 8;

/**
 * Queues again what nobody works on: updates whose message was never sent (the process died between the two), whose
 * worker died, or whose channel can be told since (it has a connector, its account is connected); and ends presales whose day has come. A message too many
 * does no harm. Returns how many were woken. Throws AggregateError after the others when some could not be looked at.
 */
export async function wakeStuckUpdates(
  resources: Resources,
  { supply = STOCK, targets = TARGETS }: Options = {},
): Promise<number> {
  let woken = 0;
  const failures: unknown[] = [];
  let startKey: Item | undefined;
  do {
    const page = await tenants(resources.table, startKey);
    for (const result of await inTurns(page.items, TENANTS_AT_ONCE, (tenant) => wake(resources, tenant, targets))) {
      if (result.status === "fulfilled") woken += result.value;
      else failures.push(result.reason);
    }
    startKey = page.lastKey;
  } while (startKey);
  failures.push(...(await endDuePresales(resources, supply)));
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} listings could not be looked at`);
  return woken;
}

async function wake(resources: Resources, tenant: Tenant, targets: ListingTargets): Promise<number> {
  const { organizationId, currency } = tenant;
  const { table, now, queues } = resources;
  const settled = now() - SETTLED_MS;
  const isStuck = ({ queuedAt = "", leaseUntil = 0, nextAttemptAt = 0 }: ChannelUpdate) =>
    Math.max(Date.parse(queuedAt), leaseUntil, nextAttemptAt) < settled;
  const waiting = await openUpdates(resources, organizationId, "waiting");
  const ready = new Set<string>();
  for (const platformType of new Set(waiting.map((update) => update.platformType)))
    if (await isReady(resources, tenant, targetOf(targets, platformType))) ready.add(platformType);
  const found = [
    ...(await openUpdates(resources, organizationId, "queued")).filter(isStuck),
    ...waiting.filter(({ platformType }) => ready.has(platformType)),
  ];
  const at = new Date(now()).toISOString();
  const requeued: ChannelUpdate[] = [];
  for (const update of found) if (await requeue(table, organizationId, update, at)) requeued.push(update);
  if (requeued.length === 0) return 0;
  await queues.sendAll(
    "channelUpdates",
    requeued.map(({ id }) => ({ organizationId, currency, id })),
  );
  resources.log.warn("Channel updates were queued again", { organizationId, updates: requeued.length });
  return requeued.length;
}

async function isReady(
  resources: Resources,
  { organizationId, currency }: Tenant,
  target: ListingTargets[string] | undefined,
): Promise<boolean> {
  if (!target?.isReady) return target !== undefined;
  return target.isReady(contextFor(resources, organizationId, currency));
}

/** The urgent first, as many as one sweep looks at. */
async function openUpdates(
  { table }: Resources,
  organizationId: OrganizationId,
  state: "queued" | "waiting",
): Promise<ChannelUpdate[]> {
  const found: ChannelUpdate[] = [];
  let startKey: Item | undefined;
  for (let page = 0; page < MAX_PAGES; page++) {
    const { items, lastKey } = await updatesInState(table, organizationId, { state, limit: AT_ONCE, startKey });
    found.push(...items.map(updateOf));
    startKey = lastKey;
    if (!startKey) break;
  }
  return found;
}

/** Returns what went wrong. */
async function endDuePresales(resources: Resources, supply: Supply): Promise<unknown[]> {
  const { table, now } = resources;
  const due = await duePresales(table, new Date(now()).toISOString());
  const results = await inTurns(due, TENANTS_AT_ONCE, async (presale) => {
    const organizationId = presale.organizationId as OrganizationId;
    const listed = (await readListed(table, organizationId, [presale.listingId])).get(presale.listingId);
    if (!listed) return;
    const ctx = contextFor(resources, organizationId, presale.currency);
    const { levels } = await supply.read(ctx, listed.listing.productId);
    await arrive(ctx, listed.listing, levels);
  });
  return results.flatMap((result) => (result.status === "rejected" ? [result.reason] : []));
}
