import { describe, expect, it } from "vitest";
import * as Listings from "../../../core/listings/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import * as Catalog from "../../../core/catalog/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { inParallel } from "../../../core/platform/in-parallel.ts";
import { cloudContext } from "../../support/cloud.ts";
import { keepingQueues, makeListing, productOnSale, restock, settled, stockChange } from "../../support/listings.ts";

const CHANNELS = ["ebay", "shopify", "stockx", "alias"];
/** Products with four waiting updates each; a thousand updates in the benchmark, fewer here. */
const WAITING = 12;
/** As many messages as a worker is handed at once. */
const BATCH = 10;

/** Channels that note in which order listings were told, over all of them. */
function fourChannels() {
  const told: { id: string; quantity: number; isUrgent: boolean }[] = [];
  const target: Listings.ListingTarget = {
    takesPresale: true,
    maxBatch: 25,
    setQuantities: (_ctx, updates, { isUrgent }) => {
      told.push(...updates.map(({ listingId: id, offer }) => ({ id, quantity: offer.quantity, isUrgent })));
      return Promise.resolve(updates.map(({ listingId }) => ({ listingId, ok: true as const })));
    },
  };
  const entry: Listings.ListingTargetEntry = { takesPresale: true, load: () => Promise.resolve(target) };
  const targets: Listings.ListingTargets = Object.fromEntries(CHANNELS.map((name) => [name, entry]));
  return { targets, told };
}

async function listedOnAll(ctx: Context, targets: Listings.ListingTargets) {
  const productId = await productOnSale(ctx);
  await restock(ctx, productId, 1);
  const ids: string[] = [];
  for (const platformType of CHANNELS) {
    const { id } = await makeListing(ctx, productId, { platformType });
    await Listings.command(ctx, { id, command: "publish" }, targets);
    ids.push(id);
  }
  await settled(ctx, ids, targets);
  return { productId, ids };
}

describe("a sale of the last unit on one channel", () => {
  it("is told to the other three by the next worker, before all others that wait", async () => {
    const { ctx, sent } = keepingQueues(cloudContext());
    const { targets, told } = fourChannels();
    const others: string[] = [];
    await inParallel([...Array(WAITING).keys()], 4, async () => {
      others.push((await listedOnAll(ctx, targets)).productId);
    });
    const last = await listedOnAll(ctx, targets);
    sent.length = 0;
    await inParallel(others, 4, async (productId) => {
      await restock(ctx, productId, 1);
      await Listings.projectQuantities(ctx, [stockChange(ctx, productId)], { targets });
    });
    expect(sent).toHaveLength(4 * WAITING);
    const product = (await Catalog.findProducts(ctx, [last.productId])).get(last.productId);
    const unitPrice = { minor: 2_000, currency: "USD" };
    await Orders.recordOrder(
      ctx,
      {
        channel: "ebay",
        externalId: "01-00001-00001",
        status: "paid",
        isStatusKnown: true,
        placedAt: "2026-11-21T10:00:00.000Z",
        currency: "USD",
        lines: [{ sku: product?.sku ?? "", quantity: 1, unitPrice }],
        warnings: [],
      },
      { affectsStock: true },
    );
    await Listings.projectQuantities(ctx, [stockChange(ctx, last.productId)], { targets });
    // Its own messages are behind all others; the worker is handed the first ten.
    expect(new Set(sent.slice(-4))).toEqual(new Set(last.ids));
    told.length = 0;
    await Listings.publishQuantities(ctx, { ids: sent.slice(0, BATCH) }, targets);
    expect(told.slice(0, 4)).toMatchObject(last.ids.map(() => ({ quantity: 0, isUrgent: true })));
    expect(new Set(told.slice(0, 4).map(({ id }) => id))).toEqual(new Set(last.ids));
    expect(told.slice(4)).toMatchObject(Array.from({ length: BATCH }, () => ({ quantity: 2, isUrgent: false })));
  });
});
