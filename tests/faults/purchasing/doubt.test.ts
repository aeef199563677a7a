import { describe, expect, it } from "vitest";
import {
  CircuitOpenError,
  type OutboundError,
  PermanentError,
  RateLimitError,
  TransientError,
} from "../../../core/platform/http/errors.ts";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Purchasing from "../../../core/purchasing/index.ts";
import { type CallFate, draftFor, type PurchasingShop, shop, work } from "../../support/purchasing.ts";
import { dueIds } from "../../support/purchasing-deaths.ts";

const MINUTE = 60_000;

/** The first call of this name has this fate, all others are done. */
function onFirst({ fake }: PurchasingShop, name: "quote" | "place" | "find", fate: CallFate): void {
  let isOver = false;
  fake.fate = (called) => {
    if (called !== name || isOver) return "done";
    isOver = true;
    return fate;
  };
}

async function submitted({ ctx, fake, bought }: PurchasingShop): Promise<string> {
  const { id } = await draftFor(ctx, bought);
  await Purchasing.submitPurchaseOrder(ctx, { id });
  await work(ctx, fake, id);
  return id;
}

/** The schedule, minute by minute. */
async function wait({ ctx, fake, clock }: PurchasingShop, minutes: number): Promise<void> {
  for (let minute = 0; minute < minutes; minute++) {
    clock.advance(MINUTE);
    for (const id of await dueIds(ctx)) await work(ctx, fake, id);
  }
}

const timeout = new TransientError("fake", "no answer within 30 s");
const unreadable = new PermanentError("fake", "answered what is not JSON", { upstreamStatus: 200 });
const refused = new PermanentError("fake", "the item is sold out", { upstreamStatus: 400 });

describe("an order whose answer was lost", () => {
  it.each([
    ["timed out", timeout],
    ["could not be read", unreadable],
    ["was cut short", new PermanentError("fake", "broke off")],
  ])("is found by our number and not made again where the answer %s", async (_how, losesAnswer) => {
    const made = await shop();
    onFirst(made, "place", { losesAnswer });
    const id = await submitted(made);
    expect((await Purchasing.getPurchaseOrder(made.ctx, id)).status).toBe("submitting");
    await wait(made, 4);
    const order = await Purchasing.getPurchaseOrder(made.ctx, id);
    expect(order.status).toBe("placed");
    expect(made.fake.ordersOf().map(({ externalId }) => externalId)).toEqual(
      order.parts.map(({ externalId }) => externalId),
    );
    expect(made.fake.calls.filter((call) => call === "place")).toHaveLength(1);
  });

  it("is not looked for before the supplier has had time to make it, whoever sends messages", async () => {
    const made = await shop();
    onFirst(made, "place", { losesAnswer: timeout });
    const id = await submitted(made);
    for (let message = 0; message < 3; message++) await work(made.ctx, made.fake, id);
    made.clock.advance(MINUTE);
    await work(made.ctx, made.fake, id);
    expect(made.fake.calls).toEqual(["quote", "place"]);
  });

  it("is not made again while the supplier does not say whether it has it", async () => {
    const made = await shop();
    const { fake, ctx } = made;
    fake.fate = (name) =>
      name === "quote" ? "done" : name === "place" ? { losesAnswer: timeout } : { fails: timeout };
    const id = await submitted(made);
    await wait(made, 6 * 60);
    expect(fake.calls.filter((call) => call === "place")).toHaveLength(1);
    expect(await Purchasing.getPurchaseOrder(ctx, id)).toMatchObject({
      status: "failed",
      attention: { code: "IN_DOUBT" },
    });

    // Somebody submits it again: it is there, and is found.
    fake.fate = () => "done";
    await Purchasing.submitPurchaseOrder(ctx, { id });
    await work(ctx, fake, id);
    expect((await Purchasing.getPurchaseOrder(ctx, id)).status).toBe("placed");
    expect(fake.ordersOf()).toHaveLength(2);
  });

  it("that is to be cancelled is found first, and cancelled there", async () => {
    const made = await shop();
    const { fake, ctx } = made;
    fake.fate = (name) =>
      name === "quote" ? "done" : name === "place" ? { losesAnswer: timeout } : { fails: timeout };
    const id = await submitted(made);
    await wait(made, 6 * 60);
    fake.fate = () => "done";
    expect((await Purchasing.cancelPurchaseOrder(ctx, { id })).status).toBe("cancelling");
    await work(ctx, fake, id);
    expect((await Purchasing.getPurchaseOrder(ctx, id)).status).toBe("cancelled");
    expect(fake.ordersOf().map(({ status }) => status)).toEqual(["cancelled", "cancelled"]);
  });
});

/** One that was sent, and of which for hours nobody could ask whether it is there. */
async function inDoubt(made: PurchasingShop, place: CallFate): Promise<string> {
  made.fake.fate = (name) => (name === "quote" ? "done" : name === "place" ? place : { fails: timeout });
  const id = await submitted(made);
  await wait(made, 6 * 60);
  expect((await Purchasing.getPurchaseOrder(made.ctx, id)).status).toBe("failed");
  return id;
}

describe("an order in doubt that is to be cancelled", () => {
  it("can still be ordered, with its address, where the supplier could not be asked for that either", async () => {
    const made = await shop();
    const { ctx, fake } = made;
    const id = await inDoubt(made, { fails: timeout });
    await Purchasing.cancelPurchaseOrder(ctx, { id });
    await wait(made, 6 * 60);
    expect(await Purchasing.getPurchaseOrder(ctx, id)).toMatchObject({
      status: "failed",
      attention: { code: "CANCEL_REFUSED" },
    });
    fake.fate = () => "done";
    await Purchasing.submitPurchaseOrder(ctx, { id });
    await wait(made, 4);
    const order = await Purchasing.getPurchaseOrder(ctx, id);
    expect(order.status, JSON.stringify(order.attention)).toBe("placed");
    expect(order).not.toHaveProperty("sealed");
  });

  it("is looked for once more after it was cancelled, and is bought after all where it shows", async () => {
    const made = await shop();
    const { ctx, fake } = made;
    const id = await inDoubt(made, { losesAnswer: timeout });
    const hidden = fake.made.get(id) ?? [];
    fake.made.delete(id);
    fake.fate = () => "done";
    await Purchasing.cancelPurchaseOrder(ctx, { id });
    await work(ctx, fake, id);
    expect(await Purchasing.getPurchaseOrder(ctx, id)).toMatchObject({ status: "cancelled" });
    expect((await Inventory.listDeliveries(ctx, {})).items).toEqual([]);
    fake.made.set(id, hidden);
    await wait(made, 4);
    expect(await Purchasing.getPurchaseOrder(ctx, id)).toMatchObject({
      status: "placed",
      attention: { code: "THERE_AFTER_ALL" },
    });
    const { items } = await Inventory.listDeliveries(ctx, {});
    expect(items.map(({ remaining }) => remaining)).toEqual([3, 3]);
    // It is a purchase like any other: it can be cancelled there.
    await Purchasing.cancelPurchaseOrder(ctx, { id });
    await work(ctx, fake, id);
    expect((await Purchasing.getPurchaseOrder(ctx, id)).status).toBe("cancelled");
    expect(fake.ordersOf().map(({ status }) => status)).toEqual(["cancelled", "cancelled"]);
  });
});

describe("an order that did not reach the supplier", () => {
  it("is made once it is clear that nothing came of it", async () => {
    const made = await shop();
    onFirst(made, "place", { fails: timeout });
    const id = await submitted(made);
    await wait(made, 4);
    expect((await Purchasing.getPurchaseOrder(made.ctx, id)).status).toBe("placed");
    expect(made.fake.calls).toEqual(["quote", "place", "find", "quote", "place", "find"]);
    expect(made.fake.ordersOf()).toHaveLength(2);
  });

  it.each<[string, OutboundError]>([
    ["was told to wait", new RateLimitError("fake", "429", { retryAfterMs: 90_000 })],
    ["was not sent while the breaker is open", new CircuitOpenError("fake", 30_000)],
  ])("is made later where it %s", async (_how, fails) => {
    const made = await shop();
    onFirst(made, "place", { fails });
    const id = await submitted(made);
    await wait(made, 4);
    const order = await Purchasing.getPurchaseOrder(made.ctx, id);
    expect(order.status).toBe("placed");
    expect(order.placing).toBeUndefined();
    expect(made.fake.ordersOf()).toHaveLength(2);
  });

  it("is refused for a person to see, is not made by itself again, and can be cancelled at once", async () => {
    const made = await shop();
    const { ctx, fake } = made;
    onFirst(made, "place", { fails: refused });
    const id = await submitted(made);
    await wait(made, 60);
    const order = await Purchasing.getPurchaseOrder(ctx, id);
    expect(order).toMatchObject({ status: "failed", attention: { code: "REFUSED" } });
    expect(order.attention?.message).toContain("sold out");
    expect(fake.calls).toEqual(["quote", "place", "find"]);
    expect((await Purchasing.cancelPurchaseOrder(ctx, { id })).status).toBe("cancelled");
  });

  it("is given up after so many times, with the reason", async () => {
    const made = await shop();
    made.fake.fate = (name) => (name === "place" ? { fails: timeout } : "done");
    const id = await submitted(made);
    await wait(made, 60);
    expect(made.fake.calls.filter((call) => call === "place")).toHaveLength(5);
    expect(await Purchasing.getPurchaseOrder(made.ctx, id)).toMatchObject({
      status: "failed",
      attention: { code: "UNREACHABLE" },
    });
  });

  it("of which the supplier knows only a part is not made again: the rest is for a person", async () => {
    const made = await shop();
    onFirst(made, "place", { losesAnswer: timeout });
    const id = await submitted(made);
    const [first] = made.fake.ordersOf();
    made.fake.made.set(id, first ? [first] : []);
    await wait(made, 4);
    const order = await Purchasing.getPurchaseOrder(made.ctx, id);
    expect(order).toMatchObject({ status: "placed", attention: { code: "PARTLY_PLACED" } });
    expect(order.attention?.message).toContain("line 2");
    expect(made.fake.ordersOf()).toHaveLength(1);
  });
});

describe("many workers with one purchase order", () => {
  it("place it once", async () => {
    const made = await shop();
    const { ctx, fake, bought } = made;
    const { id } = await draftFor(ctx, bought);
    await Purchasing.submitPurchaseOrder(ctx, { id });
    await Promise.all(Array.from({ length: 8 }, () => work(ctx, fake, id)));
    expect(fake.calls.filter((call) => call === "place")).toHaveLength(1);
    expect((await Purchasing.getPurchaseOrder(ctx, id)).status).toBe("placed");
  });
});
