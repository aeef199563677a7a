import { describe, expect, it } from "vitest";
import * as Orders from "../../../core/orders/index.ts";
import { orderKey } from "../../../core/orders/order.store.ts";
import type { Key } from "../../../core/platform/keys.ts";
import type { Item } from "../../../core/platform/table.ts";
import { cloudContext } from "../../support/cloud.ts";
import { stocked, usd } from "../../support/stock.ts";
import { noteWrites } from "../../support/written.ts";

const buyer = {
  customer: { name: "Demo Buyer", email: "Demo.Buyer@buyers.example", phone: "+1 555 0100", externalId: "buyer-77" },
  shippingAddress: { name: "Demo Buyer", street: "12 Sample Street", city: "Exampleton", country: "US" },
  notes: "Ring twice at Sample Street",
};
const TELLING = /Demo Buyer|buyers\.example|555 0100|buyer-77|Sample Street|Exampleton|Ring twice/i;
const oneOf = (sku: string) => ({ channel: "shop", lines: [{ sku, quantity: 1 }], ...buyer });

describe("what an order says of its buyer", () => {
  it("is nowhere in the table in clear, whatever happens to the order", async () => {
    const { ctx, written } = noteWrites(cloudContext());
    await stocked(ctx, "A", 5);
    const again = { ...ctx, idempotencyKey: "place" };
    const { order } = await Orders.placeOrder(again, oneOf("A"));
    expect(order).toMatchObject(buyer);
    expect((await Orders.placeOrder(again, oneOf("A"))).order).toEqual(order);
    expect(await Orders.getOrder(ctx, order.id)).toEqual(order);
    expect((await Orders.listOrders(ctx, {})).items).toEqual([order]);
    const paid = await Orders.payOrder({ ...ctx, idempotencyKey: "pay" }, { id: order.id, input: {} });
    expect(paid).toMatchObject(buyer);
    const phone = "+1 555 0100 9";
    const customer = { ...buyer.customer, phone };
    const changed = await Orders.updateOrder(
      { ...ctx, idempotencyKey: "update" },
      { id: order.id, input: { customer } },
    );
    expect(changed).toMatchObject({ ...buyer, customer });
    const cancelled = await Orders.cancelOrder({ ...ctx, idempotencyKey: "cancel" }, { id: order.id, input: {} });
    expect(cancelled).toMatchObject({ ...buyer, customer });
    expect(written()).not.toMatch(TELLING);
    expect(written()).toContain(order.id);
  });

  it("goes with the parts that an order is split into, sealed for each", async () => {
    const { ctx, written } = noteWrites(cloudContext());
    const [a, b] = [await stocked(ctx, "A", 5), await stocked(ctx, "B", 5)];
    const lines = [
      { productId: a.id, quantity: 1, shippingType: "parcel" },
      { productId: b.id, quantity: 1, shippingType: "pallet" },
    ];
    const { order } = await Orders.placeOrder(ctx, { channel: "shop", lines, ...buyer });
    const { items } = await Orders.splitOrder(ctx, { id: order.id, input: { by: "shippingType" } });
    expect(items).toHaveLength(2);
    for (const { id } of items) expect(await Orders.getOrder(ctx, id)).toMatchObject(buyer);
    expect(written()).not.toMatch(TELLING);
  });

  it("of an order that a channel told of is sealed as well", async () => {
    const { ctx, written } = noteWrites(cloudContext());
    await stocked(ctx, "A", 5);
    const [read] = Orders.readOrders("shopify", {
      id: 9001,
      created_at: "2026-11-20T10:00:00Z",
      currency: "USD",
      total_price: "15.00",
      financial_status: "paid",
      email: buyer.customer.email,
      phone: buyer.customer.phone,
      customer: { id: "buyer-77", first_name: "Demo", last_name: "Buyer" },
      shipping_address: { name: "Demo Buyer", address1: "12 Sample Street", city: "Exampleton", country: "US" },
      line_items: [{ id: 1, sku: "A", title: "A", quantity: 1, price: "15.00" }],
    });
    if (!read || !("draft" in read)) throw new Error(`The order was refused: ${JSON.stringify(read)}`);
    const { orderId } = await Orders.recordOrder(ctx, read.draft, { affectsStock: true });
    expect((await Orders.getOrder(ctx, orderId)).customer).toEqual(buyer.customer);
    expect(written()).not.toMatch(TELLING);
  });

  it("is readable where it was stored in clear, and is sealed with the next change", async () => {
    const ctx = cloudContext();
    await stocked(ctx, "A", 5);
    const { order } = await Orders.placeOrder(ctx, { channel: "shop", lines: [{ sku: "A", quantity: 1 }] });
    const key = orderKey(ctx, order.id);
    const item = (await ctx.table.get<Item & Key>(key, { consistent: true })) as Item & Key;
    await ctx.table.put({ ...item, ...buyer });
    expect(await Orders.getOrder(ctx, order.id)).toMatchObject(buyer);
    expect(await Orders.payOrder(ctx, { id: order.id, input: {} })).toMatchObject(buyer);
    const after = await ctx.table.get(key, { consistent: true });
    expect(JSON.stringify(after)).not.toMatch(TELLING);
    expect(await Orders.getOrder(ctx, order.id)).toMatchObject(buyer);
  });

  it("opens for no other order, should somebody copy it there", async () => {
    const ctx = cloudContext();
    await stocked(ctx, "A", 5);
    const place = async (more: object) =>
      (await Orders.placeOrder(ctx, { channel: "shop", lines: [{ sku: "A", quantity: 1 }], ...more })).order;
    const [one, other] = [await place(buyer), await place({})];
    const of = (id: string) => ctx.table.get<Item & Key>(orderKey(ctx, id), { consistent: true });
    const sealed = (await of(one.id))?.["sealed"];
    expect(sealed).toMatchObject({ customer: expect.stringMatching(/^v1\./) });
    await ctx.table.put({ ...((await of(other.id)) as Item & Key), sealed });
    await expect(Orders.getOrder(ctx, other.id)).rejects.toThrow("altered");
    await expect(Orders.getOrder(ctx, one.id)).resolves.toMatchObject(buyer);
  });

  it("is not opened for those who are not shown it: stuck orders and the check of the books need no key", async () => {
    const ctx = cloudContext();
    await stocked(ctx, "A", 5);
    await Orders.placeOrder(ctx, {
      channel: "shop",
      lines: [{ sku: "A", quantity: 1, unitPrice: usd("15.00") }],
      ...buyer,
    });
    const keyless = { ...ctx, config: { ...ctx.config, secretKey: "another-key-of-the-tests-9876543210-123" } };
    await expect(Orders.listOrders(keyless, {})).rejects.toThrow("not configured");
    expect(await Orders.verifyOrders(keyless, () => {})).toEqual({ orders: 1, differences: 0 });
    expect((await Orders.stuckOrders(keyless, { unpaidDays: 0 })).items).toHaveLength(1);
  });
});
