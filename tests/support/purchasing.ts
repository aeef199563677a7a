import type { Connection, PlacedPurchase, PurchaseOrder, PurchaseTarget } from "../../core/connectors/index.ts";
import * as Catalog from "../../core/catalog/index.ts";
import * as Orders from "../../core/orders/index.ts";
import type { Context } from "../../core/platform/context.ts";
import * as Purchasing from "../../core/purchasing/index.ts";
import * as Suppliers from "../../core/suppliers/index.ts";
import { cloudContext } from "./cloud.ts";
import { testActor } from "./context.ts";
import { stoppedClock } from "./recording.ts";
import { NO_LOG } from "../../core/platform/log.ts";
import { NO_METRICS } from "../../core/platform/metrics.ts";

export const krw = (minor: number) => ({ minor, currency: "KRW" });
const wireKrw = (minor: number) => ({ amount: String(minor), currency: "KRW" });

type CallName = "quote" | "place" | "find" | "cancel";

/** What becomes of a call: it is done, it fails unsent, or it is done and its answer lost. */
export type CallFate = "done" | { fails: Error } | { losesAnswer: Error };

export interface FakeSupplier {
  target: PurchaseTarget;
  /** What it has, by our number. */
  made: Map<string, PlacedPurchase[]>;
  calls: CallName[];
  /** Decides each call's fate by its name and number, from 1. */
  fate: (name: CallName, number: number) => CallFate;
  /** What it asks for goods and shipping. */
  prices: { goods: number; shipping: number };
  ordersOf: () => PlacedPurchase[];
  /** Changes every order that it has. */
  now: (change: Partial<PlacedPurchase>) => void;
  openAccount: Purchasing.OpenAccount;
}

/** A supplier that knows no key, splits each purchase into as many orders as it has lines, and counts. */
export function fakeSupplier(): FakeSupplier {
  const connection = {
    accountId: "acc_fake",
    provider: "fake",
    settings: {},
    currency: "KRW",
    now: Date.now,
    log: NO_LOG,
    metrics: NO_METRICS,
  } as unknown as Connection;
  let next = 0;
  const fake: FakeSupplier = {
    made: new Map(),
    calls: [],
    fate: () => "done",
    prices: { goods: 0, shipping: 2_500 },
    ordersOf: () => [...fake.made.values()].flat(),
    now(change) {
      for (const [reference, orders] of fake.made)
        fake.made.set(
          reference,
          orders.map((order) => ({ ...order, ...change })),
        );
    },
    openAccount: () => Promise.resolve({ connector: { purchases: fake.target }, connection }),
    target: {
      quote: (_connection, order) =>
        called("quote", () => ({
          goods: krw(fake.prices.goods),
          shipping: krw(fake.prices.shipping),
          parts: order.lines.length,
        })),
      place: (_connection, order) => called("place", () => placed(order)),
      find: (_connection, { reference }) => called("find", () => fake.made.get(reference) ?? []),
      cancel: (_connection, externalId) =>
        called("cancel", () => {
          for (const [reference, orders] of fake.made)
            fake.made.set(
              reference,
              orders.map((one) =>
                one.externalId === externalId ? { ...one, status: "cancelled", externalStatus: "취소" } : one,
              ),
            );
          return { id: externalId, ok: true as const };
        }),
    },
  };

  async function called<T>(name: CallName, run: () => T): Promise<T> {
    fake.calls.push(name);
    const fate = fake.fate(name, fake.calls.length);
    if (fate !== "done" && "fails" in fate) throw fate.fails;
    const result = run();
    if (fate !== "done") throw fate.losesAnswer;
    return Promise.resolve(result);
  }

  /** Every call makes orders anew, also for a number that it knows. */
  function placed({ reference, lines }: PurchaseOrder): PlacedPurchase[] {
    const share = Math.floor(fake.prices.goods / lines.length);
    const orders = lines.map(
      (line, index): PlacedPurchase => ({
        externalId: `F-${++next}`,
        status: "placed",
        externalStatus: "접수",
        lineIds: [line.id],
        goods: krw(index === 0 ? fake.prices.goods - share * (lines.length - 1) : share),
        shipping: krw(index === 0 ? fake.prices.shipping : 0),
        shipments: [],
      }),
    );
    fake.made.set(reference, [...(fake.made.get(reference) ?? []), ...orders]);
    return orders;
  }
  return fake;
}

/** An account of a provider that takes orders; the fake supplier answers in its place. */
export async function purchasingAccount(ctx: Context): Promise<string> {
  const { createAccount } = await import("../../core/accounts/index.ts");
  const credentials = { username: "demo-seller", password: "demo-password" };
  return (await createAccount(ctx, { provider: "ownerclan", name: ctx.newId("account"), credentials })).id;
}

export interface Bought {
  supplierId: string;
  accountId: string;
  productIds: string[];
}

/** A supplier with an account, and products that it sells. */
export async function aSupplier(ctx: Context, products = 2): Promise<Bought> {
  const { id: supplierId } = await Suppliers.createSupplier(ctx, { name: "Demo wholesaler" });
  const productIds: string[] = [];
  for (let number = 1; number <= products; number++) {
    const made = await Catalog.createProduct(ctx, {
      sku: `W-${number}`,
      name: `Ware ${number}`,
      cost: wireKrw(1_000),
      price: wireKrw(2_000),
    });
    productIds.push(made.id);
  }
  return { supplierId, accountId: await purchasingAccount(ctx), productIds };
}

const recipient = { name: "Demo shop", phone: "+82-2-000-0000", line1: "1 Demo Street", city: "Seoul" };

/** A draft of three units of each product at 1,000 won. */
export function draftFor(ctx: Context, { supplierId, accountId, productIds }: Bought, more: object = {}) {
  return Purchasing.createPurchaseOrder(ctx, {
    supplierId,
    accountId,
    recipient,
    lines: productIds.map((productId, index) => ({
      externalId: `W-${index + 1}`,
      productId,
      quantity: 3,
      unitCost: wireKrw(1_000),
    })),
    ...more,
  });
}

export const address = { name: "Demo buyer", street: "7 Demo Lane", city: "Busan", country: "KR", phone: "+82-51-000" };

/** A sale of a marketplace that we have nothing of in stock: two units of each product. */
export async function soldShort(ctx: Context, productIds: readonly string[]): Promise<string> {
  const products = await Catalog.findProducts(ctx, new Set(productIds));
  const { orderId } = await Orders.recordOrder(
    ctx,
    {
      channel: "ebay",
      externalId: ctx.newId("order"),
      status: "paid",
      isStatusKnown: true,
      placedAt: new Date(ctx.now()).toISOString(),
      currency: "KRW",
      lines: productIds.map((id) => ({ sku: products.get(id)?.sku ?? "", quantity: 2, unitPrice: krw(2_000) })),
      shippingAddress: address,
      warnings: [],
    },
    { affectsStock: true },
  );
  return orderId;
}

export interface PurchasingShop {
  ctx: Context;
  clock: ReturnType<typeof stoppedClock>;
  /** Messages as they were sent. */
  sent: unknown[];
  fake: FakeSupplier;
  bought: Bought;
}

/** An organisation in Korea with a supplier, and a queue that keeps its messages. */
export async function shop(products = 2): Promise<PurchasingShop> {
  const clock = stoppedClock();
  const sent: unknown[] = [];
  const plain = cloudContext({ now: clock.now, actor: testActor({ currency: "KRW" }) });
  const send: Context["queues"]["send"] = (queue, message) => Promise.resolve(void sent.push({ queue, message }));
  const ctx = { ...plain, queues: { ...plain.queues, send } };
  const fake = fakeSupplier();
  fake.prices = { goods: products * 3_000, shipping: 2_500 };
  return { ctx, clock, sent, fake, bought: await aSupplier(ctx, products) };
}

/** A purchase order that the supplier has. */
export async function placed({ ctx, fake, bought }: PurchasingShop): Promise<Purchasing.PurchaseOrder> {
  const { id } = await draftFor(ctx, bought);
  await Purchasing.submitPurchaseOrder(ctx, { id });
  await work(ctx, fake, id);
  return Purchasing.getPurchaseOrder(ctx, id);
}

/** What the queue brings. Throws what could not be worked. */
export async function work(ctx: Context, fake: FakeSupplier, ...ids: string[]): Promise<void> {
  const failed = await Purchasing.workPurchaseOrders(ctx, { ids, openAccount: fake.openAccount });
  for (const error of failed.values()) throw error;
}
