import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import { AppError } from "../../../core/platform/errors.ts";
import { cloudContext } from "../../support/cloud.ts";
import { testActor } from "../../support/context.ts";
import { stocked, usd } from "../../support/stock.ts";
import { storeFaults } from "../../support/store-faults.ts";

const code = (error: unknown) => (error instanceof AppError ? error.code : error);

describe("placing an order", () => {
  it("S0-13, S0-19: reserves every line and gives the order its number, in two DynamoDB calls", async () => {
    const { around, calls } = storeFaults();
    const ctx = cloudContext({ around });
    const [a, b] = [await stocked(ctx, "A", 5), await stocked(ctx, "B", 5)];
    calls.length = 0;
    const { order, isDuplicate } = await Orders.placeOrder(ctx, {
      channel: "shop",
      lines: [
        { productId: a.id, quantity: 2 },
        { productId: b.id, quantity: 3, unitPrice: usd("12.50") },
      ],
      shippingAddress: { street: "1 Main St", city: "Springfield", state: "IL", postalCode: "12345", country: "US" },
      paymentMethod: "credit_card",
    });
    expect(calls).toEqual(["BatchGetItem", "TransactWriteItems"]);
    expect(isDuplicate).toBe(false);
    expect(order).toMatchObject({ status: "pending", currency: "USD", totalMinor: 2 * 1500 + 3 * 1250 });
    expect(order.orderNumber).toMatch(/^\d{6}-[0-9A-Z]{8}$/);
    expect(await Inventory.getStock(ctx, a.id)).toMatchObject({ onHand: 5, reserved: 2, available: 3 });
    expect(await Inventory.getStock(ctx, b.id)).toMatchObject({ onHand: 5, reserved: 3, available: 2 });
    expect(await Orders.getOrder(ctx, order.id)).toEqual(order);
    expect(await Orders.listOrders(ctx, { status: "pending", channel: "shop" })).toMatchObject({
      total: 1,
      items: [{ id: order.id }],
    });
  });

  it("takes SKUs as well, in two calls once the process has met them", async () => {
    const { around, calls } = storeFaults();
    const ctx = cloudContext({ around });
    await stocked(ctx, "A", 5);
    const place = () => Orders.placeOrder(ctx, { channel: "shop", lines: [{ sku: "A", quantity: 1 }] });
    await place();
    calls.length = 0;
    expect((await place()).order.lines[0]).toMatchObject({ sku: "A", unitPriceMinor: 1500 });
    expect(calls).toEqual(["BatchGetItem", "TransactWriteItems"]);
  });

  it("reserves nothing when one line is short, and says of each line what it lacks", async () => {
    const ctx = cloudContext();
    const [a] = [await stocked(ctx, "A", 5), await stocked(ctx, "B", 1), await stocked(ctx, "C", 0)];
    const placed = Orders.placeOrder(ctx, {
      channel: "shop",
      lines: [
        { sku: "A", quantity: 2 },
        { sku: "B", quantity: 2 },
        { sku: "C", quantity: 1 },
      ],
    });
    await expect(placed).rejects.toMatchObject({
      code: "INSUFFICIENT_STOCK",
      status: 409,
      details: {
        lines: [
          { line: 1, sku: "B", requested: 2, available: 1 },
          { line: 2, sku: "C", requested: 1, available: 0 },
        ],
      },
    });
    expect(await Inventory.getStock(ctx, a.id)).toMatchObject({ reserved: 0, available: 5 });
    expect(await Orders.listOrders(ctx, {})).toEqual({ items: [], total: 0 });
  });

  it("sums the demand of lines that share a stock item before it checks", async () => {
    const ctx = cloudContext();
    const { id } = await stocked(ctx, "A", 5);
    const lines = [
      { sku: "A", quantity: 3 },
      { productId: id, quantity: 3 },
    ];
    expect(await Orders.placeOrder(ctx, { channel: "shop", lines }).then(() => "taken", code)).toBe(
      "INSUFFICIENT_STOCK",
    );
    expect(await Inventory.getStock(ctx, id)).toMatchObject({ reserved: 0 });
  });

  it("sells the last twenty units to twenty of sixty buyers", async () => {
    const ctx = cloudContext();
    const { id } = await stocked(ctx, "HOT", 20);
    const results = await Promise.all(
      Array.from({ length: 60 }, () =>
        Orders.placeOrder(ctx, { channel: "shop", lines: [{ sku: "HOT", quantity: 1 }] }).then(() => "placed", code),
      ),
    );
    expect(results.filter((result) => result === "placed")).toHaveLength(20);
    expect(results.filter((result) => result === "INSUFFICIENT_STOCK")).toHaveLength(40);
    expect(await Inventory.getStock(ctx, id)).toMatchObject({ onHand: 20, reserved: 20, available: 0 });
    expect((await Orders.listOrders(ctx, { limit: 5 })).total).toBe(20);
  });

  it("answers every repeat of an external id with the first order, also when the stock is gone", async () => {
    const ctx = cloudContext();
    await stocked(ctx, "A", 1);
    const sale = {
      channel: "ebay",
      externalId: "12-34567",
      lines: [{ sku: "A", quantity: 1, unitPrice: usd("20.00") }],
    };
    const placed = await Promise.all(Array.from({ length: 8 }, () => Orders.placeOrder(ctx, sale)));
    expect(new Set(placed.map(({ order }) => order.id)).size).toBe(1);
    expect(placed.filter(({ isDuplicate }) => !isDuplicate)).toHaveLength(1);
    await expect(Orders.placeOrder(ctx, { ...sale, externalId: "other" })).rejects.toMatchObject({
      code: "INSUFFICIENT_STOCK",
    });
  });

  it("lets what a marketplace has sold take the safety buffer, and our own shop not", async () => {
    const ctx = cloudContext();
    const { id } = await stocked(ctx, "A", 3);
    await Inventory.setBuffer(ctx, { productId: id, input: { quantity: 2 } });
    const place = (channel: string, quantity: number) =>
      Orders.placeOrder(ctx, { channel, lines: [{ sku: "A", quantity }] }).then(() => "placed", code);
    expect(await place("shop", 2)).toBe("INSUFFICIENT_STOCK");
    expect(await place("stockx", 2)).toBe("placed");
    expect(await Inventory.getStock(ctx, id)).toMatchObject({ reserved: 2, buffer: 2, available: 0 });
  });

  it("reserves at the first location that has enough, else along several", async () => {
    const ctx = cloudContext();
    const { id } = await stocked(ctx, "A", 2);
    const second = await Inventory.createLocation(ctx, { name: "Second" });
    await Inventory.adjust(ctx, {
      productId: id,
      input: { changeType: "restock", quantity: 5, locationId: second.id },
    });
    const place = async (quantity: number) =>
      (await Orders.placeOrder(ctx, { channel: "shop", lines: [{ sku: "A", quantity }] })).order.lines[0]?.holds;
    expect(await place(3)).toEqual([{ productId: id, locationId: second.id, quantity: 3 }]);
    expect(await place(3)).toEqual([
      { productId: id, locationId: Inventory.MAIN_LOCATION, quantity: 2 },
      { productId: id, locationId: second.id, quantity: 1 },
    ]);
    await expect(place(2)).rejects.toMatchObject({ details: { lines: [{ requested: 2, available: 1 }] } });
  });

  it("does not know another organisation's products and orders", async () => {
    const ctx = cloudContext();
    const { id } = await stocked(ctx, "A", 2);
    const { order } = await Orders.placeOrder(ctx, { channel: "shop", lines: [{ sku: "A", quantity: 1 }] });
    const other = { ...ctx, actor: testActor() };
    await expect(
      Orders.placeOrder(other, { channel: "shop", lines: [{ productId: id, quantity: 1 }] }),
    ).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(Orders.getOrder(other, order.id)).rejects.toMatchObject({ code: "NOT_FOUND" });
  });
});
