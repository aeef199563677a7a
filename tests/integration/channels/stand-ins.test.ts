import { expect, it, onTestFinished } from "vitest";
import * as Accounts from "../../../core/accounts/index.ts";
import * as Catalog from "../../../core/catalog/index.ts";
import * as Channels from "../../../core/channels/index.ts";
import * as Listings from "../../../core/listings/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { ALIAS_DEMO, startAliasSandbox } from "../../../local/sandbox/alias/server.ts";
import { putOffer } from "../../../local/sandbox/ebay/demo.ts";
import { EBAY_DEMO, startEbaySandbox } from "../../../local/sandbox/ebay/server.ts";
import { putProduct, putVariant } from "../../../local/sandbox/shopify/demo.ts";
import { CUSTOM_APP, startShopifySandbox } from "../../../local/sandbox/shopify/server.ts";
import { workersFor } from "../../support/accounts.ts";
import { keepingQueues, makeListing, productOnSale, restock, settled, stockChange } from "../../support/listings.ts";

const targets = Channels.listingTargets();

/** Three channels with two units of one thing, and the organisation's accounts there. */
async function threeChannels() {
  // It goes on by itself, too: budgets wait for their turn.
  let ahead = 0;
  const now = () => Date.now() + ahead;
  const advance = (ms: number) => void (ahead += ms);
  const item = { catalogId: "test-item", name: "Test item", sku: "TEST 100", retailCents: 10_000, sizes: [9] };
  const ebay = await startEbaySandbox({ now, items: 0 });
  const shopify = await startShopifySandbox({ now, variants: 0 });
  const alias = await startAliasSandbox({ now, catalogue: [item], isEmpty: true });
  onTestFinished(async () => {
    await Promise.all([ebay.stop(), shopify.stop(), alias.stop()]);
  });
  const { ctx } = keepingQueues(workersFor({ ebay, shopify, alias }, { now })());
  const account = (provider: string, access: object) =>
    Accounts.createAccount(ctx, { provider, name: "Test", ...access });
  const { id: accountId } = await account("ebay", EBAY_DEMO);
  await account("shopify", CUSTOM_APP);
  await account("alias", ALIAS_DEMO);
  putOffer(ebay.state, { sku: "TEST-1", quantity: 2 });
  const productId = putProduct(shopify.state, { title: "Test item", now: now() });
  const variant = putVariant(shopify.state, { productId, sku: "TEST-1", quantity: 2, now: now() });
  for (let unit = 0; unit < 2; unit++) alias.offer(item, { size: 9, cents: 10_000 });
  const skus = { ebay: "TEST-1", shopify: "TEST-1", alias: "test-item/9" };
  const shows = () => ({
    ebay: Object.values(ebay.state.offers)[0]?.availableQuantity,
    shopify: Object.values(variant.available)[0]?.quantity,
    alias: Object.values(alias.state.listings).filter(({ status }) => status === "LISTING_STATUS_ACTIVE").length,
  });
  return { ctx, advance, ebay, accountId, skus, shows };
}

/** What messages and their delays would do. */
async function publish(ctx: Context, advance: (ms: number) => void, ids: readonly string[]): Promise<void> {
  for (let n = 0; n < 4; n++) {
    await Listings.publishQuantities(ctx, { ids }, targets);
    advance(60_000);
  }
}

it("a sale on eBay takes the unit off Shopify and Alias, and eBay learns what was sent for it", async () => {
  const { ctx, advance, ebay, accountId, skus, shows } = await threeChannels();
  const productId = await productOnSale(ctx);
  await Catalog.updateProduct(ctx, { id: productId, changes: { sku: "TEST-1" } });
  await restock(ctx, productId, 2);
  const ids: string[] = [];
  for (const [platformType, platformSku] of Object.entries(skus)) {
    const { id } = await makeListing(ctx, productId, { platformType, platformSku });
    await Listings.command(ctx, { id, command: "publish" }, targets);
    ids.push(id);
  }
  await settled(ctx, ids, targets);
  await publish(ctx, advance, ids);
  expect(shows()).toEqual({ ebay: 2, shopify: 2, alias: 2 });

  await Channels.putOrdersSync(ctx, { accountId, input: {} });
  advance(60_000);
  const { orderId: externalId } = ebay.sell({ sku: "TEST-1" });
  advance(60_000);
  await Channels.pollOrders(ctx, { id: accountId, remainingMs: () => 120_000 });
  expect(await Channels.getOrdersSync(ctx, accountId)).toMatchObject({ counts: { recorded: 1, unreadable: 0 } });
  await Listings.projectQuantities(ctx, [stockChange(ctx, productId)], { targets });
  await publish(ctx, advance, ids);
  expect(shows()).toEqual({ ebay: 1, shopify: 1, alias: 1 });

  const [order] = (await Orders.listOrders(ctx, { channel: "ebay" })).items;
  const id = order?.id ?? "";
  expect(order).toMatchObject({ externalId, status: "paid", affectsStock: true });
  const tracking = { carrier: "UPS", trackingNumber: "1Z999AA10123456784" };
  await Orders.fulfilOrder(ctx, { id, input: tracking });
  const sent = (await Orders.getOrder(ctx, id)).fulfilments[0]?.id ?? "";
  const event = {
    entity: "event",
    id: ctx.newId("event"),
    type: "order.fulfilled",
    organizationId: ctx.actor.organizationId,
    actor: { kind: ctx.actor.kind, id: ctx.actor.id },
    requestId: "req_test",
    data: { id, channel: "ebay", fulfilmentId: sent },
  };
  await Channels.noteFulfilments(ctx, [{ new: event }]);
  const task = sent.replace("ful_", "cht_");
  for (let n = 0; n < 2; n++) await Channels.workTask(ctx, task);
  expect(await Channels.getTask(ctx, task)).toMatchObject({ status: "done" });
  expect(ebay.state.fulfillments[externalId]).toMatchObject([
    { shipmentTrackingNumber: tracking.trackingNumber, shippingCarrierCode: "UPS" },
  ]);
});
