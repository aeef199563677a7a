import * as Listings from "../listings/index.ts";
import type { Context } from "../platform/context.ts";
import { listingTargets } from "./listing-targets.ts";

/** `Listings.command`, knowing which channels there are. */
export function commandListing(ctx: Context, input: Parameters<typeof Listings.command>[1]) {
  return Listings.command(ctx, input, listingTargets());
}
