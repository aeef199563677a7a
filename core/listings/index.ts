export { command, markPresale } from "./commands.ts";
export {
  CommandSchema,
  CreateListingSchema,
  ListListingsSchema,
  MarkPresaleSchema,
  UpdateListingSchema,
} from "./listing.ts";
export { findListedProducts } from "./listed-products.ts";
export { listListings } from "./listing-page.ts";
export { createListing, getListing, updateListing } from "./listings.ts";
export { type Change, projectQuantities } from "./projection.ts";
export { publishQuantities } from "./publishing.ts";
export { LISTING_STATUSES, UPDATE_STATES } from "./status.ts";
export type { ProductSupply, Supply } from "./supply.ts";
export { wakeStuckUpdates } from "./sweep.ts";
export {
  type AskedOperation,
  type ListingTarget,
  type ListingTargetEntry,
  type ListingTargets,
  type PriceUpdate,
  type QuantityResult,
  type QuantityUpdate,
  TARGETS,
  type Untold,
  type Urgency,
} from "./targets.ts";
