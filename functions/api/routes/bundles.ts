import * as Inventory from "../../../core/inventory/index.ts";
import { BundleAnswer, BundleStockAnswer } from "../answers/production.ts";
import { pageOf } from "../pages.ts";
import { type Route, route } from "../route.ts";

const write = { permission: "inventory.adjust", tag: "Bundles" } as const;
const read = { permission: "inventory.read", tag: "Bundles" } as const;

export const bundleRoutes: Route[] = [
  route({
    method: "put",
    path: "/v1/bundles/{productId}",
    ...write,
    summary: "Say which products a product consists of",
    description:
      "A bundle has no stock of its own and does not nest. Orders for it reserve its components, summed with whatever else needs them.",
    body: Inventory.BundleSchema,
    answer: BundleAnswer,
    errors: ["NOT_FOUND", "STATE_CONFLICT", "VERSION_CONFLICT"],
    example: { body: { components: [{ productId: "prd_01J9Z3NDEKTSV4RRFFQ69G5FAV", quantity: 6 }] } },
    handle: (ctx, { params, body, expectedVersion }) =>
      Inventory.setBundle(ctx, { productId: params.productId, expectedVersion, input: body }),
  }),
  route({
    method: "get",
    path: "/v1/bundles",
    ...read,
    summary: "List bundles, newest product first",
    query: Inventory.ListBundlesSchema,
    answer: pageOf(BundleAnswer),
    handle: (ctx, { query }) => Inventory.listBundles(ctx, query),
  }),
  route({
    method: "get",
    path: "/v1/bundles/{productId}",
    ...read,
    summary: "Read a bundle, and how many there are",
    answer: BundleStockAnswer,
    errors: ["NOT_FOUND"],
    handle: (ctx, { params }) => Inventory.getBundle(ctx, params.productId),
  }),
  route({
    method: "delete",
    path: "/v1/bundles/{productId}",
    ...write,
    summary: "Make a bundle a product like any other again",
    status: 204,
    errors: ["NOT_FOUND", "VERSION_CONFLICT"],
    handle: (ctx, { params, expectedVersion }) =>
      Inventory.removeBundle(ctx, { productId: params.productId, expectedVersion }),
  }),
];
