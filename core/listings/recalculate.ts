import type { Context } from "../platform/context.ts";
import type { Item } from "../platform/table.ts";
import { EVERY_LISTING } from "./every-listing.ts";
import { AFTER_LISTINGS, FIRST_LISTING, listingPartition } from "./listing.store.ts";
import { calculateAll, type Options } from "./projection.ts";

/** Listings a message; each is followed by its update. */
const AT_ONCE = 100;

/**
 * What a change of the selling locations asks for: every listing, page by page, the next page by the next message. Called
 * again with the same id it does the same again, which harms nothing.
 */
export async function recalculate(ctx: Context, id: string, options: Options = {}): Promise<void> {
  const { organizationId, currency } = ctx.actor;
  const after = id.slice(EVERY_LISTING.length);
  const page = await ctx.table.query<Item>({
    pk: listingPartition(organizationId),
    from: after === "" ? FIRST_LISTING : `${after}~~`,
    to: AFTER_LISTINGS,
    limit: 2 * AT_ONCE,
    consistent: true,
    attributes: ["sk", "productId"],
  });
  const changedAt = ctx.now();
  const productIds = [...new Set(page.items.map((item) => String(item["productId"])))];
  const products = productIds.map((productId) => ({ organizationId, productId, changedAt }));
  await calculateAll(ctx, products, options);
  const last = page.lastKey === undefined ? undefined : String(page.lastKey["sk"]).split("~", 1)[0];
  if (last !== undefined)
    await ctx.queues.send("channelUpdates", { organizationId, currency, id: `${EVERY_LISTING}${last}` });
}
