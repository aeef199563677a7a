import { type GraphQLResolveInfo, Kind } from "graphql";
import type { Asked } from "../provider/server.ts";
import { createFulfillment, type FulfillmentInput, numberOf, setQuantities, updateVariants } from "./mutations.ts";
import { search } from "./search.ts";
import { CURRENCY, LOCATIONS, type ShopifyState, type ShopProduct, type ShopVariant } from "./state.ts";

const MAX_FIRST = 250;

interface ListAsk {
  first?: number;
  after?: string | null;
  sortKey?: string;
  query?: string | null;
}

/** What the schema's root answers. */
export function resolvers(state: ShopifyState, { now, pageFault }: Pick<Asked, "now" | "pageFault">) {
  const variants = () =>
    Object.values(state.variants).map((variant) => ({
      variant,
      id: variant.id,
      updated_at: variant.updatedAt,
      sku: variant.sku,
      product_id: variant.productId,
    }));
  const products = () =>
    Object.values(state.products).map((product) => ({ product, id: product.id, updated_at: product.updatedAt }));
  return {
    shop: { currencyCode: CURRENCY },
    location: ({ id }: { id?: string }) => {
      const number = id === undefined ? LOCATIONS[0] : numberOf(id);
      return LOCATIONS.some((one) => one === number)
        ? { id: gid("Location", number), name: `Demo location ${number}` }
        : null;
    },
    nodes: ({ ids }: { ids: string[] }) => ids.map((id) => shownIf(state, state.variants[numberOf(id)])),
    products: (ask: ListAsk) => {
      const { page, hasNextPage } = listOf(products(), ask, pageFault);
      return { nodes: page.map(({ product }) => shownProduct(product)), pageInfo: { hasNextPage } };
    },
    productVariants: (ask: ListAsk) => {
      const { page, hasNextPage, endCursor } = listOf(variants(), ask, pageFault);
      return { nodes: page.map(({ variant }) => shown(state, variant)), pageInfo: { hasNextPage, endCursor } };
    },
    productVariantsCount: ({ query }: ListAsk) => ({ count: search(variants(), query).length }),
    inventorySetQuantities: (
      { input }: { input: Parameters<typeof setQuantities>[1] },
      _context: unknown,
      info: GraphQLResolveInfo,
    ) => setQuantities(state, input, keyOf(info), now),
    productVariantsBulkUpdate: (input: Parameters<typeof updateVariants>[1]) => updateVariants(state, input, now),
    fulfillmentCreate: ({ fulfillment }: { fulfillment: FulfillmentInput }) =>
      createFulfillment(state, fulfillment, now),
  };
}

const gid = (kind: string, id: number) => `gid://shopify/${kind}/${id}`;

/** The key of the @idempotent directive. */
function keyOf({ fieldNodes, variableValues }: GraphQLResolveInfo): string | undefined {
  const directive = fieldNodes[0]?.directives?.find(({ name }) => name.value === "idempotent");
  const value = directive?.arguments?.find(({ name }) => name.value === "key")?.value;
  if (value?.kind === Kind.VARIABLE) return variableValues[value.name.value] as string | undefined;
  return value?.kind === Kind.STRING ? value.value : undefined;
}

/** In the order of ids, or of SKUs. A page may be left out, or come as the one before it. */
function listOf<T extends { id: number; updated_at: string; sku?: string | null }>(
  all: readonly T[],
  ask: ListAsk,
  fault: Asked["pageFault"],
) {
  const first = Math.min(ask.first ?? 0, MAX_FIRST);
  const bySku = (a: T, b: T) => (ask.sortKey === "SKU" ? (a.sku ?? "").localeCompare(b.sku ?? "") : 0);
  const sorted = all.toSorted((a, b) => bySku(a, b) || a.id - b.id);
  const found = search(sorted, ask.query);
  const matching = ask.after ? found.slice(found.findIndex(({ id }) => String(id) === ask.after) + 1) : found;
  const place = matching[0] ? sorted.indexOf(matching[0]) : 0;
  const from = fault === "missingPage" ? first : 0;
  const page =
    fault === "duplicatedPage"
      ? sorted.slice(Math.max(0, place - first), Math.max(first, place))
      : matching.slice(from, from + first);
  return { page, hasNextPage: matching.length > from + first, endCursor: page.at(-1)?.id.toString() ?? null };
}

function shownIf(state: ShopifyState, variant: ShopVariant | undefined) {
  return variant ? { __typename: "ProductVariant", ...shown(state, variant) } : null;
}

function shown(state: ShopifyState, variant: ShopVariant) {
  const { id, productId, inventoryItemId, options, price, unitCost, tracked, available, ...rest } = variant;
  const product = state.products[productId];
  const quantity = Object.values(available).reduce((sum, level) => sum + level.quantity, 0);
  return {
    ...rest,
    id: gid("ProductVariant", id),
    title: options.map(({ value }) => value).join(" / "),
    price,
    compareAtPrice: null,
    inventoryQuantity: quantity,
    inventoryPolicy: "DENY",
    availableForSale: !tracked || quantity > 0,
    selectedOptions: options,
    inventoryItem: {
      id: gid("InventoryItem", inventoryItemId),
      tracked,
      unitCost: unitCost === null ? null : { amount: unitCost, currencyCode: CURRENCY },
      inventoryLevel: ({ locationId }: { locationId: string }) => {
        const level = available[numberOf(locationId)];
        return level
          ? { id: gid("InventoryLevel", inventoryItemId), quantities: () => [{ name: "available", ...level }] }
          : null;
      },
    },
    product: product ? shownProduct(product) : null,
  };
}

function shownProduct({ id, title, ...rest }: ShopProduct) {
  const handle = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  return {
    ...rest,
    id: gid("Product", id),
    title,
    handle,
    descriptionHtml: `<p>${title} of the sandbox.</p>`,
    onlineStoreUrl: `https://demo.myshopify.invalid/products/${handle}`,
    category: { fullName: "Demo > Goods" },
    featuredMedia: { preview: { image: { url: `https://demo.myshopify.invalid/${handle}.png` } } },
  };
}
