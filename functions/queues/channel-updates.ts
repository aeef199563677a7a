import * as Channels from "../../core/channels/index.ts";
import * as Listings from "../../core/listings/index.ts";
import { byOrganization } from "./by-organization.ts";

const targets = Channels.listingTargets();

/** Tells channels their quantities and prices. */
export const handler = byOrganization("channelUpdates", (ctx, ids, remainingMs) =>
  Listings.publishQuantities(ctx, { ids }, targets, { remainingMs }),
);
