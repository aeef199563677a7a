import * as Catalog from "../../../core/catalog/index.ts";
import { PriceAnswer, ProductAnswer, ProductPageAnswer } from "../answers/products.ts";
import { type Route, route } from "../route.ts";

const tag = "Products";
const money = (amount: string) => ({ amount, currency: "USD" });
const mouse = {
  sku: "MOUSE-001",
  name: "Wireless Mouse",
  cost: money("15.00"),
  price: money("29.99"),
  attributes: { color: "Black" },
};

const transition = (name: "activate" | "archive" | "restore", summary: string) =>
  route({
    method: "post",
    path: `/v1/products/{id}/${name}`,
    permission: "catalog.write",
    tag,
    summary,
    body: Catalog.ActivateProductSchema,
    answer: ProductAnswer,
    errors: ["NOT_FOUND", "STATE_CONFLICT", "VERSION_CONFLICT"],
    handle: async (ctx, { params, body, expectedVersion }) =>
      Catalog.viewProduct(
        await Catalog.changeStatus(ctx, { id: params.id, transition: name, expectedVersion, options: body }),
      ),
  });

export const productRoutes: Route[] = [
  route({
    method: "post",
    path: "/v1/products",
    permission: "catalog.write",
    tag,
    summary: "Create a product, as a draft",
    body: Catalog.CreateProductSchema,
    status: 201,
    answer: ProductAnswer,
    errors: ["INVALID_PRICING", "PRODUCT_SKU_EXISTS", "NOT_FOUND"],
    example: { body: mouse },
    handle: async (ctx, { body }) => Catalog.viewProduct(await Catalog.createProduct(ctx, body)),
  }),
  route({
    method: "get",
    path: "/v1/products",
    permission: "catalog.read",
    tag,
    summary: "List or search products, newest first",
    description:
      "Every word of `query` must be contained in name, SKU or description, in any case. A page may be short while `nextCursor` says there is more to look through.",
    query: Catalog.ListProductsSchema,
    answer: ProductPageAnswer,
    handle: async (ctx, { query }) => {
      const { items, ...page } = await Catalog.listProducts(ctx, query);
      return { items: items.map(Catalog.viewProduct), ...page };
    },
  }),
  route({
    method: "get",
    path: "/v1/products/by-sku/{sku}",
    permission: "catalog.read",
    tag,
    summary: "Read a product by its SKU",
    answer: ProductAnswer,
    errors: ["NOT_FOUND"],
    handle: async (ctx, { params }) => Catalog.viewProduct(await Catalog.getProductBySku(ctx, params.sku)),
  }),
  route({
    method: "get",
    path: "/v1/products/{id}",
    permission: "catalog.read",
    tag,
    summary: "Read a product",
    answer: ProductAnswer,
    errors: ["NOT_FOUND"],
    handle: async (ctx, { params }) => Catalog.viewProduct(await Catalog.getProduct(ctx, params.id)),
  }),
  route({
    method: "patch",
    path: "/v1/products/{id}",
    permission: "catalog.write",
    tag,
    summary: "Change a product",
    description:
      "What is left out stays; null removes. With If-Match the change is refused when somebody else was faster.",
    body: Catalog.UpdateProductSchema,
    answer: ProductAnswer,
    errors: ["NOT_FOUND", "INVALID_PRICING", "PRODUCT_SKU_EXISTS", "VERSION_CONFLICT"],
    handle: async (ctx, { params, body, expectedVersion }) =>
      Catalog.viewProduct(await Catalog.updateProduct(ctx, { id: params.id, expectedVersion, changes: body })),
  }),
  transition("activate", "Put a draft on sale"),
  transition("archive", "Take a product off sale"),
  transition("restore", "Make an archived product a draft again"),
  route({
    method: "get",
    path: "/v1/products/{id}/pricing",
    permission: "catalog.read",
    tag: "Pricing",
    summary: "Calculate a product's prices, with every step",
    query: Catalog.ProductPriceSchema,
    answer: PriceAnswer,
    errors: ["NOT_FOUND", "STATE_CONFLICT"],
    handle: (ctx, { params, query }) => Catalog.priceOfProduct(ctx, { id: params.id, options: query }),
  }),
  route({
    method: "post",
    path: "/v1/pricing/preview",
    permission: "catalog.read",
    tag: "Pricing",
    summary: "Calculate prices without a product",
    body: Catalog.PreviewPriceSchema,
    answer: PriceAnswer,
    errors: ["NOT_FOUND"],
    example: { body: { cost: money("10.00"), competitorPrice: money("20.00"), margin: "0.3" } },
    handle: (ctx, { body }) => Catalog.previewPrice(ctx, body),
  }),
];
