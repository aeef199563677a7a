import { ACCOUNT_REQUESTS, account } from "./account-makers.ts";
import { idsOf } from "./behind.ts";
import { type Good, of, type Prepare } from "./good.ts";
import { BILLING_REQUESTS } from "./billing-makers.ts";
import type { Operation } from "./document.ts";
import {
  apiKey,
  batch,
  brand,
  bundle,
  category,
  count,
  delivery,
  feeTable,
  fresh,
  imported,
  listing,
  listingAfter,
  location,
  match,
  onSale,
  order,
  pattern,
  product,
  purchase,
  recipe,
  reservation,
  ruled,
  type Shop,
  size,
  soldUnstocked,
  startedBatch,
  stocked,
  supplier,
  sync,
  transaction,
  transfer,
  upload,
  usd,
} from "./makers.ts";
import { channelAccount, channelTask, readAccount } from "./channel-makers.ts";
import { invitation, member, owner, PEOPLE_REQUESTS, role } from "./people-makers.ts";
import { addressedOrder, purchaseOrder, type PurchaseState, shortSupplier } from "./purchase-makers.ts";
import { freshAddress } from "../people.ts";
import { foundOffer } from "./sourcing-makers.ts";
import { WEBHOOK_REQUESTS, webhookDelivery, webhookEvent } from "./webhook-makers.ts";

export type { Good };

const asking =
  (query: Record<string, string>): Prepare =>
  async () => ({ query });
const sending =
  (body: (shop: Shop) => unknown): Prepare =>
  async (shop) => ({ body: await body(shop) });
const orderIn = (state: Parameters<typeof order>[1]) => (shop: Shop) => order(shop, state);
const bought = (state: PurchaseState) => (shop: Shop) => purchaseOrder(shop, state);
const listed =
  (...commands: string[]) =>
  (shop: Shop) =>
    listingAfter(shop, ...commands);
const mapping = { sku: "sku", name: "name", cost: "cost" };

/**
 * What each operation needs that its document cannot say: the resource of its path in the state it is good for, and
 * bodies that name others. An operation that is not here is asked without a path's parameters, with the example of its
 * document.
 */
const PREPARED: Record<string, Prepare> = {
  ...ACCOUNT_REQUESTS,
  ...WEBHOOK_REQUESTS,
  ...BILLING_REQUESTS,
  ...PEOPLE_REQUESTS,
  "post /v1/api-keys": sending((shop) => ({ name: fresh(shop), permissions: ["catalog.read"] })),
  "delete /v1/api-keys/{id}": of(apiKey),
  "post /v1/api-keys/{id}/rotate": of(apiKey, { overlapSeconds: 60 }),
  "patch /v1/organization/members/{id}": of(member, { role: "operator" }),
  "delete /v1/organization/members/{id}": of(member),
  "post /v1/invitations": sending(() => ({ email: freshAddress(), role: "operator" })),
  "delete /v1/invitations/{id}": of(invitation),
  "post /v1/roles": sending((shop) => ({ name: fresh(shop), permissions: ["finance.read"] })),
  "patch /v1/roles/{id}": of(role, { permissions: ["finance.read"] }),
  "delete /v1/roles/{id}": of(role),
  "post /v1/products": sending(async (shop) => ({
    sku: fresh(shop),
    name: shop.mark,
    cost: usd("10.00"),
    price: usd("20.00"),
    categoryId: await category(shop),
    brandId: await brand(shop),
  })),
  "get /v1/products/by-sku/{sku}": async (shop) => {
    const { body } = await shop.request<{ sku: string }>("GET", `/v1/products/${await product(shop)}`);
    return { params: { sku: body.sku } };
  },
  "get /v1/products/{id}": of(product),
  "patch /v1/products/{id}": of(product, { description: "Soft" }),
  "post /v1/products/{id}/activate": of(product, {}),
  "post /v1/products/{id}/archive": of(onSale, {}),
  "post /v1/products/{id}/restore": async (shop) => {
    const id = await onSale(shop);
    await shop.request("POST", `/v1/products/${id}/archive`, { body: {}, expected: 200 });
    return { params: { id }, body: {} };
  },
  "get /v1/products/{id}/pricing": of(product),
  "post /v1/categories": sending(async (shop) => ({ name: fresh(shop), parentId: await category(shop) })),
  "get /v1/categories/{id}": of(category),
  "patch /v1/categories/{id}": async (shop) => ({
    params: { id: await category(shop) },
    body: { name: fresh(shop), parentId: await category(shop) },
  }),
  "post /v1/brands": sending((shop) => ({ name: fresh(shop) })),
  "get /v1/brands/{id}": of(brand),
  "post /v1/brand-patterns": sending(async (shop) => ({
    brandId: await brand(shop),
    kind: "words",
    pattern: fresh(shop),
  })),
  "post /v1/brand-patterns/test": sending(() => ({ text: "Nike Dunk" })),
  "delete /v1/brand-patterns/{id}": of(pattern),
  "post /v1/imports": sending(async (shop) => ({
    kind: "products",
    uploadId: await upload(shop),
    format: "csv",
    mapping,
  })),
  "get /v1/imports/{id}": of(imported),
  "get /v1/imports/{id}/records": of(imported),
  "get /v1/imports/{id}/refused.csv": of(imported),
  "post /v1/suppliers": sending((shop) => ({ name: fresh(shop), feed: { format: "csv", mapping } })),
  "get /v1/suppliers/{id}": of(supplier),
  "patch /v1/suppliers/{id}": async (shop) => ({ params: { id: await supplier(shop) }, body: { name: fresh(shop) } }),
  "get /v1/suppliers/{id}/offers": of(supplier),
  "post /v1/suppliers/{id}/syncs": async (shop) => ({
    params: { id: await supplier(shop) },
    body: { uploadId: await upload(shop) },
  }),
  "get /v1/syncs/{id}": of(sync),
  "get /v1/syncs/{id}/records": of(sync),
  "get /v1/syncs/{id}/refused.csv": of(sync),
  // Of no source: how long one took, and whether it answered, differs from one search to the next.
  "get /v1/sourcing/search": asking({ q: "desk lamp", sources: "," }),
  "post /v1/sourcing/drafts": sending(async (shop) => foundOffer(shop)),
  "get /v1/suppliers/{id}/purchases": of(supplier),
  "get /v1/suppliers/{id}/performance": of(supplier),
  "post /v1/purchase-orders": sending(async (shop) => ({
    supplierId: await supplier(shop),
    lines: [{ externalId: fresh(shop), productId: await product(shop), quantity: 5, unitCost: usd("4.00") }],
  })),
  "post /v1/purchase-orders/from-order": sending(async (shop) => ({
    supplierId: await supplier(shop),
    orderId: await addressedOrder(shop),
    lines: [{ lineId: "1", externalId: fresh(shop), unitCost: usd("4.00") }],
  })),
  "post /v1/purchase-orders/from-suggestions": sending(async (shop) => ({ supplierId: await shortSupplier(shop) })),
  "get /v1/purchase-orders/{id}": of(bought("draft")),
  "post /v1/purchase-orders/{id}/quote": of(bought("connected"), {}),
  "post /v1/purchase-orders/{id}/submit": of(bought("draft"), { supplierReference: "SO-20931" }),
  "post /v1/purchase-orders/{id}/ship": of(bought("byHand"), { carrier: "UPS" }),
  "post /v1/purchase-orders/{id}/receive": of(bought("byHand"), { lines: [{ lineId: "1", quantity: 5 }] }),
  "post /v1/purchase-orders/{id}/close-lines": of(bought("byHand"), { lineIds: ["1"] }),
  "post /v1/purchase-orders/{id}/cancel": of(bought("draft"), {}),
  "post /v1/recipes": sending(async (shop) => ({
    productId: await product(shop),
    outputQuantity: 1,
    ingredients: [{ productId: await stocked(shop), quantity: 1 }],
  })),
  "get /v1/recipes/{id}": of(recipe),
  "patch /v1/recipes/{id}": of(recipe, { notes: "Sieve it" }),
  "get /v1/recipes/{id}/shortages": async (shop) => ({ params: { id: await recipe(shop) }, query: { runs: "3" } }),
  "post /v1/batches": sending(async (shop) => ({ recipeId: await recipe(shop), runs: 1 })),
  "get /v1/batches/{id}": of(batch),
  "post /v1/batches/{id}/start": of(batch, {}),
  "post /v1/batches/{id}/finish": of(startedBatch, { quantity: 9 }),
  "post /v1/batches/{id}/cancel": of(batch, {}),
  "put /v1/bundles/{productId}": async (shop) => ({
    params: { productId: await product(shop) },
    body: { components: [{ productId: await stocked(shop), quantity: 6 }] },
  }),
  "get /v1/bundles/{productId}": of(bundle, undefined, "productId"),
  "delete /v1/bundles/{productId}": of(bundle, undefined, "productId"),
  "get /v1/inventory/lots/trace": async (shop) => {
    const path = `/v1/inventory/${await stocked(shop)}/lots`;
    const { body } = await shop.request<{ items: { lotNumber: string }[] }>("GET", path, { expected: 200 });
    return { query: { lotNumber: body.items[0]?.lotNumber ?? "" } };
  },
  "post /v1/inventory/counts": sending(async (shop) => ({ lines: [{ productId: await stocked(shop), counted: 4 }] })),
  "get /v1/inventory/counts/{id}": of(count),
  "put /v1/inventory/{productId}/reorder-rule": of(stocked, { minimum: 10, leadTimeDays: 7 }, "productId"),
  "get /v1/inventory/{productId}/reorder-rule": of(ruled, undefined, "productId"),
  "delete /v1/inventory/{productId}/reorder-rule": of(ruled, undefined, "productId"),
  "post /v1/inventory/expected": sending(async (shop) => ({ productId: await stocked(shop), quantity: 5 })),
  "get /v1/inventory/expected/{id}": of(delivery),
  "post /v1/inventory/expected/{id}/receive": of(delivery, { quantity: 5, unitCost: usd("4.10") }),
  "post /v1/inventory/expected/{id}/cancel": of(delivery, {}),
  "get /v1/transactions/summary": asking({ from: "2026-01-01", to: "2026-12-31" }),
  "get /v1/fee-tables/in-force": asking({ channel: "ebay" }),
  "post /v1/orders": sending(async (shop) => ({
    channel: "shop",
    lines: [{ productId: await stocked(shop), quantity: 2, unitPrice: usd("15.00") }],
  })),
  "get /v1/orders/{id}": of(orderIn("placed")),
  "patch /v1/orders/{id}": of(orderIn("placed"), { notes: "Ring twice" }),
  "get /v1/orders/{id}/history": of(orderIn("placed")),
  "post /v1/orders/{id}/submit": of(orderIn("draft"), {}),
  "post /v1/orders/{id}/pay": of(orderIn("placed"), { method: "card" }),
  "post /v1/orders/{id}/allocate": of(orderIn("paid"), {}),
  "post /v1/orders/{id}/fulfil": of(orderIn("paid"), { lines: [{ lineId: "1", quantity: 1 }] }),
  "post /v1/orders/{id}/deliver": of(orderIn("sent"), {}),
  "post /v1/orders/{id}/cancel": of(orderIn("placed"), { reason: "No more needed" }),
  "post /v1/orders/{id}/return": of(orderIn("sent"), { lines: [{ lineId: "1", quantity: 1 }] }),
  "post /v1/orders/{id}/refund": of(orderIn("cancelled"), { amount: usd("1.00") }),
  "post /v1/orders/{id}/split": of(orderIn("two-parcels"), { by: "shippingType" }),
  "get /v1/orders/{id}/transactions": of(orderIn("sent")),
  "get /v1/orders/{id}/profit": of(orderIn("sent")),
  "post /v1/orders/{id}/match": of(soldUnstocked),
  "get /v1/purchases/{id}": of(purchase),
  "post /v1/matches/{id}/accept": of(match),
  "post /v1/matches/{id}/reject": of(match),
  "get /v1/locations/{id}": of(location),
  "patch /v1/locations/{id}": of(location, { sellsOrders: false }),
  "get /v1/inventory/{productId}": of(stocked, undefined, "productId"),
  "get /v1/inventory/{productId}/lots": of(stocked, undefined, "productId"),
  "get /v1/inventory/{productId}/ledger": of(stocked, undefined, "productId"),
  "put /v1/inventory/{productId}/buffer": of(stocked, { quantity: 2 }, "productId"),
  "post /v1/inventory/{productId}/adjustments": of(stocked, { changeType: "damaged", quantity: 1 }, "productId"),
  "post /v1/inventory/adjustments": sending(async (shop) => ({
    items: [{ productId: await stocked(shop), changeType: "recount", quantity: 7 }],
  })),
  "post /v1/inventory/transfers": sending(async (shop) => ({
    fromLocationId: "loc_main",
    toLocationId: await location(shop),
    productId: await stocked(shop),
    quantity: 5,
  })),
  "get /v1/inventory/transfers/{id}": of(transfer),
  "post /v1/inventory/reservations": sending(async (shop) => ({
    lines: [{ productId: await stocked(shop), quantity: 2 }],
    expiresInSeconds: 900,
  })),
  "get /v1/inventory/reservations/{id}": of(reservation),
  "post /v1/inventory/reservations/{id}/release": of(reservation, {}),
  "post /v1/inventory/reservations/{id}/extend": of(reservation, { expiresInSeconds: 3_600 }),
  "put /v1/accounts/{id}/orders-sync": of(channelAccount, { everyMinutes: 5, affectsStock: true }),
  "get /v1/accounts/{id}/orders-sync": of(readAccount),
  "post /v1/accounts/{id}/orders-sync/poll": of(readAccount),
  "get /v1/channel-tasks/{id}": of(channelTask),
  "post /v1/channel-tasks/{id}/retry": of(channelTask),
  "post /v1/listings": sending(async (shop) => ({
    productId: await onSale(shop),
    platformType: "shop",
    platformSku: fresh(shop),
  })),
  "get /v1/listings/{id}": of(listing),
  "patch /v1/listings/{id}": of(listing, { buffer: 1 }),
  "post /v1/listings/{id}/publish": of(listing, {}),
  "post /v1/listings/{id}/pause": of(listed("publish"), {}),
  "post /v1/listings/{id}/resume": of(listed("publish", "pause"), {}),
  "post /v1/listings/{id}/end": of(listed("publish"), {}),
  "post /v1/listings/{id}/presale": of(listing, { availableFrom: "2027-03-01T00:00:00Z", quantity: 10 }),
};

export async function goodRequest(shop: Shop, operation: Operation): Promise<Good> {
  const prepare = PREPARED[operation.name];
  if (prepare) return prepare(shop);
  const good = operation.example === undefined ? {} : { body: operation.example };
  return operation.permission === "user" ? { ...good, person: await owner(shop) } : good;
}

/** Operations of `PREPARED` that the document does not have: renamed ones must not be forgotten here. */
export function unknownPreparations(operations: readonly Operation[]): string[] {
  const known = new Set(operations.map(({ name }) => name));
  return Object.keys(PREPARED).filter((name) => !known.has(name));
}

/** Two of each kind, so that every list has a second page. Returns one id of each kind, by its prefix. */
export async function furnish(shop: Shop): Promise<Map<string, string>> {
  const kinds = [
    product,
    category,
    pattern,
    size,
    apiKey,
    upload,
    imported,
    supplier,
    sync,
    location,
    transfer,
    reservation,
    count,
    delivery,
    bought("draft"),
    ruled,
    startedBatch,
    bundle,
    orderIn("sent"),
    listing,
    transaction,
    feeTable,
    purchase,
    match,
    account,
    webhookEvent,
    webhookDelivery,
    member,
    invitation,
    role,
  ];
  for (const make of [...kinds, ...kinds]) await make(shop);
  return idsOf(shop);
}
