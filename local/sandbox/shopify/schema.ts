import { buildSchema } from "graphql";

/** What of the Admin API's schema of 2026-10 a back office needs. */
export const schema = buildSchema(`
  directive @idempotent(key: String!) on FIELD

  scalar DateTime
  scalar Decimal
  scalar HTML
  scalar Money
  scalar URL

  enum CurrencyCode { USD EUR KRW JPY GBP }
  enum ProductStatus { ACTIVE DRAFT ARCHIVED }
  enum ProductVariantInventoryPolicy { DENY CONTINUE }
  enum ProductSortKeys { ID UPDATED_AT TITLE }
  enum ProductVariantSortKeys { ID SKU TITLE }

  type Shop { currencyCode: CurrencyCode! }
  type Location { id: ID! name: String! }
  type Count { count: Int! }
  type PageInfo { hasNextPage: Boolean! endCursor: String }
  type MoneyV2 { amount: Decimal! currencyCode: CurrencyCode! }
  type Image { url: URL! }
  type MediaPreviewImage { image: Image }
  type Media { preview: MediaPreviewImage }
  type TaxonomyCategory { fullName: String! }
  type SelectedOption { name: String! value: String! }
  interface Node { id: ID! }

  type Product implements Node {
    id: ID!
    title: String!
    handle: String!
    descriptionHtml: HTML!
    vendor: String!
    productType: String!
    status: ProductStatus!
    tags: [String!]!
    updatedAt: DateTime!
    onlineStoreUrl: URL
    category: TaxonomyCategory
    featuredMedia: Media
  }
  type InventoryQuantity { name: String! quantity: Int! updatedAt: DateTime }
  type InventoryLevel { id: ID! quantities(names: [String!]!): [InventoryQuantity!]! }
  type InventoryItem {
    id: ID!
    tracked: Boolean!
    unitCost: MoneyV2
    inventoryLevel(locationId: ID!): InventoryLevel
  }
  type ProductVariant implements Node {
    id: ID!
    title: String!
    sku: String
    barcode: String
    price: Money!
    compareAtPrice: Money
    inventoryQuantity: Int
    inventoryPolicy: ProductVariantInventoryPolicy!
    availableForSale: Boolean!
    updatedAt: DateTime!
    selectedOptions: [SelectedOption!]!
    inventoryItem: InventoryItem!
    product: Product!
  }
  type ProductConnection { nodes: [Product!]! pageInfo: PageInfo! }
  type ProductVariantConnection { nodes: [ProductVariant!]! pageInfo: PageInfo! }

  type Query {
    shop: Shop!
    location(id: ID): Location
    nodes(ids: [ID!]!): [Node]!
    products(first: Int, sortKey: ProductSortKeys = ID, query: String): ProductConnection!
    productVariants(
      first: Int
      after: String
      sortKey: ProductVariantSortKeys = ID
      query: String
    ): ProductVariantConnection!
    productVariantsCount(query: String, limit: Int = 10000): Count
  }

  input InventoryQuantityInput { inventoryItemId: ID! locationId: ID! quantity: Int! changeFromQuantity: Int }
  input InventorySetQuantitiesInput {
    name: String!
    reason: String!
    referenceDocumentUri: String
    quantities: [InventoryQuantityInput!]!
  }
  type InventoryAdjustmentGroup { id: ID! }
  type UserError { code: String field: [String!] message: String! }
  type InventorySetQuantitiesPayload { inventoryAdjustmentGroup: InventoryAdjustmentGroup userErrors: [UserError!]! }

  input ProductVariantsBulkInput { id: ID price: Money }
  type ProductVariantsBulkUpdatePayload { productVariants: [ProductVariant!] userErrors: [UserError!]! }

  input FulfillmentOrderLineItemInput { id: ID! quantity: Int! }
  input FulfillmentOrderLineItemsInput { fulfillmentOrderId: ID! fulfillmentOrderLineItems: [FulfillmentOrderLineItemInput!] }
  input FulfillmentTrackingInput { company: String number: String url: URL }
  input FulfillmentInput {
    lineItemsByFulfillmentOrder: [FulfillmentOrderLineItemsInput!]!
    notifyCustomer: Boolean = false
    trackingInfo: FulfillmentTrackingInput
  }
  type Fulfillment { id: ID! status: String! }
  type FulfillmentCreatePayload { fulfillment: Fulfillment userErrors: [UserError!]! }

  type Mutation {
    inventorySetQuantities(input: InventorySetQuantitiesInput!): InventorySetQuantitiesPayload
    productVariantsBulkUpdate(
      productId: ID!
      variants: [ProductVariantsBulkInput!]!
      allowPartialUpdates: Boolean = false
    ): ProductVariantsBulkUpdatePayload
    fulfillmentCreate(fulfillment: FulfillmentInput!, message: String): FulfillmentCreatePayload
  }
`);
