import * as Catalog from "../catalog/index.ts";
import * as Inventory from "../inventory/index.ts";
import { type Context, requirePermission } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { AppError, NotFoundError, VersionConflictError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { fieldChanges } from "../platform/field-changes.ts";
import { idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import { newResource, revise } from "../platform/resources.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { newUpdate } from "./channel-update.store.ts";
import { checkListing, CreateListingSchema, type Listing, UpdateListingSchema } from "./listing.ts";
import { createWrites, getListed, replaceWrite } from "./listing.store.ts";
import { requireFuture } from "./presale.ts";
import { presaleWrite } from "./presale.store.ts";
import { publishable } from "./publishable.ts";
import { STOCK, type Supply } from "./supply.ts";
import { type ListingView, viewListing, viewOffer } from "./view.ts";

/**
 * Makes a listing, as a draft. Throws NOT_FOUND (product, location), STATE_CONFLICT when the platform SKU is listed already,
 * VALIDATION_ERROR.
 */
export async function createListing(ctx: Context, input: unknown): Promise<ListingView> {
  requirePermission(ctx, "listings.write");
  const data = parse(CreateListingSchema, input);
  const { productId, platformType, platformSku, presale } = data;
  return idempotent<ListingView>(ctx, "listings.createListing", input, async (commit) => {
    if (presale) requireFuture(presale, ctx.now());
    // Products are never removed: one that was found is still there when this is committed.
    if (!(await Catalog.findProducts(ctx, [productId])).has(productId)) throw new NotFoundError("Product", productId);
    for (const locationId of data.locations ?? []) await Inventory.requireLocation(ctx, locationId);
    const made = newResource(ctx, "listing");
    const { id: createdBy } = ctx.actor;
    const marked = presale && [{ change: "marked" as const, ...presale, by: createdBy, at: made.createdAt }];
    const listing = defined({
      ...made,
      ...data,
      status: "draft" as const,
      presaleChanges: marked,
      currency: ctx.actor.currency,
      createdBy,
    }) as Listing;
    checkListing(listing);
    const { update, write } = newUpdate(ctx.actor.organizationId, listing);
    const writes = [
      ...createWrites(ctx, listing),
      write,
      ...(presale ? [presaleWrite(ctx, listing)] : []),
      outboxWrite(ctx, "listing.created", { id: listing.id, productId, platformType, platformSku }),
    ];
    try {
      return await commit(writes, viewListing({ listing, update }));
    } catch (error) {
      if (!(error instanceof TransactionCanceled) || !error.failedAt(0)) throw error;
      const holder = error.reasons[0]?.item?.["listingId"];
      throw new AppError("STATE_CONFLICT", "This SKU is listed on this channel already", {
        field: "platformSku",
        details: { platformType, platformSku, listingId: holder },
      });
    }
  });
}

/** Changes what may be shown. Throws NOT_FOUND, VERSION_CONFLICT, STATE_CONFLICT once it has ended, VALIDATION_ERROR. */
export async function updateListing(
  ctx: Context,
  { id, expectedVersion, changes }: { id: string; expectedVersion?: number | undefined; changes: unknown },
): Promise<ListingView> {
  requirePermission(ctx, "listings.write");
  const data = parse(UpdateListingSchema, changes);
  const { listing, update } = await getListed(ctx, id);
  const revised = revise(ctx, "Listing", listing, defined(data) as Partial<Listing>, expectedVersion);
  checkListing(revised);
  for (const locationId of data.locations ?? []) await Inventory.requireLocation(ctx, locationId);
  const fields = Object.keys(data) as (keyof Listing)[];
  const event = outboxWrite(ctx, "listing.updated", { id, fields, changes: fieldChanges(listing, revised, fields) });
  try {
    await ctx.table.transact([replaceWrite(ctx, revised), event]);
  } catch (error) {
    throw error instanceof TransactionCanceled && error.failedAt(0)
      ? new VersionConflictError("Listing", id, listing.version)
      : error;
  }
  return viewListing({ listing: revised, update });
}

/** With what its channel should show at this moment and how that comes to be. Throws NOT_FOUND. */
export async function getListing(ctx: Context, id: string, supply: Supply = STOCK) {
  requirePermission(ctx, "listings.read");
  const listed = await getListed(ctx, id);
  const { offer, trace } = publishable(listed.listing, await supply.read(ctx, listed.listing.productId));
  return { ...viewListing(listed), publishable: { ...viewOffer(offer), trace } };
}
