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
const REQUEUED_AT_ONCE = 10;
const TENANTS_AT_ONCE = 8;

/**
 * Queues again what nobody works on: updates whose message was never sent (the process died between the two), whose
 * worker died, or whose channel can be told since (it has a connector, its account is connected); and ends presales whose day has come. A message too many
 * does no harm. It looks at all there are, until a time (milliseconds since the epoch). Returns how many were woken. Throws AggregateError after the others when some could not be looked at.
 */
export async function wakeStuckUpdates(
  resources: Resources,
  { supply = STOCK, targets = TARGETS, until = Number.POSITIVE_INFINITY }: Options & { until?: number } = {},
): Promise<number> {
  let woken = 0;
  const failures: unknown[] = [];
  let startKey: Item | undefined;
  do {
    const page = await tenants(resources.table, startKey);
    for (const result of await inTurns(page.items, TENANTS_AT_ONCE, (tenant) =>
      wake(resources, tenant, { targets, until }),
    )) {
      if (result.status === "fulfilled") woken += result.value;
      else failures.push(result.reason);
    }
    startKey = page.lastKey;
  } while (startKey);
  failures.push(...(await endDuePresales(resources, supply)));
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} listings could not be looked at`);
  return woken;
}

interface Waking {
  targets: ListingTargets;
  until: number;
}

async function wake(resources: Resources, tenant: Tenant, { targets, until }: Waking): Promise<number> {
  const { organizationId } = tenant;
  const { now } = resources;
  const settled = now() - SETTLED_MS;
  const isStuck = ({ queuedAt = "", leaseUntil = 0, nextAttemptAt = 0 }: ChannelUpdate) =>
    Math.max(Date.parse(queuedAt), leaseUntil, nextAttemptAt) < settled;
  const ready = new Map<string, Promise<boolean>>();
  const canBeTold = ({ platformType }: ChannelUpdate) => {
    const known = ready.get(platformType) ?? isReady(resources, tenant, targetOf(targets, platformType));
    ready.set(platformType, known);
    return known;
  };
  let woken = 0;
  for (const state of ["queued", "waiting"] as const) {
    for await (const page of openUpdates(resources, organizationId, { state, until })) {
      const isToWake = await Promise.all(page.map(async (one) => (state === "queued" ? isStuck(one) : canBeTold(one))));
      const found = page.filter((_one, index) => isToWake[index]);
      woken += await queueAgain(resources, tenant, found);
    }
  }
  if (woken > 0) resources.log.warn("Channel updates were queued again", { organizationId, updates: woken });
  return woken;
}

async function queueAgain(
  { table, now, queues }: Resources,
  { organizationId, currency }: Tenant,
  found: readonly ChannelUpdate[],
): Promise<number> {
  const at = new Date(now()).toISOString();
  const requeued = await inTurns(found, REQUEUED_AT_ONCE, (update) => requeue(table, organizationId, update, at));
  const ids = found.flatMap(({ id }, index) => {
    const result = requeued[index];
    return result?.status === "fulfilled" && result.value ? [id] : [];
  });
  if (ids.length > 0) {
    const messages = ids.map((id) => ({ organizationId, currency, id }));
    await queues.sendAll("channelUpdates", messages);
  }
  const failed = requeued.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
  return ids.length;
}

async function isReady(
  resources: Resources,
  { organizationId, currency }: Tenant,
  target: ListingTargets[string] | undefined,
): Promise<boolean> {
  if (!target?.isReady) return target !== undefined;
  return target.isReady(contextFor(resources, organizationId, currency));
}

/** The urgent first, page by page, as long as there is time. */
async function* openUpdates(
  { table, now }: Resources,
  organizationId: OrganizationId,
  { state, until }: { state: "queued" | "waiting"; until: number },
): AsyncGenerator<ChannelUpdate[]> {
  let startKey: Item | undefined;
  do {
    const { items, lastKey } = await updatesInState(table, organizationId, { state, limit: AT_ONCE, startKey });
    yield items.map(updateOf);
    startKey = lastKey;
  } while (startKey && now() < until);
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
