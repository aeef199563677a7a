import { describe, expect, it } from "vitest";
import * as Channels from "../../../core/channels/index.ts";
import { entry } from "../../../core/channels/listing-targets.ts";
import {
  BudgetSpentError,
  type Connector,
  type Manifest,
  type QuantityUpdate,
} from "../../../core/connectors/index.ts";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Listings from "../../../core/listings/index.ts";
import { STOCK } from "../../../core/listings/supply.ts";
import * as Orders from "../../../core/orders/index.ts";
import * as Catalog from "../../../core/catalog/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { CircuitOpenError, RateLimitError, TransientError } from "../../../core/platform/http/errors.ts";
import { orgPartition } from "../../../core/platform/keys.ts";
import type { Item } from "../../../core/platform/table.ts";
import { cloudContext } from "../../support/cloud.ts";
import { keepingQueues, listedOn, stockChange } from "../../support/listings.ts";
import { doorsTo } from "../../support/living-orders.ts";
import { stoppedClock } from "../../support/recording.ts";

/** A channel that compares before it sets, and notes what it was said to show. */
function comparing() {
  const told: Pick<QuantityUpdate, "quantity" | "shown">[] = [];
  let fault: Error | undefined;
  let hasChanged = false;
  let during: (() => Promise<unknown>) | undefined;
  const connector: Connector = {
    sign: (request) => request,
    listings: {
      maxBatch: 10,
      setQuantities: async (_connection, updates) => {
        told.push(...updates.map(({ quantity, shown }) => ({ quantity, ...(shown === undefined ? {} : { shown }) })));
        await during?.();
        if (fault) throw fault;
        return updates.map(({ id }) => ({ id, ok: true as const }));
      },
    },
  };
  const manifest: Manifest = {
    name: "ebay",
    title: "eBay",
    capabilities: ["listings"],
    credentials: {},
    settings: {},
    bases: { api: "http://127.0.0.1", auth: "http://127.0.0.1" },
    limits: [],
    load: () => Promise.resolve(connector),
  };
  const targets = { ebay: entry(manifest, doorsTo(connector, { mayHaveChanged: () => hasChanged })) };
  return {
    targets,
    told,
    onTelling: (next: typeof during) => void (during = next),
    fail: (next: Error | undefined, { changed }: { changed: boolean } = { changed: true }) => {
      fault = next;
      hasChanged = changed;
    },
  };
}

async function listed(input: object = {}) {
  const clock = stoppedClock();
  const { ctx } = keepingQueues(cloudContext({ now: clock.now }));
  const channel = comparing();
  const { targets } = channel;
  const { id, productId } = await listedOn(ctx, targets, 9, input);
  const project = async () => {
    clock.advance(1_000);
    await Listings.projectQuantities(ctx, [stockChange(ctx, productId)], { targets });
  };
  const tell = async () => {
    clock.advance(1_000);
    await Listings.publishQuantities(ctx, { ids: [id] }, targets);
  };
  const publish = async () => {
    await project();
    await tell();
  };
  const take = async (quantity: number) => {
    clock.advance(1_000);
    const input = { changeType: quantity < 0 ? "restock" : "damaged", quantity: Math.abs(quantity) };
    await Inventory.adjust(ctx, { productId, input });
  };
  const sell = async (channelName: string, externalId: string, quantity: number, how: How = {}) => {
    clock.advance(1_000);
    await recordSale(ctx, { productId, channel: channelName, externalId, quantity, ...how });
  };
  return { clock, ctx, channel, id, productId, project, tell, publish, take, sell };
}

interface How {
  status?: "paid" | "cancelled";
  affectsStock?: boolean;
}

async function recordSale(
  ctx: Context,
  {
    productId,
    channel,
    externalId,
    quantity,
    status = "paid",
    affectsStock = true,
  }: How & { productId: string; channel: string; externalId: string; quantity: number },
): Promise<void> {
  const product = (await Catalog.findProducts(ctx, [productId])).get(productId);
  const unitPrice = { minor: 2_000, currency: "USD" };
  await Orders.recordOrder(
    ctx,
    {
      channel,
      externalId,
      status,
      isStatusKnown: true,
      placedAt: "2026-11-21T10:00:00.000Z",
      currency: "USD",
      lines: [{ sku: product?.sku ?? "", quantity, unitPrice }],
      warnings: [],
    },
    { affectsStock },
  );
}

describe("what a channel shows as far as we know", () => {
  it("is what it was told, less what its own orders took since, and no other channel's", async () => {
    const { channel, publish, take, sell } = await listed();
    expect(channel.told).toEqual([{ quantity: 9 }]);
    await take(1);
    await publish();
    await sell("ebay", "01-1", 2);
    await publish();
    await sell("shopify", "1001", 3);
    await publish();
    expect(channel.told.slice(1)).toEqual([
      { quantity: 8, shown: 9 },
      { quantity: 6, shown: 6 },
      { quantity: 3, shown: 6 },
    ]);
  });

  it("does not lack a sale that is read after the quantity was calculated: the channel keeps it off", async () => {
    const { channel, project, tell, publish, take, sell } = await listed();
    await take(1);
    await project();
    await sell("ebay", "01-1", 2);
    await tell();
    await publish();
    expect(channel.told.slice(1)).toEqual([
      { quantity: 8, shown: 9 },
      { quantity: 6, shown: 6 },
    ]);
  });

  it("lacks neither what was cancelled nor history that moves no stock", async () => {
    const { channel, publish, take, sell } = await listed();
    await sell("ebay", "01-1", 2, { status: "cancelled" });
    await sell("ebay", "01-2", 3, { affectsStock: false });
    await take(1);
    await publish();
    expect(channel.told.slice(1)).toEqual([{ quantity: 8, shown: 9 }]);
  });

  it("is as of the time before the stock was read", async () => {
    const { clock, ctx, channel, id, productId, take, tell, sell } = await listed();
    await take(1);
    clock.advance(1_000);
    const supply: Listings.Supply = {
      ...STOCK,
      read: async (some, of) => {
        const read = await STOCK.read(some, of);
        await sell("ebay", "01-1", 2);
        clock.advance(1_000);
        return read;
      },
    };
    await Listings.projectQuantities(ctx, [stockChange(ctx, productId)], { targets: channel.targets, supply });
    await tell();
    expect(await Listings.getListing(ctx, id)).toMatchObject({ desired: { quantity: 8 } });
    expect(channel.told.slice(1)).toEqual([{ quantity: 8, shown: 9 }]);
  });

  it("is not known after a call without an answer", async () => {
    const { channel, clock, publish, take } = await listed();
    channel.fail(new Error("the answer was lost"));
    await take(1);
    await publish();
    channel.fail(undefined);
    clock.advance(60_000);
    await publish();
    expect(channel.told).toEqual([{ quantity: 9 }, { quantity: 8, shown: 9 }, { quantity: 8 }]);
  });
});

describe("a call that came to nothing", () => {
  const FAULTS = {
    "a spent budget": new BudgetSpentError("eBay", "none left", 30_000),
    "too many calls": new RateLimitError("eBay", "it answers 429"),
    "an open circuit": new CircuitOpenError("eBay", 30_000),
    "a reading without an answer": new TransientError("eBay", "does not answer"),
  };

  it.each(Object.entries(FAULTS))("before anything left leaves no doubt: %s", async (_name, fault) => {
    const { channel, clock, publish, tell, take } = await listed();
    channel.fail(fault, { changed: false });
    await take(1);
    await publish();
    channel.fail(undefined);
    clock.advance(60_000);
    await tell();
    expect(channel.told.slice(1)).toEqual([
      { quantity: 8, shown: 9 },
      { quantity: 8, shown: 9 },
    ]);
  });

  it.each(Object.entries(FAULTS))("after something left leaves it in doubt: %s", async (_name, fault) => {
    const { channel, clock, publish, tell, take } = await listed();
    channel.fail(fault, { changed: true });
    await take(1);
    await publish();
    channel.fail(undefined);
    clock.advance(60_000);
    await tell();
    expect(channel.told.slice(1)).toEqual([{ quantity: 8, shown: 9 }, { quantity: 8 }]);
  });
});

/** What the stream tells of an order when its units are taken. */
async function taken(ctx: Context): Promise<Listings.Change[]> {
  const pk = orgPartition(ctx.actor.organizationId, "ORDER");
  const { items } = await ctx.table.query<Item>({ pk, prefix: "ord_", consistent: true });
  return items.map((item) => {
    const lines = (item["lines"] as Item[]).map((line) => ({ ...line, holds: [] }));
    return { old: { ...item, lines }, new: item };
  });
}

describe("what a channel has sold itself", () => {
  it("is filled up where it shows fewer than there are, once and however often the order is heard of", async () => {
    const { clock, ctx, channel, project, tell, publish, sell } = await listed({ maxQuantity: 1 });
    expect(channel.told).toEqual([{ quantity: 1 }]);
    await sell("ebay", "01-1", 1);
    await publish();
    expect(channel.told).toHaveLength(1);
    const again = async () => {
      clock.advance(1_000);
      await Listings.projectQuantities(ctx, await taken(ctx), { targets: channel.targets });
      await tell();
    };
    await again();
    expect(channel.told.slice(1)).toEqual([{ quantity: 1, shown: 0 }]);
    await again();
    await project();
    await tell();
    expect(channel.told).toHaveLength(2);
    await sell("shopify", "1001", 1);
    await again();
    expect(channel.told).toHaveLength(2);
    await sell("ebay", "01-2", 1);
    await again();
    expect(channel.told.slice(2)).toEqual([{ quantity: 1, shown: 0 }]);
  });

  it("while it is told is filled up by the same worker", async () => {
    const { clock, ctx, channel, id, publish, take, sell } = await listed({ maxQuantity: 2 });
    await take(8);
    await publish();
    channel.onTelling(async () => {
      channel.onTelling(undefined);
      await sell("ebay", "01-1", 1);
      clock.advance(1_000);
      await Listings.projectQuantities(ctx, await taken(ctx), { targets: channel.targets });
    });
    await take(-7);
    await publish();
    expect(channel.told.at(-1)).toEqual({ quantity: 2, shown: 1 });
    expect(await Listings.getListing(ctx, id)).toMatchObject({ update: { state: "published" } });
  });

  it("is nothing to be told of where none is left, or where the order moves no stock", async () => {
    const { clock, ctx, channel, tell, sell, publish } = await listed({ maxQuantity: 1 });
    await sell("ebay", "01-1", 1, { affectsStock: false });
    clock.advance(1_000);
    await Listings.projectQuantities(ctx, await taken(ctx), { targets: channel.targets });
    await tell();
    expect(channel.told).toHaveLength(1);
    await sell("ebay", "01-2", 9);
    await publish();
    clock.advance(1_000);
    await Listings.projectQuantities(ctx, await taken(ctx), { targets: channel.targets });
    await tell();
    expect(channel.told.slice(1)).toEqual([{ quantity: 0, shown: 0 }]);
  });
});

describe("the channels that listings are told on", () => {
  it("are our own shop and every connector that shows quantities", () => {
    expect(Object.keys(Channels.listingTargets()).toSorted()).toEqual(["alias", "ebay", "shop", "shopify", "stockx"]);
  });
});
