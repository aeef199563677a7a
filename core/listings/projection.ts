import type { Context, Resources } from "../platform/context.ts";
import { DependencyError } from "../platform/errors.ts";
import type { OrganizationId } from "../platform/ids.ts";
import type { Item } from "../platform/table.ts";
import { ConditionFailed } from "../platform/table-errors.ts";
import { arrive } from "./arrival.ts";
import { type ChannelUpdate, decide, desiredOf, isRebased, isUrgent } from "./channel-update.ts";
import { recordCalculation, updateOf } from "./channel-update.store.ts";
import { EVERY_LISTING } from "./every-listing.ts";
import { contextFor } from "./context-for.ts";
import { inTurns } from "./in-turns.ts";
import { findTenant, type Listed, noteTenant, openListings, readListed } from "./listing.store.ts";
import { hasSoldSince, type OwnSale, ownSalesOf } from "./own-sales.ts";
import { publishable } from "./publishable.ts";
import { STOCK, type ProductSupply, type Supply } from "./supply.ts";
import { type ListingTargets, NO_CONNECTOR, targetOf, TARGETS } from "./targets.ts";

/** An item before and after a write, as the table's stream tells it. */
export interface Change {
  old?: Item;
  new?: Item;
  /** Milliseconds since the epoch; the stream itself knows seconds. */
  writtenAt?: number;
}

export interface Options {
  supply?: Supply;
  targets?: ListingTargets;
}

/** A message of the queue `channelUpdates`, with what it is sent by. */
interface Send {
  organizationId: string;
  currency: string;
  id: string;
  isUrgent: boolean;
  changedAt: number;
}

const AT_ONCE = 8;
const MAX_RACES = 10;

/**
 * Carries changes of stock and listings to what channels are to be told. Changes of one product are one calculation, from
 * what is in the table now; where the result is another than before it is recorded, and its id queued, urgent ones
 * first. May be called twice, in any order and side by side. A crash before the queue has it loses nothing: the stream
 * repeats the batch, and the sweep finds what is left.
 */
export async function projectQuantities(
  resources: Resources,
  changes: readonly Change[],
  options: Options = {},
): Promise<void> {
  await noteTenants(resources, changes);
  await calculateAll(resources, await affected(resources, changes, options.supply ?? STOCK), options);
  await askForAll(resources, changes);
}

/** Calculates the listings of these products, and queues those whose channel must be told. */
export async function calculateAll(
  resources: Resources,
  products: readonly Affected[],
  { supply = STOCK, targets = TARGETS }: Options,
): Promise<void> {
  const calculated = await inTurns(products, AT_ONCE, (product) =>
    calculateProduct(resources, product, supply, targets),
  );
  const sends = calculated
    .flatMap((result) => (result.status === "fulfilled" ? result.value : []))
    .toSorted((a, b) => Number(b.isUrgent) - Number(a.isUrgent));
  if (sends.length > 0) {
    const messages = sends.map(({ organizationId, currency, id }) => ({ organizationId, currency, id }));
    await resources.queues.sendAll("channelUpdates", messages);
    for (const { changedAt } of sends) {
      const seconds = Math.max(0, resources.now() - changedAt) / 1000;
      resources.metrics.observe("channel_update_queue_seconds", {}, seconds);
    }
  }
  // What could be calculated is on its way; the rest comes again.
  const failed = calculated.find((result) => result.status === "rejected");
  if (failed) throw failed.reason;
}

export interface Affected {
  organizationId: OrganizationId;
  productId: string;
  /** The earliest of the changes: what has waited longest is what is measured. */
  changedAt: number;
  /** What channels have sold of it themselves. */
  ownSales?: readonly OwnSale[];
}

async function affected(resources: Resources, changes: readonly Change[], supply: Supply): Promise<Affected[]> {
  const products = new Map<string, Affected>();
  const add = (product: Affected) => {
    const key = `${product.organizationId}#${product.productId}`;
    const { changedAt = product.changedAt, ownSales = [] } = products.get(key) ?? {};
    products.set(key, {
      ...product,
      changedAt: Math.min(changedAt, product.changedAt),
      ownSales: [...ownSales, ...(product.ownSales ?? [])],
    });
  };
  for (const change of changes) {
    for (const [productId, ownSales] of Map.groupBy(ownSalesOf(change), (sale) => sale.productId))
      add({ organizationId: tenantOf(change), productId, changedAt: changeTime(change) ?? resources.now(), ownSales });
    const productId = productOf(change);
    if (productId === undefined) continue;
    add({ organizationId: tenantOf(change), productId, changedAt: changeTime(change) ?? resources.now() });
  }
  for (const [organizationId, changed] of Map.groupBy(products.values(), (product) => product.organizationId)) {
    const changedAt = Math.min(...changed.map((product) => product.changedAt));
    const ids = changed.map(({ productId }) => productId);
    for (const productId of await supply.dependents(contextFor(resources, organizationId), ids))
      add({ organizationId, productId, changedAt });
  }
  return [...products.values()];
}

/** The product whose listings a change may concern. */
function productOf(change: Change): string | undefined {
  const item = change.new ?? change.old;
  const differs = (name: string) => change.old?.[name] !== change.new?.[name];
  switch (item?.["entity"]) {
    case "stock":
      return differs("available") ? String(item["sk"]).split("#", 1)[0] : undefined;
    case "listing":
      return differs("version") ? String(item["productId"]) : undefined;
    case "product":
      return change.old && ["status", "priceMinor", "currency"].some(differs) ? String(item["sk"]) : undefined;
    case "event":
      // Of what a bundle consists: `bundle.set`, `bundle.removed`.
      return change.new && String(item["type"]).startsWith("bundle.") ? bundleOf(change.new) : undefined;
    default:
      return undefined;
  }
}

const bundleOf = (event: Item) => (event["data"] as { productId?: string } | undefined)?.productId;

function tenantOf({ old, new: now }: Change): OrganizationId {
  return String((now ?? old)?.["pk"]).split("#", 1)[0] as OrganizationId;
}

/** Who has listings is known to the sweep from the first one on, before anything of it can get stuck. */
async function noteTenants({ table }: Resources, changes: readonly Change[]): Promise<void> {
  const made = changes.filter((change) => change.new?.["entity"] === "listing" && !change.old);
  const currencies = new Map(made.map((change) => [tenantOf(change), String(change.new?.["currency"])]));
  for (const [organizationId, currency] of currencies) await noteTenant(table, { organizationId, currency });
}

/** Other locations sell: that concerns every listing of the organisation, which is a queue's work and not a stream's. */
async function askForAll({ table, queues }: Resources, changes: readonly Change[]): Promise<void> {
  const changed = changes.filter((change) => change.new?.["entity"] === "location-directory");
  for (const organizationId of new Set(changed.map(tenantOf))) {
    const tenant = await findTenant(table, organizationId);
    if (!tenant) continue;
    await queues.send("channelUpdates", { organizationId, currency: tenant.currency, id: EVERY_LISTING });
  }
}

/** Items say when they were changed to the millisecond, the stream to the second. */
function changeTime({ new: item, writtenAt }: Change): number | undefined {
  const at = Date.parse(String(item?.["updatedAt"]));
  return Number.isNaN(at) ? writtenAt : at;
}

async function calculateProduct(
  resources: Resources,
  { organizationId, productId, changedAt, ownSales = [] }: Affected,
  supply: Supply,
  targets: ListingTargets,
): Promise<Send[]> {
  const { table } = resources;
  const sends = new Map<string, Send>();
  for (let round = 0; round < MAX_RACES; round++) {
    const ids = await openListings(table, organizationId, productId);
    if (ids.length === 0) return [];
    // Before it is read: a sale in between is one that the calculation need not know of.
    const calculatedAt = new Date(resources.now()).toISOString();
    const [supplied, found] = await Promise.all([
      supply.read(contextFor(resources, organizationId), productId),
      readListed(table, organizationId, ids),
    ]);
    let looksAgain = false;
    for (const { listing, update } of found.values()) {
      if (listing.status === "draft") continue;
      const ctx = contextFor(resources, organizationId, listing.currency);
      const current = (await arrive(ctx, listing, supplied.levels)) ?? listing;
      const done = await calculateListing(
        ctx,
        { listing: current, update },
        { supplied, targets, changedAt, calculatedAt, ownSales },
      );
      if (done.send) sends.set(listing.id, done.send);
      looksAgain ||= done.isRebased;
    }
    if (!looksAgain) return [...sends.values()];
  }
  throw new DependencyError("database", "A product's bundle changes too often");
}

interface Basis {
  supplied: ProductSupply;
  targets: ListingTargets;
  changedAt: number;
  calculatedAt: string;
  ownSales: readonly OwnSale[];
}

/** `send` where somebody must be told. */
async function calculateListing(
  ctx: Context,
  { listing, update }: Listed,
  { supplied, targets, changedAt, calculatedAt, ownSales }: Basis,
): Promise<{ send?: Send; isRebased: boolean }> {
  const { organizationId } = ctx.actor;
  const target = targetOf(targets, listing.platformType);
  const { price, ...offer } = publishable(listing, supplied).offer;
  const next = {
    offer: price && target?.takesPrices ? { ...offer, price } : offer,
    stamp: supplied.stamp + listing.version,
    basis: supplied.basis,
    listingStatus: listing.status,
    hasTarget: target !== undefined,
  };
  const ownSaleAt = target?.countsOwnSales ? lastOf(ownSales, listing.platformType) : undefined;
  let seen: ChannelUpdate = update;
  for (let race = 0; race < MAX_RACES; race++) {
    const decided = decide(seen, next);
    const isOwn = ownSaleAt !== undefined && ownSaleAt > (seen.ownSaleAt ?? "");
    const kind = isOwn && isToRefill(decided, seen, ownSaleAt) ? ("refill" as const) : decided;
    if (kind === "stale") return { isRebased: false };
    const priority = isUrgent(seen, next.offer) ? ("urgent" as const) : undefined;
    const send = { organizationId, currency: listing.currency, id: listing.id, isUrgent: !!priority, changedAt };
    if (kind === "resend") return { send, isRebased: false };
    const queuedAt = new Date(ctx.now()).toISOString();
    const recorded = {
      kind,
      next,
      ownSaleAt: isOwn ? ownSaleAt : undefined,
      priority,
      reason: NO_CONNECTOR,
      calculatedAt,
      queuedAt,
      changedAt,
    };
    try {
      await recordCalculation(ctx.table, organizationId, seen, recorded);
      return { ...(kind === "queue" || kind === "refill" ? { send } : {}), isRebased: isRebased(seen, next) };
    } catch (error) {
      if (!(error instanceof ConditionFailed) || !error.item) throw error;
      seen = updateOf(error.item);
    }
  }
  throw new DependencyError("database", "Too many calculations of one listing at once");
}

const lastOf = (sales: readonly OwnSale[], channel: string): string | undefined =>
  sales
    .flatMap((sale) => (sale.channel === channel ? [sale.at] : []))
    .toSorted()
    .at(-1);

/** As much is to be shown as before, of which the channel has sold some. What has failed waits for who mends it. */
function isToRefill(decided: ReturnType<typeof decide>, seen: ChannelUpdate, ownSaleAt: string): boolean {
  if (decided === "queue" || decided === "wait" || seen.state === "failed" || seen.state === "none") return false;
  const desired = desiredOf(seen);
  return desired !== undefined && hasSoldSince(seen, desired, ownSaleAt);
}
