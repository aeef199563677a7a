import * as Finance from "../../core/finance/index.ts";
import * as Inventory from "../../core/inventory/index.ts";
import * as Orders from "../../core/orders/index.ts";
import { canonicalJson } from "../../core/platform/canonical.ts";
import type { Context } from "../../core/platform/context.ts";
import { stocked, usd } from "./stock.ts";
import { expectClean } from "./verify.ts";

export interface Prepared {
  /** The order that the step is about; none where it makes one. */
  id: string;
  productIds: string[];
}

/** Lots of two costs, neither of which divides, and a second place, so that orders take parts of both. */
export async function shop(ctx: Context): Promise<string[]> {
  const { id: a } = await stocked(ctx, "A", 3, { unitCost: usd("3.34") });
  await Inventory.adjust(ctx, { productId: a, input: { changeType: "restock", quantity: 4, unitCost: usd("0.99") } });
  const { id: b } = await stocked(ctx, "B", 4, {});
  const { id: locationId } = await Inventory.createLocation(ctx, { name: "Second" });
  const rest = { changeType: "restock", quantity: 5, locationId, unitCost: usd("7.01") };
  await Inventory.adjust(ctx, { productId: b, input: rest });
  const set = await stocked(ctx, "SET", 0);
  const components = [
    { productId: a, quantity: 1 },
    { productId: b, quantity: 2 },
  ];
  await Inventory.setBundle(ctx, { productId: set.id, input: { components } });
  return [a, b];
}

export const SALE = {
  channel: "ebay",
  externalId: "E-1",
  lines: [
    { sku: "A", quantity: 4, supplierId: "sup_1" },
    { sku: "B", quantity: 3, supplierId: "sup_2" },
    { sku: "SET", quantity: 1, supplierId: "sup_2" },
  ],
  shipping: usd("4.99"),
};

type StepOfOrder = "place" | "pay" | "allocate" | "part" | "fulfil" | "return";

/** An order that has come so far. */
export const orderAfter =
  (...steps: StepOfOrder[]) =>
  async (ctx: Context): Promise<Prepared> => {
    const productIds = await shop(ctx);
    let id = "";
    for (const step of steps) {
      if (step === "place") ({ id } = (await Orders.placeOrder(ctx, SALE)).order);
      if (step === "pay") await Orders.payOrder(ctx, { id });
      if (step === "allocate") await Orders.allocateOrder(ctx, { id });
      if (step === "part") await Orders.fulfilOrder(ctx, { id, input: { lines: [{ lineId: "1", quantity: 2 }] } });
      if (step === "fulfil") await Orders.fulfilOrder(ctx, { id });
      if (step === "return") await Orders.returnOrder(ctx, { id, input: { lines: [{ lineId: "2", quantity: 1 }] } });
    }
    return { id, productIds };
  };

const IDS = /\b(?:ord|lot|led|ful|ret|txn|adj|loc|prd|key|req|evt)_[0-9A-HJKMNP-TV-Z]{26}\b/g;
const NUMBERS = /\b\d{6}-[0-9A-Z]{8}\b/g;

/** Without what no two organisations share, ids by the order in which they first stand there. */
export function withoutIds(value: unknown): unknown {
  const names = new Map<string, string>();
  const named = (id: string) => {
    const name = names.get(id) ?? `#${names.size + 1}`;
    names.set(id, name);
    return name;
  };
  // The store hands fields back in any order.
  const text = canonicalJson(value ?? null);
  const times = /"(?:\w+At|at|timestamp)":"[^"]*",?/g;
  return JSON.parse(text.replace(times, "").replaceAll(",}", "}").replaceAll(IDS, named).replaceAll(NUMBERS, named));
}

/** Everything that a step of an order moves: orders and their history, stock, lots, ledger, books and counters. */
export async function outcome(ctx: Context, { productIds }: Pick<Prepared, "productIds">): Promise<unknown> {
  await expectClean(ctx);
  const { items: orders, total } = await Orders.listOrders(ctx, { limit: 100 });
  const histories = await Promise.all(
    orders.map(async ({ id }) => (await Orders.orderHistory(ctx, { id, page: { limit: 100 } })).items),
  );
  const books = await Promise.all(
    orders.map(async ({ id }) => (await Finance.listTransactions(ctx, { orderId: id, limit: 100 })).items),
  );
  const stock = [];
  for (const productId of productIds) {
    const { items: ledger } = await Inventory.listLedger(ctx, { productId, page: { limit: 100 } });
    stock.push({
      stock: await Inventory.getStock(ctx, productId),
      lots: (await Inventory.listLots(ctx, { productId, page: {} })).items,
      ledger: ledger.map((entry) => [entry.type, entry.onHandChange, entry.reservedChange, entry.costChange?.minor]),
    });
  }
  return withoutIds({
    total,
    orders,
    histories,
    books: books.map((entries) => entries.map(({ type, amount }) => ({ type, amount }))),
    stock,
    worth: await Inventory.valuation(ctx),
    stuck: (await Orders.stuckOrders(ctx, {})).items.map(({ reasons }) => reasons.map(({ code }) => code)),
  });
}
