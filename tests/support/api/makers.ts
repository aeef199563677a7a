import { inspect } from "node:util";
import * as Finance from "../../../core/finance/index.ts";
import { NO_METRICS } from "../../../core/platform/metrics.ts";
import { buy, sell } from "../../integration/finance/shop.ts";
import { apiHarness, type Harness } from "../harness.ts";
import { recordingLog } from "../recording.ts";
import { stripeStandIn } from "./stripe-stand-in.ts";
import { tableOfFile } from "./table-of-file.ts";
import { finishImport, finishSync, uploadFile } from "../work.ts";

/** Text that every record of one organisation carries: where it turns up in another's answers, something leaks. */
export interface Shop extends Harness {
  mark: string;
  /** What was logged of faults of ours. */
  failures: () => string[];
}

export async function aShop(): Promise<Shop> {
  const metrics = { ...NO_METRICS, text: () => Promise.resolve({ contentType: "text/plain", body: "up 1\n" }) };
  const log = recordingLog();
  const { options } = await stripeStandIn();
  const harness = await apiHarness({ metrics, log, tableName: await tableOfFile(), ...options });
  // Letters only, so that it is a word wherever it is written, and none that anybody else would write.
  const mark = `own${harness.organization.id.slice(-12).toLowerCase().replaceAll(/./g, "q$&")}`;
  const failures = () =>
    log.lines.filter(({ level }) => level === "error").map(({ fields }) => inspect(fields["error"], { depth: 4 }));
  return { ...harness, mark, failures };
}

export const usd = (amount: string) => ({ amount, currency: "USD" });

let made = 0;
export const fresh = ({ mark }: Shop) => `${mark}-${++made}`;

/** Makes something over the API and returns what was answered. */
export async function make<T = { id: string }>(shop: Shop, path: string, body: unknown): Promise<T> {
  const answer = await shop.request<T>("POST", path, { body });
  if (answer.status >= 300) throw new Error(`POST ${path} answered ${answer.text}`);
  return answer.body;
}

const idOf = async (made: Promise<{ id: string }>) => (await made).id;

export const product = (shop: Shop) => {
  const sku = fresh(shop);
  return idOf(make(shop, "/v1/products", { sku, name: `Thing ${sku}`, cost: usd("10.00"), price: usd("20.00") }));
};

export async function stocked(shop: Shop, quantity = 50): Promise<string> {
  const id = await product(shop);
  const lotNumber = fresh(shop);
  await make(shop, `/v1/inventory/${id}/adjustments`, {
    changeType: "restock",
    quantity,
    lotNumber,
    unitCost: usd("10.00"),
    notes: `Bought by ${shop.mark}`,
  });
  return id;
}

export async function onSale(shop: Shop): Promise<string> {
  const id = await stocked(shop);
  await make(shop, `/v1/products/${id}/activate`, {});
  return id;
}

export const category = (shop: Shop) => idOf(make(shop, "/v1/categories", { name: fresh(shop) }));
export const brand = (shop: Shop) => idOf(make(shop, "/v1/brands", { name: fresh(shop) }));
export const pattern = async (shop: Shop) =>
  idOf(make(shop, "/v1/brand-patterns", { brandId: await brand(shop), kind: "words", pattern: fresh(shop) }));
export const size = (shop: Shop) =>
  idOf(make(shop, "/v1/sizes", { audience: "men", equivalents: { US: String(++made % 40) } }));
export const apiKey = (shop: Shop) =>
  idOf(make(shop, "/v1/api-keys", { name: fresh(shop), permissions: ["catalog.read"] }));

const mapping = { sku: "sku", externalId: "sku", name: "name", cost: "cost" };
/** One row is good, one is not. */
const sheet = (shop: Shop) => `sku,name,cost\n${fresh(shop)},Thing,10.00\n${fresh(shop)},Thing,much\n`;

export const upload = (shop: Shop) => uploadFile(shop.ctx, sheet(shop), `${fresh(shop)}.csv`);
export async function imported(shop: Shop): Promise<string> {
  const id = await idOf(
    make(shop, "/v1/imports", { kind: "products", uploadId: await upload(shop), format: "csv", mapping }),
  );
  await finishImport(shop.ctx, id);
  return id;
}
export const supplier = (shop: Shop) =>
  idOf(make(shop, "/v1/suppliers", { name: fresh(shop), feed: { format: "csv", mapping } }));
export async function sync(shop: Shop): Promise<string> {
  const id = await supplier(shop);
  const work = await make(shop, `/v1/suppliers/${id}/syncs`, { uploadId: await upload(shop) });
  await finishSync(shop.ctx, work.id);
  return work.id;
}

export const location = (shop: Shop) =>
  idOf(make(shop, "/v1/locations", { name: fresh(shop), code: `C${++made}`, sellsOrders: true }));
export const transfer = async (shop: Shop) =>
  idOf(
    make(shop, "/v1/inventory/transfers", {
      fromLocationId: "loc_main",
      toLocationId: await location(shop),
      productId: await stocked(shop),
      quantity: 1,
    }),
  );
export const reservation = async (shop: Shop) =>
  idOf(
    make(shop, "/v1/inventory/reservations", {
      lines: [{ productId: await stocked(shop), quantity: 1 }],
      expiresInSeconds: 900,
      reference: fresh(shop),
    }),
  );
export const count = async (shop: Shop) =>
  idOf(
    make(shop, "/v1/inventory/counts", {
      lines: [{ productId: await stocked(shop), counted: 49 }],
      notes: fresh(shop),
    }),
  );
export const delivery = async (shop: Shop) =>
  idOf(make(shop, "/v1/inventory/expected", { productId: await stocked(shop), quantity: 5, reference: fresh(shop) }));
export async function ruled(shop: Shop): Promise<string> {
  const id = await stocked(shop);
  await shop.request("PUT", `/v1/inventory/${id}/reorder-rule`, {
    body: { minimum: 10, leadTimeDays: 7 },
    expected: 200,
  });
  return id;
}

export const recipe = async (shop: Shop) =>
  idOf(
    make(shop, "/v1/recipes", {
      productId: await product(shop),
      outputQuantity: 10,
      ingredients: [{ productId: await stocked(shop), quantity: 2 }],
      notes: fresh(shop),
    }),
  );
export const batch = async (shop: Shop) =>
  idOf(make(shop, "/v1/batches", { recipeId: await recipe(shop), runs: 1, lotNumber: fresh(shop) }));
export async function startedBatch(shop: Shop): Promise<string> {
  const id = await batch(shop);
  await make(shop, `/v1/batches/${id}/start`, {});
  return id;
}
export async function bundle(shop: Shop): Promise<string> {
  const [id, part] = [await product(shop), await stocked(shop)];
  const body = { components: [{ productId: part, quantity: 6 }] };
  await shop.request("PUT", `/v1/bundles/${id}`, { body, expected: 200 });
  return id;
}

export type OrderState = "draft" | "placed" | "paid" | "sent" | "cancelled" | "two-parcels";

export async function order(shop: Shop, state: OrderState = "placed"): Promise<string> {
  const productId = await stocked(shop);
  const line = { productId, quantity: 2, unitPrice: usd("15.00") };
  const lines =
    state === "two-parcels"
      ? ["letter", "parcel"].map((shippingType) => ({ ...line, quantity: 1, shippingType }))
      : [line];
  const { id } = await make(shop, "/v1/orders", {
    channel: "shop",
    lines,
    notes: fresh(shop),
    ...(state === "draft" ? { draft: true } : {}),
  });
  const step = (name: string) => make(shop, `/v1/orders/${id}/${name}`, {});
  if (state === "paid" || state === "sent" || state === "cancelled") await step("pay");
  if (state === "sent") await step("fulfil");
  if (state === "cancelled") await step("cancel");
  return id;
}

export const listing = async (shop: Shop) =>
  idOf(make(shop, "/v1/listings", { productId: await onSale(shop), platformType: "shop", platformSku: fresh(shop) }));
export async function listingAfter(shop: Shop, ...commands: string[]): Promise<string> {
  const id = await listing(shop);
  for (const command of commands) await make(shop, `/v1/listings/${id}/${command}`, {});
  return id;
}

export const transaction = (shop: Shop) =>
  idOf(
    make(shop, "/v1/transactions", {
      type: "payout",
      platform: "stockx",
      amount: usd("176.00"),
      reference: fresh(shop),
    }),
  );
export const feeTable = (shop: Shop) =>
  idOf(
    make(shop, "/v1/fee-tables", {
      channel: "ebay",
      effectiveFrom: "2026-01-01",
      rules: [{ kind: "finalValue", rate: "0.08" }],
      source: fresh(shop),
    }),
  );
export const purchase = (shop: Shop) =>
  idOf(make(shop, "/v1/purchases", { sku: fresh(shop), unitCost: usd("100.00"), title: fresh(shop) }));
/** An order in the books alone, of goods that were not in stock. */
export async function soldUnstocked(shop: Shop): Promise<string> {
  return sell(shop.ctx, [{ sku: fresh(shop) }], { orderId: shop.ctx.newId("order") });
}
/** A sale and a purchase that may belong together, for somebody to say. */
export async function match(shop: Shop): Promise<string> {
  const sku = fresh(shop);
  await buy(shop.ctx, { sku, purchasedAt: "2026-11-21" });
  const orderId = await sell(shop.ctx, [{ sku }], { orderId: shop.ctx.newId("order") });
  await Finance.matchOrder(shop.ctx, orderId);
  const { items } = await Finance.listMatches(shop.ctx, { orderId });
  return items[0]?.id ?? "";
}
