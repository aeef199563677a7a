/**
 * What is asked for, and what it costs at most: an object is a point, a connection as many times its nodes as it may
 * have (shopify.dev, rate limits). Text and numbers are free.
 */

const VARIANT = `
      id title sku barcode price compareAtPrice inventoryQuantity inventoryPolicy availableForSale updatedAt
      selectedOptions { name value }
      inventoryItem { tracked unitCost { amount currencyCode } }
      product {
        id title handle descriptionHtml vendor productType status tags updatedAt onlineStoreUrl
        category { fullName }
        featuredMedia { preview { image { url } } }
      }`;
const VARIANT_POINTS = 9;

export const VARIANTS = {
  points: (first: number) => 2 + first * VARIANT_POINTS,
  text: `query Variants($first: Int!, $query: String) {
  shop { currencyCode }
  productVariantsCount(query: $query, limit: null) { count }
  productVariants(first: $first, sortKey: ID, query: $query) {
    nodes {${VARIANT}
    }
    pageInfo { hasNextPage }
  }
}`,
};

export const VARIANTS_BY_ID = {
  points: (count: number) => 1 + count * VARIANT_POINTS,
  text: `query VariantsById($ids: [ID!]!) {
  shop { currencyCode }
  nodes(ids: $ids) {
    ... on ProductVariant {${VARIANT}
    }
  }
}`,
};

export const CHANGED_PRODUCTS = {
  points: (first: number) => first,
  text: `query ChangedProducts($first: Int!, $query: String!) {
  products(first: $first, sortKey: ID, query: $query) {
    nodes { id }
    pageInfo { hasNextPage }
  }
}`,
};

export const VARIANT_IDS = {
  points: (first: number) => first,
  text: `query VariantIds($first: Int!, $query: String!) {
  productVariants(first: $first, sortKey: ID, query: $query) {
    nodes { id }
    pageInfo { hasNextPage }
  }
}`,
};

export const LOCATION = { points: () => 1, text: "query Location { location { id } }" };

export const LEVELS = {
  points: (first: number) => first * 4,
  text: `query Levels($first: Int!, $after: String, $query: String!, $locationId: ID!) {
  productVariants(first: $first, after: $after, sortKey: SKU, query: $query) {
    nodes {
      sku
      inventoryItem {
        id
        tracked
        inventoryLevel(locationId: $locationId) { quantities(names: ["available"]) { quantity updatedAt } }
      }
    }
    pageInfo { hasNextPage endCursor }
  }
}`,
};

/** A key is a must as of 2026-04, and so is what each quantity is changed from. */
export const SET_QUANTITIES = `mutation SetQuantities($input: InventorySetQuantitiesInput!, $key: String!) {
  inventorySetQuantities(input: $input) @idempotent(key: $key) {
    inventoryAdjustmentGroup { id }
    userErrors { code field message }
  }
}`;

export const PRICED_VARIANTS = {
  points: (first: number) => 1 + first * 2,
  text: `query PricedVariants($first: Int!, $after: String, $query: String!) {
  shop { currencyCode }
  productVariants(first: $first, after: $after, sortKey: SKU, query: $query) {
    nodes { id sku product { id } }
    pageInfo { hasNextPage endCursor }
  }
}`,
};

export const UPDATE_VARIANTS = `mutation UpdateVariants($productId: ID!, $variants: [ProductVariantsBulkInput!]!) {
  productVariantsBulkUpdate(productId: $productId, variants: $variants, allowPartialUpdates: true) {
    userErrors { code field message }
  }
}`;

export const CREATE_FULFILLMENT = `mutation CreateFulfillment($fulfillment: FulfillmentInput!) {
  fulfillmentCreate(fulfillment: $fulfillment) {
    userErrors { field message }
  }
}`;
