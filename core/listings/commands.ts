import * as Catalog from "../catalog/index.ts";
import { type Context, requirePermission, timestamp } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { VersionConflictError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import { revise } from "../platform/resources.ts";
import type { Write } from "../platform/table.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { checkListing, CommandSchema, type Listing, MarkPresaleSchema, nextStatus } from "./listing.ts";
import { closeWrites, getListed, type Listed, replaceWrite } from "./listing.store.ts";
import { recordPresale, requireFuture } from "./presale.ts";
import { presaleWrite } from "./presale.store.ts";
import type { Command } from "./status.ts";
import { type ListingTargets, targetOf, TARGETS } from "./targets.ts";
import { type ListingView, viewListing } from "./view.ts";

const EVENTS: Record<Command, string> = {
  publish: "listing.publishing",
  pause: "listing.paused",
  resume: "listing.resumed",
  end: "listing.ended",
};

interface CommandInput {
  id: string;
  command: Command;
  expectedVersion?: number | undefined;
  options?: unknown;
}

/**
 * Moves a listing through its life; its channel learns of it by the queue, moments later. Throws NOT_FOUND,
 * STATE_CONFLICT with reasons, VERSION_CONFLICT.
 */
export async function command(
  ctx: Context,
  { id, command: name, expectedVersion, options = {} }: CommandInput,
  targets: ListingTargets = TARGETS,
): Promise<ListingView> {
  requirePermission(ctx, "listings.write");
  parse(CommandSchema, options);
  return idempotent<ListingView>(ctx, `listings.${name}`, { id, options }, async (commit) => {
    const current = await getListed(ctx, id);
    const { listing } = current;
    const productStatus = (await Catalog.findProducts(ctx, [listing.productId])).get(listing.productId)?.status;
    const target = targetOf(targets, listing.platformType);
    const status = nextStatus(listing, name, { productStatus: productStatus ?? "missing", target });
    const revised = revise(ctx, "Listing", listing, { status }, expectedVersion);
    if (status === "publishing") delete revised.error;
    const { organizationId } = ctx.actor;
    const writes = [replaceWrite(ctx, revised), outboxWrite(ctx, EVENTS[name], { id, from: listing.status })];
    if (status === "ended" && listing.presale) writes.push(presaleWrite(ctx, { id }));
    // A draft's channel has never heard of it: nobody has to be told before the pair is free.
    if (status === "ended" && listing.status === "draft") writes.push(...closeWrites(organizationId, listing));
    return commitListing({ current, revised, writes, commit });
  });
}

/**
 * Marks a listing as presale, changes the mark or takes it away; each is recorded. A marked listing's quantity is only
 * ever published as presale. Throws NOT_FOUND, STATE_CONFLICT once it has ended, VERSION_CONFLICT, VALIDATION_ERROR.
 */
export async function markPresale(
  ctx: Context,
  { id, expectedVersion, input }: { id: string; expectedVersion?: number | undefined; input: unknown },
): Promise<ListingView> {
  requirePermission(ctx, "listings.write");
  const { availableFrom, quantity } = parse(MarkPresaleSchema, input);
  return idempotent<ListingView>(ctx, "listings.markPresale", { id, input }, async (commit) => {
    const presale = availableFrom === null ? undefined : defined({ availableFrom, quantity });
    if (presale) requireFuture(presale, ctx.now());
    const current = await getListed(ctx, id);
    const { listing } = current;
    checkListing(listing);
    const by = { by: ctx.actor.id, at: timestamp(ctx) };
    const change = presale
      ? { change: "marked" as const, ...presale, ...by }
      : { change: "unmarked" as const, ...listing.presale, ...by };
    const { presale: _before, ...rest } = listing;
    const marked = defined({ presale, presaleChanges: recordPresale(listing, change) }) as Partial<Listing>;
    const revised = revise(ctx, "Listing", rest as Listing, marked, expectedVersion);
    const event = presale ? "listing.presaleMarked" : "listing.presaleUnmarked";
    const writes = [
      replaceWrite(ctx, revised),
      presaleWrite(ctx, revised),
      outboxWrite(ctx, event, { id, ...presale }),
    ];
    return commitListing({ current, revised, writes, commit });
  });
}

async function commitListing(change: {
  current: Listed;
  revised: Listing;
  /** The listing's own first. */
  writes: Write[];
  commit: (writes: Write[], result: ListingView) => Promise<ListingView>;
}): Promise<ListingView> {
  const { current, revised, writes, commit } = change;
  try {
    return await commit(writes, viewListing({ listing: revised, update: current.update }));
  } catch (error) {
    throw error instanceof TransactionCanceled && error.failedAt(0)
      ? new VersionConflictError("Listing", revised.id, current.listing.version)
      : error;
  }
}
