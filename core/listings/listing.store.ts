import type { Context } from "../platform/context.ts";
import { NotFoundError } from "../platform/errors.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { globalPartition, type Key, orgPartition, type PartitionKey } from "../platform/keys.ts";
import { fromItem } from "../platform/resources.ts";
import type { Expression, Item, Table, Write } from "../platform/table.ts";
import type { ChannelUpdate } from "./channel-update.ts";
import { updateKey, updateOf } from "./channel-update.store.ts";
import type { Listing } from "./listing.ts";
import type { ListingStatus } from "./status.ts";

/** A listing with what its channel is to be told: they are made together and never apart. */
export interface Listed {
  listing: Listing;
  update: ChannelUpdate;
}

/** The bounds of listings in their partition, where each is followed by its channel update. */
export const FIRST_LISTING = "lst_";
export const AFTER_LISTINGS = "lst_~";

export function listingPartition(organizationId: OrganizationId): PartitionKey {
  return orgPartition(organizationId, "LISTING");
}

export function listingKey(organizationId: OrganizationId, id: string): Key {
  return { pk: listingPartition(organizationId), sk: id };
}

/** The ids of a product's listings. */
export function productPartition(organizationId: OrganizationId, productId: string): PartitionKey {
  return orgPartition(organizationId, "LISTING_OF", productId);
}

export function statusPartition(organizationId: OrganizationId, status: ListingStatus): PartitionKey {
  return orgPartition(organizationId, "LISTING", "STATUS", status);
}

export function platformPartition(organizationId: OrganizationId, platformType: string): PartitionKey {
  return orgPartition(organizationId, "LISTING", "PLATFORM", platformType);
}

function listingItem(organizationId: OrganizationId, listing: Listing): Key & Item {
  return {
    ...listing,
    ...listingKey(organizationId, listing.id),
    entity: "listing",
    gsi1pk: platformPartition(organizationId, listing.platformType),
    gsi1sk: listing.id,
    gsi2pk: statusPartition(organizationId, listing.status),
    gsi2sk: listing.id,
  };
}

/**
 * PLATFORM_SKU_IS_FREE: two listings of one SKU on one channel would each overwrite the other's quantity. All who want
 * the pair put the same item, and DynamoDB lets exactly one transaction in.
 */
const PLATFORM_SKU_IS_FREE: Expression = { expression: "attribute_not_exists(pk)" };

/** Guard, listing, its place among the product's, in this order. */
export function createWrites(ctx: Context, listing: Listing): Write[] {
  const { organizationId } = ctx.actor;
  const { id, productId } = listing;
  return [
    {
      put: { ...guardKey(organizationId, listing), entity: "listing-sku", listingId: id },
      condition: PLATFORM_SKU_IS_FREE,
    },
    { put: listingItem(organizationId, listing), condition: { expression: "attribute_not_exists(pk)" } },
    { put: { pk: productPartition(organizationId, productId), sk: id, entity: "listing-of", id } },
  ];
}

/** The listing as it shall be, its version already raised; two writers of one version race, and one of them loses. */
export function replaceWrite(ctx: Context, listing: Listing): Write {
  return {
    put: listingItem(ctx.actor.organizationId, listing),
    condition: {
      expression: "#version = :expected",
      names: { "#version": "version" },
      values: { ":expected": listing.version - 1 },
    },
  };
}

/**
 * STATUS_STILL_LEADS_THERE: what a channel answers races with what an operator does meanwhile. A listing that was paused
 * or ended in between is not made active by an answer to what was asked before.
 */
export function outcomeWrite(
  organizationId: OrganizationId,
  id: string,
  outcome: { from: ListingStatus[]; to: ListingStatus; at: string; error?: Listing["error"] | undefined },
): Write {
  const { from, to, at, error } = outcome;
  const set = "#status = :to, #version = #version + :one, updatedAt = :at, gsi2pk = :status";
  return {
    update: listingKey(organizationId, id),
    set: {
      expression: error ? `SET ${set}, #error = :error` : `SET ${set} REMOVE #error`,
      names: { "#status": "status", "#version": "version", "#error": "error" },
      values: {
        ":to": to,
        ":one": 1,
        ":at": at,
        ":status": statusPartition(organizationId, to),
        ...(error ? { ":error": error } : {}),
      },
    },
    condition: {
      expression: `#status IN (${from.map((_, index) => `:from${index}`).join(", ")})`,
      values: Object.fromEntries(from.map((status, index) => [`:from${index}`, status])),
    },
  };
}

/** The pair may be listed anew, and stock events pass the listing by. By the listing that holds it: a late repeat frees nobody else's. */
export function closeWrites(
  organizationId: OrganizationId,
  listing: Pick<Listing, "id" | "productId" | "platformType" | "platformSku">,
): Write[] {
  const { id, productId } = listing;
  return [
    {
      remove: guardKey(organizationId, listing),
      condition: { expression: "listingId = :id", values: { ":id": id } },
    },
    { put: { pk: productPartition(organizationId, productId), sk: id, entity: "listing-of", id, closed: true } },
  ];
}

function guardKey(
  organizationId: OrganizationId,
  { platformType, platformSku }: Pick<Listing, "platformType" | "platformSku">,
): Key {
  return { pk: orgPartition(organizationId, "LISTING_SKU", platformType), sk: platformSku };
}

/** The listings that stand under these names on a channel, by name. */
export async function listingIdsOf(
  { table, actor }: Pick<Context, "table" | "actor">,
  platformType: string,
  platformSkus: readonly string[],
): Promise<Map<string, string>> {
  const keys = platformSkus.map((platformSku) => guardKey(actor.organizationId, { platformType, platformSku }));
  const guards = await table.batchGet<Item>(keys, { consistent: true });
  return new Map(guards.map(({ sk, listingId }) => [String(sk), String(listingId)]));
}

/** Listings with their channel updates, by id, as they are now; what does not exist is left out. */
export async function readListed(
  table: Table,
  organizationId: OrganizationId,
  ids: readonly string[],
): Promise<Map<string, Listed>> {
  const keys = ids.flatMap((id) => [listingKey(organizationId, id), updateKey(organizationId, id)]);
  return pair(await table.batchGet<Item>(keys, { consistent: true }));
}

export function pair(items: readonly Item[]): Map<string, Listed> {
  const updates = new Map(
    items.filter((item) => item["entity"] === "channel-update").map((item) => [String(item["id"]), updateOf(item)]),
  );
  const found = new Map<string, Listed>();
  for (const item of items) {
    const update = item["entity"] === "listing" && updates.get(String(item["id"]));
    if (update) found.set(update.id, { listing: fromItem<Listing>(item), update });
  }
  return found;
}

/** Throws NotFoundError, also for another organisation's id. */
export async function getListed(ctx: Context, id: string): Promise<Listed> {
  const found = (await readListed(ctx.table, ctx.actor.organizationId, [id])).get(id);
  if (!found) throw new NotFoundError("Listing", id);
  return found;
}

/** The ids of a product's listings that have not been closed. */
export async function openListings(table: Table, organizationId: OrganizationId, productId: string): Promise<string[]> {
  const ids: string[] = [];
  let startKey: Item | undefined;
  do {
    const page = await table.query<Item>({
      pk: productPartition(organizationId, productId),
      consistent: true,
      filter: { expression: "attribute_not_exists(closed)" },
      ...(startKey ? { startKey } : {}),
    });
    ids.push(...page.items.map((item) => String(item["sk"])));
    startKey = page.lastKey;
  } while (startKey);
  return ids;
}

const TENANTS = globalPartition("SCHEDULE", "LISTINGS");

/** An organisation that has listings, for the sweep. */
export interface Tenant extends Item {
  organizationId: OrganizationId;
  currency: string;
}

export async function noteTenant(table: Table, tenant: { organizationId: string; currency: string }): Promise<void> {
  await table.put({ pk: TENANTS, sk: tenant.organizationId, entity: "listings-tenant", ...tenant });
}

export async function findTenant(table: Table, organizationId: string): Promise<Tenant | undefined> {
  return table.get<Tenant>({ pk: TENANTS, sk: organizationId }, { consistent: true });
}

export async function tenants(table: Table, startKey?: Item): Promise<{ items: Tenant[]; lastKey?: Item }> {
  return table.query<Tenant>({ pk: TENANTS, consistent: true, limit: 500, ...(startKey ? { startKey } : {}) });
}
