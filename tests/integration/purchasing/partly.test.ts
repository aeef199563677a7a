import { describe, expect, it } from "vitest";
import type { PlacedPurchase } from "../../../core/connectors/index.ts";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import { TransientError } from "../../../core/platform/http/errors.ts";
import * as Purchasing from "../../../core/purchasing/index.ts";
import { draftFor, type PurchasingShop, shop, soldShort, work } from "../../support/purchasing.ts";
import { dueIds } from "../../support/purchasing-deaths.ts";

const MINUTE = 60_000;
const unitCost = { amount: "1000", currency: "KRW" };

async function wait({ ctx, fake, clock }: PurchasingShop, minutes: number): Promise<void> {
  clock.advance(minutes * MINUTE);
  for (const id of await dueIds(ctx)) await work(ctx, fake, id);
}

/** The answer is lost, and of two orders the supplier shows the first one only. Returns the purchase and the other order. */
async function showingOne(made: PurchasingShop, id: string): Promise<PlacedPurchase> {
  const { ctx, fake } = made;
  fake.fate = (name) => (name === "place" ? { losesAnswer: new TransientError("fake", "no answer") } : "done");
  await Purchasing.submitPurchaseOrder(ctx, { id });
  await work(ctx, fake, id);
  const [first, second] = fake.ordersOf();
  if (!first || !second) throw new Error("It was not split");
  fake.made.set(id, [first]);
  fake.fate = () => "done";
  await wait(made, 3);
  expect(await Purchasing.getPurchaseOrder(ctx, id)).toMatchObject({
    status: "placed",
    attention: { code: "PARTLY_PLACED", message: expect.stringContaining("line 2") },
  });
  return second;
}

async function partlyForStock() {
  const made = await shop();
  const { id } = await draftFor(made.ctx, made.bought);
  return { ...made, id, second: await showingOne(made, id) };
}

async function partlyForBuyer() {
  const made = await shop();
  const { ctx, fake, bought } = made;
  fake.prices.goods = 4_000;
  const orderId = await soldShort(ctx, bought.productIds);
  const buy = (...lineIds: string[]) =>
    Purchasing.buyForOrder(ctx, {
      supplierId: bought.supplierId,
      accountId: bought.accountId,
      orderId,
      lines: lineIds.map((lineId) => ({ lineId, unitCost })),
    });
  const { id } = await buy("1", "2");
  return { ...made, id, orderId, buy, second: await showingOne(made, id) };
}

const expected = async ({ ctx }: PurchasingShop) =>
  (await Inventory.listDeliveries(ctx, {})).items.map(({ remaining, status }) => [status, remaining]);

describe("a purchase of which the supplier shows a part", () => {
  it("expects only what it shows, and is asked about until it shows the rest: then nobody needs to buy it anew", async () => {
    const made = await partlyForStock();
    const { ctx, fake, id, second } = made;
    expect(await expected(made)).toEqual([["open", 3]]);
    fake.now({ status: "shipped", externalStatus: "배송중" });
    await wait(made, 20);
    fake.made.set(id, [...(fake.made.get(id) ?? []), second]);
    await wait(made, 20);
    const order = await Purchasing.getPurchaseOrder(ctx, id);
    expect(order.attention).toBeUndefined();
    expect(order.status).toBe("partlyShipped");
    expect(await expected(made)).toEqual([
      ["open", 3],
      ["open", 3],
    ]);
  });

  it("is whole once the shown part has come: nothing is expected of the rest", async () => {
    const made = await partlyForStock();
    const { ctx, id } = made;
    const lines = [{ lineId: "1", quantity: 3 }];
    const order = await Purchasing.receivePurchaseOrder(ctx, { id, input: { lines } });
    expect(order).toMatchObject({ status: "received", lines: [{}, { received: 0, isClosed: true }] });
    expect(order.attention).toBeUndefined();
    expect(await expected(made)).toEqual([["received", 0]]);
  });

  it("lets a buyer's line be bought anew once somebody says that it will not come", async () => {
    const made = await partlyForBuyer();
    const { ctx, id, orderId, buy } = made;
    await expect(buy("2")).rejects.toMatchObject({ code: "STATE_CONFLICT" });
    const close = (lineIds: string[]) => Purchasing.closePurchaseOrderLines(ctx, { id, input: { lineIds } });
    await expect(close(["1"])).rejects.toThrow("brings it");
    await expect(close(["2", "2"])).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
    await expect(close(["3"])).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
    const order = await close(["2"]);
    expect(order).toMatchObject({ status: "placed", lines: [{}, { isClosed: true }] });
    expect(order.attention).toBeUndefined();
    await expect(close(["2"])).rejects.toThrow("nothing more of line 2");
    const again = await buy("2");
    expect((await Orders.getOrder(ctx, orderId)).lines.map(({ boughtBy }) => boughtBy)).toEqual([id, again.id]);
    await wait(made, 20);
    expect((await Purchasing.getPurchaseOrder(ctx, id)).attention).toBeUndefined();
    expect((await Orders.getOrder(ctx, orderId)).lines.map(({ boughtBy }) => boughtBy)).toEqual([id, again.id]);
  });

  it("frees all of a buyer's lines when what is shown is cancelled", async () => {
    const made = await partlyForBuyer();
    const { ctx, fake, id, orderId } = made;
    fake.now({ status: "cancelled", externalStatus: "품절취소" });
    await wait(made, 20);
    expect(await Purchasing.getPurchaseOrder(ctx, id)).toMatchObject({
      status: "cancelled",
      attention: { code: "CANCELLED_BY_SUPPLIER" },
      lines: [{ isClosed: true }, { isClosed: true }],
    });
    const { lines } = await Orders.getOrder(ctx, orderId);
    expect(lines.map(({ boughtBy }) => boughtBy)).toEqual([undefined, undefined]);
  });
});

describe("a purchase by hand", () => {
  it("of which a line will not come leaves that line to be bought anew, and is sent without it", async () => {
    const { ctx, bought } = await shop();
    const orderId = await soldShort(ctx, bought.productIds);
    const lines = ["1", "2"].map((lineId) => ({ lineId, unitCost }));
    const { id } = await Purchasing.buyForOrder(ctx, {
      supplierId: bought.supplierId,
      accountId: null,
      orderId,
      lines,
    });
    await Purchasing.submitPurchaseOrder(ctx, { id, input: { supplierReference: "SO-1" } });
    await Purchasing.closePurchaseOrderLines(ctx, { id, input: { lineIds: ["2"] } });
    const { parts } = await Purchasing.shipPurchaseOrder(ctx, { id });
    expect(parts.map(({ lineIds }) => lineIds)).toEqual([["1"]]);
    const order = await Orders.getOrder(ctx, orderId);
    expect(order.lines.map(({ fulfilled, boughtBy }) => [fulfilled, boughtBy])).toEqual([
      [2, id],
      [0, undefined],
    ]);
  });

  it("of which no line will come is cancelled", async () => {
    const made = await shop(1);
    const { ctx, bought } = made;
    const { id } = await draftFor(ctx, bought, { accountId: null });
    await Purchasing.submitPurchaseOrder(ctx, { id, input: { supplierReference: "SO-1" } });
    const order = await Purchasing.closePurchaseOrderLines(ctx, { id, input: { lineIds: ["1"] } });
    expect(order.status).toBe("cancelled");
    expect(await expected(made)).toEqual([["cancelled", 0]]);
  });
});
