import * as Listings from "../../core/listings/index.ts";
import { byOrganization } from "./by-organization.ts";

/** Tells channels their quantities. */
export const handler = byOrganization("channelUpdates", (ctx, ids) => Listings.publishQuantities(ctx, { ids }));
