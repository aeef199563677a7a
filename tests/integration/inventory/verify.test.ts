import { beforeAll, describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import type { Key } from "../../../core/platform/keys.ts";
import type { Item } from "../../../core/platform/table.ts";
import { cloudContext } from "../../support/cloud.ts";
import { stocked, usd } from "../../support/stock.ts";
import { differencesOf, expectClean } from "../../support/verify.ts";

/** A shop in which everything has happened: two locations, dated lots, a buffer, and orders in every state. */
async function livedIn(ctx: Context) {
  const { id: productId } = await stocked(ctx, "A", 20);
  await stocked(ctx, "B", 20, {});
  const second = await Inventory.createLocation(ctx, { name: "Second", sellsOrders: false });
  const adjust = (input: Record<string, unknown>) => Inventory.adjust(ctx, { productId, input });
  await adjust({
    changeType: "restock",
    quantity: 7,
    lotNumber: "L",
    expirationDate: "2099-01-01",
    unitCost: usd("3.33"),
  });
  await adjust({ changeType: "restock", quantity: 4, expirationDate: "2001-01-01", unitCost: usd("1.00") });
  await adjust({ changeType: "spoil", quantity: 2 });
  await adjust({ changeType: "reserved", quantity: 3 });
  await Inventory.setBuffer(ctx, { productId, input: { quantity: 2 } });
  await Inventory.createTransfer(ctx, {
    fromLocationId: Inventory.MAIN_LOCATION,
    toLocationId: second.id,
    productId,
    quantity: 5,
  });
  await Inventory.createReservation(ctx, { lines: [{ productId, quantity: 1 }] });
  const place = async (quantity: number) => {
    const lines = [
      { sku: "A", quantity },
      { sku: "B", quantity },
    ];
    return (await Orders.placeOrder(ctx, { channel: "shop", lines })).order.id;
  };
  const [, sent, cancelled] = [await place(1), await place(3), await place(1)];
  await Orders.payOrder(ctx, { id: sent });
  await Orders.fulfilOrder(ctx, { id: sent });
  await Orders.returnOrder(ctx, { id: sent, input: { lines: [{ lineId: "1", quantity: 2 }] } });
  await Orders.cancelOrder(ctx, { id: cancelled });
  return { productId };
}

type Shop = Awaited<ReturnType<typeof livedIn>>;
/** Returns how it is undone. */
type Damage = (ctx: Context, shop: Shop) => Promise<() => Promise<void>>;

const pk = (ctx: Context, ...parts: string[]) => [ctx.actor.organizationId, ...parts].join("#") as Key["pk"];

/** The first item of a partition that is of this kind, changed behind everybody's back. */
function spoil(
  partition: (shop: Shop) => string[],
  is: (item: Item) => boolean,
  change: (item: Item) => Item | undefined,
  keepsOriginal = false,
): Damage {
  return async (ctx, shop) => {
    const { items } = await ctx.table.query<Item>({ pk: pk(ctx, ...partition(shop)), consistent: true });
    const item = items.find(is) as (Key & Item) | undefined;
    if (!item) throw new Error("There is nothing to damage");
    const after = change({ ...item }) as (Key & Item) | undefined;
    if (!keepsOriginal) await ctx.table.transact([{ remove: item }]);
    if (after) await ctx.table.put(after);
    return async () => {
      if (after) await ctx.table.transact([{ remove: after }]);
      await ctx.table.put(item);
    };
  };
}

const add =
  (name: string, by: number) =>
  (item: Item): Item => ({ ...item, [name]: Number(item[name] ?? 0) + by });
const gone = () => undefined;
const stock = (change: (item: Item) => Item | undefined) =>
  spoil(
    () => ["STOCK"],
    (item) => item["entity"] === "stock",
    change,
  );
const ledger = (is: (item: Item) => boolean, change: (item: Item) => Item | undefined) =>
  spoil(({ productId }) => ["LEDGER", productId], is, change);
const twice = (change: (item: Item) => Item) => spoil(({ productId }) => ["LEDGER", productId], moved, change, true);
const position = (change: (item: Item) => Item | undefined, is: (item: Item) => boolean = () => true) =>
  spoil(({ productId }) => ["LOT", productId], is, change);
const lot = (change: (item: Item) => Item | undefined) =>
  spoil(
    ({ productId }) => ["LOTS", productId],
    () => true,
    change,
  );
const order = (is: (item: Item) => boolean, change: (item: Item) => Item) =>
  spoil(
    () => ["ORDER"],
    (item) => item["entity"] === "order" && is(item),
    change,
  );
const firstLine = (item: Item, change: object): Item => {
  const [line, ...others] = item["lines"] as object[];
  return { ...item, lines: [{ ...line, ...change }, ...others] };
};
const moved = (item: Item) => item["onHandChange"] !== 0;

/** Each way in which one write too many, too few or wrong would show, and the names it must be found under. */
const DAMAGES: [what: string, damage: Damage, codes: string[]][] = [
  [
    "units on hand",
    stock(add("onHand", 1)),
    ["ON_HAND_NOT_LEDGER", "ON_HAND_NOT_LOTS", "FREE_WRONG", "CHAIN_BROKEN", "TOTAL_WRONG"],
  ],
  ["reserved units", stock(add("reserved", 1)), ["RESERVED_NOT_LEDGER", "RESERVED_NOT_HELD", "FREE_WRONG"]],
  ["units reserved by hand", stock(add("heldByHand", -1)), ["RESERVED_NOT_HELD", "HELD_BY_HAND_NOT_LEDGER"]],
  ["blocked units", stock(add("blocked", -1)), ["BLOCKED_NOT_LEDGER", "BLOCKED_NOT_LOTS", "FREE_WRONG"]],
  ["the buffer", stock(add("buffer", 1)), ["BUFFER_NOT_LEDGER", "AVAILABLE_WRONG"]],
  ["free units", stock(add("free", 1)), ["FREE_WRONG", "AVAILABLE_WRONG"]],
  ["available units", stock(add("available", 1)), ["AVAILABLE_WRONG"]],
  ["the value", stock(add("valueMinor", 1)), ["VALUE_NOT_LOTS", "VALUE_NOT_LEDGER", "TOTAL_WRONG"]],
  ["units without a cost", stock(add("uncosted", 1)), ["UNCOSTED_NOT_LOTS", "TOTAL_WRONG"]],
  [
    "a buffer below zero",
    stock((item) => ({ ...item, buffer: -1 })),
    ["BELOW_ZERO", "BUFFER_NOT_LEDGER", "AVAILABLE_WRONG"],
  ],
  ["the currency", stock((item) => ({ ...item, currency: "EUR" })), ["LOT_IN_OTHER_CURRENCY", "TOTAL_WRONG"]],
  ["the number of changes", stock(add("seq", 1)), ["CHAIN_GAP"]],
  ["a stock item that is gone", stock(gone), ["STOCK_MISSING", "TOTAL_WRONG"]],
  [
    "an entry that is gone",
    ledger(moved, gone),
    ["ON_HAND_NOT_LEDGER", "CHAIN_GAP", "LOT_NOT_LEDGER", "LOT_COST_NOT_LEDGER", "VALUE_NOT_LEDGER"],
  ],
  [
    "an entry of a reservation that is gone",
    ledger((item) => !moved(item) && item["seq"] === undefined, gone),
    ["RESERVED_NOT_LEDGER"],
  ],
  [
    "an entry that is there twice",
    twice((item) => ({ ...item, sk: `${String(item["sk"])}x`, cause: { kind: "order", id: "ord_other" } })),
    ["ON_HAND_NOT_LEDGER", "LOT_NOT_LEDGER", "CHAIN_TWICE"],
  ],
  ["an entry's balance", ledger(moved, add("onHandAfter", 1)), ["CHAIN_BROKEN"]],
  ["an entry's number", ledger(moved, add("seq", 1)), ["CHAIN_TWICE", "CHAIN_GAP"]],
  ["an entry without its lot", ledger(moved, ({ lotId: _lotId, ...item }) => item), ["CHAIN_BROKEN", "LOT_NOT_LEDGER"]],
  [
    "an entry that its lot does not find",
    ledger(moved, (item) => ({ ...item, gsi1pk: "elsewhere" })),
    ["TRACE_BROKEN"],
  ],
  ["an entry's cost", ledger(moved, add("costChangeMinor", 1)), ["VALUE_NOT_LEDGER", "LOT_COST_NOT_LEDGER"]],
  ["what is left of a lot", position(add("remaining", 1)), ["ON_HAND_NOT_LOTS", "LOT_NOT_LEDGER"]],
  [
    "what is left of a lot, nothing",
    position((item) => ({ ...item, remaining: 0 })),
    ["ON_HAND_NOT_LOTS", "LOT_NOT_LEDGER", "BELOW_ZERO"],
  ],
  ["what a lot costs", position(add("costMinor", 1)), ["VALUE_NOT_LOTS", "LOT_COST_NOT_LEDGER"]],
  [
    "a lot that is gone",
    position(gone),
    ["ON_HAND_NOT_LOTS", "LOT_NOT_LEDGER", "LOT_COST_NOT_LEDGER", "VALUE_NOT_LOTS"],
  ],
  ["a lot under another key", position((item) => ({ ...item, sk: `${String(item["sk"])}x` })), ["LOT_MISFILED"]],
  [
    "an expired lot that is on sale",
    position(
      ({ blocked: _blocked, ...item }) => item,
      (item) => item["blocked"] === true,
    ),
    ["BLOCKED_NOT_LOTS", "LOT_EXPIRY_NOT_SCHEDULED"],
  ],
  ["how many came in a lot", lot(add("received", 1)), ["LOT_RECEIVED_NOT_LEDGER"]],
  ["what a lot cost as it came", lot(add("costMinor", 1)), ["LOT_RECEIVED_NOT_LEDGER"]],
  ["a lot's record that is gone", lot(gone), ["LOT_MASTER_MISSING"]],
  [
    "a lot's record too many",
    lot((item) => ({ ...item, sk: "lot_other", id: "lot_other" })),
    ["LOT_MASTER_MISSING", "LOT_MASTER_WITHOUT_ENTRY"],
  ],
  [
    "the mark of a product with stock",
    spoil(
      () => ["BUNDLE"],
      () => true,
      gone,
    ),
    ["NOT_MARKED_AS_STOCKED"],
  ],
  [
    "a total",
    spoil(
      () => ["STOCK"],
      (item) => item["entity"] === "counter",
      add("units", 1),
    ),
    ["TOTAL_WRONG"],
  ],
  [
    "an order that holds too much",
    order(
      (item) => item["status"] === "pending",
      (item) => firstLine(item, { holds: [] }),
    ),
    ["RESERVED_NOT_HELD", "HOLDS_NOT_OPEN"],
  ],
  [
    "an order that is over and holds units",
    order(
      (item) => item["status"] === "pending",
      (item) => ({ ...item, status: "cancelled" }),
    ),
    ["HOLDS_WHEN_OVER", "COUNTER_WRONG"],
  ],
  [
    "a total of orders",
    spoil(
      () => ["ORDER"],
      (item) => item["entity"] === "counter",
      add("total", 1),
    ),
    ["COUNTER_WRONG"],
  ],
  [
    "a reservation that is closed without its release",
    spoil(
      () => ["RESERVATION"],
      () => true,
      (item) => ({ ...item, status: "released" }),
    ),
    ["RESERVED_NOT_HELD"],
  ],
];

describe("verifying the ledger", () => {
  const ctx = cloudContext();
  let shop: Shop;
  beforeAll(async () => {
    shop = await livedIn(ctx);
  });

  it("finds nothing in a shop in which everything has happened", async () => {
    const counted = await Inventory.verifyLedger(ctx, { holds: () => Orders.heldUnits(ctx), onDifference: () => {} });
    expect(counted).toMatchObject({ products: 2, stockItems: 3, differences: 0, unsettled: [] });
    expect(counted.ledgerEntries).toBeGreaterThan(15);
    await expectClean(ctx);
  });

  it.each(DAMAGES)("finds and names damage to %s", async (_what, damage, codes) => {
    const undo = await damage(ctx, shop);
    const found = await differencesOf(ctx);
    await undo();
    expect(found.map(({ code }) => code)).toEqual(expect.arrayContaining(codes));
    for (const difference of found) expect(difference.stored).not.toEqual(difference.expected);
    await expectClean(ctx, "after the damage is undone");
  });

  it("says nothing wrong of a shop that sells meanwhile", async () => {
    const over = new AbortController();
    const selling = (async () => {
      for (let n = 0; !over.signal.aborted; n++) {
        const lines = [{ sku: n % 2 === 0 ? "A" : "B", quantity: 1 }];
        const { order: placed } = await Orders.placeOrder(ctx, { channel: "shop", lines });
        await Orders.cancelOrder(ctx, { id: placed.id });
      }
    })();
    const found: Inventory.Difference[] = [];
    for (let round = 0; round < 5; round++)
      await Inventory.verifyLedger(ctx, {
        holds: () => Orders.heldUnits(ctx),
        onDifference: (difference) => void found.push(difference),
      });
    over.abort();
    await selling;
    expect(found).toEqual([]);
    await expectClean(ctx);
  });
});
