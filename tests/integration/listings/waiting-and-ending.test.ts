import type { Context as LambdaContext } from "aws-lambda";
import { describe, expect, inject, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Listings from "../../../core/listings/index.ts";
import { handler } from "../../../functions/queues/channel-updates.ts";
import { toQueueEvent } from "../../../local/events/queue.ts";
import { channel } from "../../support/channel.ts";
import { cloudContext } from "../../support/cloud.ts";
import {
  keepingQueues,
  listedOn,
  makeListing,
  onEbay,
  productOnSale,
  project,
  published,
  restock,
  settled,
} from "../../support/listings.ts";

const take = (ctx: ReturnType<typeof cloudContext>, productId: string, quantity: number) =>
  Inventory.adjust(ctx, { productId, input: { changeType: "damaged", quantity } });

describe("a channel without a connector", () => {
  it("has its updates waiting, with the newest quantity and the reason, until there is one", async () => {
    const { ctx, sent } = keepingQueues(cloudContext());
    const { id, productId } = await listedOn(ctx, {}, 5);
    await take(ctx, productId, 2);
    await project(ctx, { products: [productId] });
    expect(sent).toEqual([]);
    const waiting = await Listings.listListings(ctx, { update: "waiting" });
    expect(waiting.items).toMatchObject([
      {
        id,
        status: "publishing",
        desired: { quantity: 3 },
        update: { state: "waiting", reason: { code: "NO_CONNECTOR" } },
      },
    ]);
    const { targets, told } = channel();
    expect(await Listings.wakeStuckUpdates(ctx, { targets })).toBeGreaterThanOrEqual(1);
    expect(sent).toContain(id);
    await Listings.publishQuantities(ctx, { ids: [id] }, targets);
    expect(told).toEqual([{ quantity: 3, availableFrom: "inStock" }]);
    expect(await Listings.getListing(ctx, id)).toMatchObject({ status: "active", published: { quantity: 3 } });
  });
});

describe("a listing that ends", () => {
  it("is shown nowhere before its SKU can be listed anew", async () => {
    const { ctx } = keepingQueues(cloudContext());
    const { targets, told } = channel();
    const { id, productId } = await listedOn(ctx, targets, 5);
    await Listings.command(ctx, { id, command: "end" }, targets);
    await expect(makeListing(ctx, productId, onEbay)).rejects.toMatchObject({
      code: "STATE_CONFLICT",
      details: { listingId: id },
    });
    await settled(ctx, [id], targets);
    expect(told.at(-1)).toEqual({ quantity: 0, availableFrom: "inStock" });
    expect(await Listings.getListing(ctx, id)).toMatchObject({ status: "ended", update: { state: "published" } });
    const { id: next } = await makeListing(ctx, productId, onEbay);
    await restock(ctx, productId, 5);
    await project(ctx, { products: [productId] });
    expect(await Listings.getListing(ctx, id)).toMatchObject({ desired: { quantity: 0 } });
    const { items } = await Listings.listListings(ctx, { productId });
    expect(items.map((item) => item.id)).toEqual([next, id]);
  });

  it("frees its SKU at once where its channel has never heard of it", async () => {
    const { ctx } = keepingQueues(cloudContext());
    const productId = await productOnSale(ctx);
    const { id } = await makeListing(ctx, productId);
    expect(await Listings.command(ctx, { id, command: "end" })).toMatchObject({ status: "ended" });
    await makeListing(ctx, productId);
  });

  it("is closed also where its channel has no connector and was never told", async () => {
    const { ctx } = keepingQueues(cloudContext());
    const { id, productId } = await listedOn(ctx, {}, 5);
    await Listings.command(ctx, { id, command: "end" }, {});
    await settled(ctx, [id], {});
    await makeListing(ctx, productId, onEbay);
  });
});

describe("the function of the queue", () => {
  const lambda = { awsRequestId: "req_test", getRemainingTimeInMillis: () => 60_000 } as LambdaContext;

  it("reports messages that cannot be read by their own ids, and works the good ones of several organisations", async () => {
    const { environment } = inject("cloud");
    Object.assign(process.env, environment, {
      ENVIRONMENT: "test",
      SECRET_KEY: "a-secret-of-the-tests-only-0123456789",
    });
    const bodies: string[] = [];
    const made = [];
    for (let n = 0; n < 2; n++) {
      const { ctx } = keepingQueues(cloudContext());
      const productId = await productOnSale(ctx);
      await restock(ctx, productId, 2);
      const id = await published(ctx, productId);
      await restock(ctx, productId, 1);
      await project(ctx, { products: [productId] });
      const { organizationId, currency } = ctx.actor;
      bodies.push(JSON.stringify({ organizationId, currency, id }));
      made.push({ ctx, id });
    }
    const [good = "", other = ""] = bodies;
    const event = toQueueEvent(
      ["not JSON", "null", '{"id":7}', good, other, good].map((Body, index) => ({ MessageId: `m${index}`, Body })),
      "channelUpdates",
    );
    expect(await handler(event, lambda)).toEqual({
      batchItemFailures: ["m0", "m1", "m2"].map((itemIdentifier) => ({ itemIdentifier })),
    });
    for (const { ctx, id } of made)
      expect(await Listings.getListing(ctx, id)).toMatchObject({ published: { quantity: 3 } });
    const stranger = JSON.stringify({ ...JSON.parse(good), organizationId: cloudContext().actor.organizationId });
    expect(await handler(toQueueEvent([{ MessageId: "m", Body: stranger }], "channelUpdates"), lambda)).toEqual({
      batchItemFailures: [],
    });
  });
});
