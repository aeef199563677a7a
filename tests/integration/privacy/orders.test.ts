import { describe, expect, it } from "vitest";
import * as Orders from "../../../core/orders/index.ts";
import * as Privacy from "../../../core/privacy/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { testActor } from "../../support/context.ts";
import { booksOf } from "../../support/orders.ts";
import {
  ADDRESS,
  auditText,
  BUYER,
  boughtOrder,
  shopOf,
  storedOrders,
  sweepPrivacy,
  TELLING,
  withEvents,
} from "../../support/privacy.ts";
import { stoppedClock } from "../../support/recording.ts";
import { expectClean } from "../../support/verify.ts";
import { noteWrites } from "../../support/written.ts";

const books = { from: "2026-11-21", to: "2026-11-22" };

describe("a buyer who wants to be forgotten", () => {
  it("is, in all their orders; amounts, goods, books and the chain of the audit log stay as they were", async () => {
    const { now, advance } = stoppedClock();
    const { ctx, events } = withEvents(cloudContext({ now }));
    await shopOf(ctx);
    const ids = [await boughtOrder(ctx, "delivered"), await boughtOrder(ctx, "delivered")];
    const other = await boughtOrder(ctx, "delivered", { customer: { email: "another@buyers.example" } });
    const before = await Promise.all(ids.map((id) => Orders.getOrder(ctx, id)));
    const money = await booksOf(ctx, books.from, books.to);
    advance(1_000);
    const { id } = await Privacy.createRequest(ctx, { kind: "erasure", email: " Demo.Buyer@BUYERS.example " });
    expect(await sweepPrivacy(ctx)).toBe(1);
    expect(await Privacy.getRequest(ctx, id)).toMatchObject({ status: "done", ordersErased: 2, ordersWaiting: 0 });
    for (const order of before) {
      const { customer: _c, shippingAddress: _a, notes: _n, metadata: _m, ...kept } = order;
      expect(await Orders.getOrder(ctx, order.id)).toEqual({
        ...kept,
        version: order.version + 1,
        updatedAt: "2026-11-21T12:00:01.000Z",
        buyerErasedAt: "2026-11-21T12:00:01.000Z",
      });
    }
    expect(await storedOrders(ctx, ids)).not.toMatch(TELLING);
    expect(await Orders.getOrder(ctx, other)).toMatchObject({ customer: { email: "another@buyers.example" } });
    expect(await booksOf(ctx, books.from, books.to)).toEqual(money);
    await expectClean(ctx);
    const audit = await auditText(ctx, events);
    expect(audit).toContain("order.buyerErased");
    expect(audit).toContain("privacy.done");
    expect(audit).not.toMatch(TELLING);
  });

  it("is told to nobody by the request itself, and of whom it was is gone with its end", async () => {
    const { ctx, written } = noteWrites(cloudContext());
    await shopOf(ctx);
    await boughtOrder(ctx, "delivered");
    const keyed = { ...ctx, idempotencyKey: "forget" };
    const input = { kind: "erasure", email: BUYER.email };
    const request = await Privacy.createRequest(keyed, input);
    expect(request.person).toEqual({ email: BUYER.email });
    expect(await Privacy.createRequest(keyed, input)).toEqual(request);
    expect((await Privacy.listRequests(ctx, {})).items).toEqual([request]);
    await sweepPrivacy(ctx);
    expect(await Privacy.getRequest(ctx, request.id)).not.toHaveProperty("person");
    await expect(Privacy.exportPerson(ctx, { id: request.id, page: {} })).rejects.toMatchObject({
      code: "STATE_CONFLICT",
    });
    expect(written()).not.toMatch(TELLING);
  });

  it("waits until goods that are under way have arrived, and is then forgotten without anybody's doing", async () => {
    const { now, advance } = stoppedClock();
    const ctx = cloudContext({ now });
    await shopOf(ctx);
    const [sent, open] = [await boughtOrder(ctx, "delivered"), await boughtOrder(ctx, "under way")];
    const { id } = await Privacy.createRequest(ctx, { kind: "erasure", email: BUYER.email });
    await sweepPrivacy(ctx);
    expect(await Privacy.getRequest(ctx, id)).toMatchObject({ status: "open", ordersErased: 1, ordersWaiting: 1 });
    expect(await Orders.getOrder(ctx, sent)).not.toHaveProperty("customer");
    expect(await Orders.getOrder(ctx, open)).toMatchObject({ shippingAddress: ADDRESS });
    expect(await sweepPrivacy(ctx)).toBe(0);
    await Orders.fulfilOrder(ctx, { id: open, input: {} });
    advance(24 * 3_600_000);
    expect(await sweepPrivacy(ctx)).toBe(1);
    expect(await Privacy.getRequest(ctx, id)).toMatchObject({ status: "done", ordersErased: 2, ordersWaiting: 0 });
    expect(await Orders.getOrder(ctx, open)).not.toHaveProperty("shippingAddress");
  });

  it("is forgotten at once where the operator says so, goods under way or not", async () => {
    const ctx = cloudContext();
    await shopOf(ctx);
    const open = await boughtOrder(ctx, "under way");
    await Privacy.createRequest(ctx, { kind: "erasure", email: BUYER.email, evenIfOpen: true });
    await sweepPrivacy(ctx);
    expect(await Orders.getOrder(ctx, open)).not.toHaveProperty("customer");
    await expectClean(ctx);
  });

  it("is found by a channel's id, in parts of orders, and after SECRET_KEY has rolled", async () => {
    const ctx = cloudContext();
    await shopOf(ctx);
    const lines = ["parcel", "pallet"].map((shippingType) => ({ sku: "A", quantity: 1, shippingType }));
    const customer = { name: BUYER.name, externalId: "buyer-77" };
    const { order } = await Orders.placeOrder(ctx, { channel: "ebay", lines, customer, shippingAddress: ADDRESS });
    const { items } = await Orders.splitOrder(ctx, { id: order.id, input: { by: "shippingType" } });
    const ids = items.map(({ id }) => id);
    const { secretKey } = ctx.config;
    const config = {
      ...ctx.config,
      secretKey: "the-next-secret-of-the-tests-9876543210",
      previousSecretKeys: [secretKey],
    };
    const rolled = { ...ctx, config };
    const asked = { kind: "erasure", externalId: "buyer-77", channel: "ebay", evenIfOpen: true };
    const { id } = await Privacy.createRequest(rolled, asked);
    await sweepPrivacy(rolled);
    expect(await Privacy.getRequest(rolled, id)).toMatchObject({ status: "done", ordersErased: 2 });
    expect(await storedOrders(ctx, ids)).not.toMatch(TELLING);
  });

  it("is another person in another organisation, and on another channel", async () => {
    const ctx = cloudContext();
    await shopOf(ctx);
    const customer = { ...BUYER, externalId: "buyer-77" };
    const id = await boughtOrder(ctx, "delivered", { customer });
    const elsewhere = { ...ctx, actor: testActor() };
    for (const asked of [{ email: BUYER.email }, { externalId: "buyer-77", channel: "shop" }])
      expect(await Orders.findBuyerOrders(elsewhere, asked)).toEqual([]);
    expect(await Orders.findBuyerOrders(ctx, { externalId: "buyer-77", channel: "ebay" })).toEqual([]);
    expect(await Orders.findBuyerOrders(ctx, { externalId: "buyer-77", channel: "shop" })).toEqual([id]);
  });

  it("whose order was given to another customer meanwhile takes nothing from that one", async () => {
    const ctx = cloudContext();
    await shopOf(ctx);
    const { order } = await Orders.placeOrder(ctx, {
      channel: "shop",
      lines: [{ sku: "A", quantity: 1 }],
      customer: BUYER,
    });
    const customer = { name: "Second Buyer", email: "second@buyers.example" };
    await Orders.updateOrder(ctx, { id: order.id, input: { customer } });
    await Privacy.createRequest(ctx, { kind: "erasure", email: BUYER.email, evenIfOpen: true });
    await sweepPrivacy(ctx);
    expect(await Orders.getOrder(ctx, order.id)).toMatchObject({ customer });
    expect(await Orders.findBuyerOrders(ctx, { email: customer.email })).toEqual([order.id]);
  });
});

describe("a buyer who wants their data", () => {
  it("gets every order with every step of it, page by page, and the log says that it was handed out", async () => {
    const { ctx, events } = withEvents(cloudContext());
    await shopOf(ctx);
    const ids = [];
    for (let made = 0; made < 3; made++) ids.push(await boughtOrder(ctx, "delivered"));
    const { id } = await Privacy.createRequest(ctx, { kind: "export", email: BUYER.email });
    const first = await Privacy.exportPerson(ctx, { id, page: { limit: 2 } });
    const second = await Privacy.exportPerson(ctx, { id, page: { limit: 2, cursor: first.nextCursor } });
    const orders = [...first.orders, ...second.orders];
    expect(orders.map((order) => order.id)).toEqual(ids);
    expect(orders[0]).toMatchObject({ customer: BUYER, shippingAddress: ADDRESS, notes: "Ring twice" });
    expect(orders[0]?.history.map(({ action }) => action)).toEqual(["place", "pay", "fulfil", "deliver"]);
    expect(second).not.toHaveProperty("nextCursor");
    expect(await auditText(ctx, events)).toContain("privacy.exported");
    expect(await Privacy.closeRequest(ctx, { id, input: { note: "Sent by letter" } })).toMatchObject({
      status: "done",
      note: "Sent by letter",
    });
  });
});
