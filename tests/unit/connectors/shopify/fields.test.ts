import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { toProducts } from "../../../../core/connectors/shopify/map.ts";
import { readOrders } from "../../../../core/orders/channels/index.ts";
import { sell, stockShelves } from "../../../../local/sandbox/shopify/demo.ts";
import { createFulfillment } from "../../../../local/sandbox/shopify/mutations.ts";
import { emptyState } from "../../../../local/sandbox/shopify/state.ts";
import { DATA, unpackedFromTar } from "../../../e2e/real-file.ts";
import { type RestProduct, variantNodes } from "../../../support/shopify-rest.ts";
import { withoutEffect } from "../../../support/walk.ts";
import { IGNORED_OF_ORDERS, IGNORED_OF_PRODUCTS, SENT, SENT_NOTHING } from "./ignored.ts";

const SHOPIFY = "shopify/shopify_rest_fixtures.tar.gz";
const isThere = existsSync(new URL("shopify", DATA));
const recorded = (name: string): unknown => JSON.parse(String(unpackedFromTar(SHOPIFY, name)));

const readOrder = (order: unknown) => readOrders("shopify", [order]).map(({ original: _original, ...rest }) => rest);
const readProduct = (product: unknown) => {
  const { products, unreadable } = toProducts(variantNodes(product as RestProduct), "USD");
  return { products, reasons: unreadable.map(({ reasons }) => reasons) };
};

function sampleOrder(): unknown {
  const state = emptyState();
  stockShelves(state, 5, 0);
  const order = sell(state, { quantity: 2 }, Date.UTC(2026, 1, 1));
  const [part] = state.fulfillmentOrders;
  const lineItemsByFulfillmentOrder = [{ fulfillmentOrderId: `gid://shopify/FulfillmentOrder/${part?.id}` }];
  const trackingInfo = { company: "UPS", number: "1Z0001", url: "https://tracking.example/1Z0001" };
  createFulfillment(state, { lineItemsByFulfillmentOrder, trackingInfo }, Date.UTC(2026, 1, 2));
  return order;
}

const SAMPLE_PRODUCT: RestProduct = {
  id: 1,
  title: "Sample",
  handle: "sample",
  body_html: "<p>A sample.</p>",
  vendor: "Sample Vendor",
  product_type: "Samples",
  tags: "a, b",
  status: "active",
  updated_at: "2026-01-02T00:00:00Z",
  options: [{ name: "Colour" }],
  images: [{ src: "https://demo.myshopify.invalid/sample.png" }],
  variants: [
    {
      id: 11,
      title: "Red",
      sku: "SAMPLE-RED",
      barcode: "4006381333931",
      price: "19.90",
      compare_at_price: "24.90",
      inventory_quantity: 4,
      inventory_management: "shopify",
      inventory_policy: "deny",
      updated_at: "2026-01-01T00:00:00Z",
      option1: "Red",
    },
  ],
};

const unread = (body: unknown, read: (body: unknown) => unknown, ignored: Record<string, readonly string[]>) => {
  const known = Object.values(ignored).flat();
  return withoutEffect(body, read).filter(
    (field) => !known.some((one) => field === one || field.startsWith(`${one}.`)),
  );
};

test("every field of the stand-in's order is read, or left out on purpose", () => {
  expect(unread(sampleOrder(), readOrder, { ...IGNORED_OF_ORDERS, SENT })).toEqual([]);
});

test.skipIf(!isThere)("every field of orders as Shopify documents them is read, or left out on purpose", () => {
  const { order } = recorded("order.json") as { order: unknown };
  expect(unread(order, readOrder, { ...IGNORED_OF_ORDERS, SENT_NOTHING })).toEqual([]);
});

test("every field of a product is read, or left out on purpose", () => {
  expect(unread(SAMPLE_PRODUCT, readProduct, IGNORED_OF_PRODUCTS)).toEqual([]);
  expect(readProduct(SAMPLE_PRODUCT).products[0]).toMatchObject({
    name: "Sample - Red",
    gtin: "04006381333931",
    attributes: { Colour: "Red", compareAtPrice: "24.90" },
  });
});

test.skipIf(!isThere)("every field of products as Shopify documents them is read, or left out on purpose", () => {
  const { product } = recorded("product.json") as { product: unknown };
  const several = recorded("products.json") as { products?: unknown[] } | unknown[];
  for (const one of [product, ...(Array.isArray(several) ? several : (several.products ?? []))])
    expect(unread(one, readProduct, IGNORED_OF_PRODUCTS)).toEqual([]);
});

test("sums are what Shopify says: goods, shipping and tax, less the discount, come to the total", () => {
  const [first] = readOrders("shopify", [sampleOrder()]);
  if (!first || !("draft" in first)) throw new Error("It was not read");
  const { total, shipping, tax, discount, lines, warnings } = first.draft;
  expect(warnings).toEqual([]);
  const goods = lines.reduce((sum, { unitPrice, quantity }) => sum + (unitPrice?.minor ?? 0) * quantity, 0);
  expect(total?.minor).toBe(goods + (shipping?.minor ?? 0) + (tax?.minor ?? 0) - (discount?.minor ?? 0));
});
