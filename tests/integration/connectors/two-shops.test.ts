import { afterEach, beforeEach, expect, test } from "vitest";
import * as Accounts from "../../../core/accounts/index.ts";
import * as Channels from "../../../core/channels/index.ts";
import { type Connection, connectorNamed, type Manifest } from "../../../core/connectors/index.ts";
import * as Listings from "../../../core/listings/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { putOffer } from "../../../local/sandbox/ebay/demo.ts";
import { EBAY_DEMO, type EbaySandbox, startEbaySandbox } from "../../../local/sandbox/ebay/server.ts";
import { putProduct, putVariant } from "../../../local/sandbox/shopify/demo.ts";
import { SHOPIFY_DEMO, type ShopifySandbox, startShopifySandbox } from "../../../local/sandbox/shopify/server.ts";
import { cloudContext } from "../../support/cloud.ts";
import { sandboxConnection } from "../../support/connectors.ts";
import { keepingQueues, listedOn, project, makeListing, settled, stockChange } from "../../support/listings.ts";
import { stoppedClock } from "../../support/recording.ts";
import { shownOf } from "../../support/shopify.ts";

const SKU = "DEMO-PAIR";
const MINUTE = 60_000;
const clock = stoppedClock();
const { now } = clock;
let ebay: EbaySandbox;
let shopify: ShopifySandbox;

beforeEach(async () => {
  ebay = await startEbaySandbox({ now, items: 0 });
  shopify = await startShopifySandbox({ now, variants: 0 });
});

afterEach(() => Promise.all([ebay.stop(), shopify.stop()]));

const manifestOf = (name: string): Manifest => {
  const manifest = connectorNamed(name);
  if (!manifest) throw new Error(`There is no connector ${name}`);
  return manifest;
};

/** An organisation with an account on both, by the connectors themselves. */
async function open() {
  const { ctx, sent } = keepingQueues(cloudContext({ now }));
  const ids = new Map<string, string>();
  const connections = new Map<string, Connection>();
  for (const [provider, account, url] of [
    ["ebay", EBAY_DEMO, ebay.url],
    ["shopify", SHOPIFY_DEMO, shopify.url],
  ] as const) {
    const { id } = await Accounts.createAccount(ctx, { provider, name: provider, ...account });
    ids.set(provider, id);
    connections.set(id, await sandboxConnection(manifestOf(provider), { api: url }, { ...account, now }));
    const settings = { affectsStock: true, from: new Date(now() - MINUTE).toISOString() };
    await Channels.putOrdersSync(ctx, { accountId: id, input: settings });
  }
  const doors: Channels.Doors = {
    accountFor: async (_ctx, provider) => ({ id: ids.get(provider) ?? "", provider }),
    openAccount: async (_ctx, id) => {
      const connection = connections.get(id);
      if (!connection) throw new Error("There is no such account");
      return { connection, connector: await manifestOf(connection.provider).load() };
    },
  };
  return { ctx, sent, doors, targets: Channels.listingTargets(doors), accounts: [...ids.values()] };
}

type Opened = Awaited<ReturnType<typeof open>>;

/** Ten pairs, on sale on both. */
async function listed({ ctx, targets }: Opened) {
  const offer = putOffer(ebay.state, { sku: SKU, quantity: 0 });
  const productId = putProduct(shopify.state, { title: "Demo pair", now: now() });
  putVariant(shopify.state, { productId, sku: SKU, quantity: 0, now: now() });
  const here = await listedOn(ctx, targets, 10, { platformSku: SKU });
  const there = await makeListing(ctx, here.productId, { platformType: "shopify", platformSku: SKU });
  await project(ctx, { listings: [there.id] });
  await Listings.command(ctx, { id: there.id, command: "publish" }, targets);
  await settled(ctx, [there.id], targets);
  return { offer, productId: here.productId, ids: [here.id, there.id] };
}

async function shipped(ctx: Context, id: string, channel: string) {
  const { fulfilments } = await Orders.getOrder(ctx, id);
  const event = {
    entity: "event",
    id: ctx.newId("event"),
    type: "order.fulfilled",
    organizationId: ctx.actor.organizationId,
    actor: { kind: ctx.actor.kind, id: ctx.actor.id },
    requestId: "req_test",
    data: { id, channel, fulfilmentId: fulfilments.at(-1)?.id },
  };
  return { new: event };
}

test("what is sold on eBay and on the shop at once is off both, sent, and told to its own channel once", async () => {
  const opened = await open();
  const { ctx, sent, doors, targets, accounts } = opened;
  const { offer, productId, ids } = await listed(opened);
  expect([offer.availableQuantity, shownOf(shopify.state, SKU)]).toEqual([10, 10]);

  clock.advance(MINUTE);
  ebay.sell({ sku: SKU, quantity: 3 });
  shopify.sell({ sku: SKU, quantity: 2 });
  clock.advance(MINUTE);
  const [ofEbay = "", ofShopify = ""] = accounts;
  const tell = async () => {
    // A calculation of the very same moment would not count as later than the order.
    clock.advance(1);
    await Listings.projectQuantities(ctx, [stockChange(ctx, productId)], { targets });
    await Listings.publishQuantities(ctx, { ids }, targets);
  };
  await Channels.pollOrders(ctx, { id: ofEbay, remainingMs: () => 120_000 }, doors);
  // The shop's own sale is not read yet, and is not written over.
  await tell();
  expect([offer.availableQuantity, shownOf(shopify.state, SKU)]).toEqual([7, 5]);
  clock.advance(1_000);
  await Channels.pollOrders(ctx, { id: ofShopify, remainingMs: () => 120_000 }, doors);
  await tell();
  expect([offer.availableQuantity, shownOf(shopify.state, SKU)]).toEqual([5, 5]);

  const { items } = await Orders.listOrders(ctx, { limit: 10 });
  expect(items.map(({ channel, status }) => `${channel} ${status}`).toSorted()).toEqual(["ebay paid", "shopify paid"]);
  for (const { id, channel } of items) {
    await Orders.fulfilOrder(ctx, { id, input: { carrier: "UPS", trackingNumber: `1Z-${channel}` } });
    await Channels.noteFulfilments(ctx, [await shipped(ctx, id, channel)]);
    const task = sent.at(-1) ?? "";
    for (let time = 0; time < 2; time++) await Channels.workTask(ctx, task, doors);
  }
  const [atEbay] = Object.values(ebay.state.fulfillments);
  expect(atEbay).toMatchObject([{ shipmentTrackingNumber: "1Zebay", lineItems: [{ quantity: 3 }] }]);
  expect(Object.values(shopify.state.orders).map(({ fulfillments }) => fulfillments)).toMatchObject([
    [{ tracking_number: "1Z-shopify", line_items: [{ quantity: 2 }] }],
  ]);
});
