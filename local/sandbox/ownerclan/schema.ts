import { buildSchema } from "graphql";

/** What of OwnerClan's schema its document and the schema of 2026-09 tell, as far as a seller who buys needs it. */
export const schema = buildSchema(`
  scalar JSON
  scalar URL
  scalar Timestamp

  enum Currency { KRW USD CNY }
  enum ImageSize { small medium large }
  enum ItemStatus { soldout available unavailable discontinued }
  enum ItemSortCriteria { dateDesc dateAsc nameAsc nameDesc priceAsc priceDesc }
  enum ItemHistoryKind { created priceIncreased priceDecreased soldout resumed optionChanged discontinued deleted }
  enum OrderStatus { placed paid preparing cancelled shipped refunded }
  enum PricePolicy { free fixed }
  enum ShippingType { inAdvance uponArrival free }

  type PageInfo { hasNextPage: Boolean! hasPreviousPage: Boolean! startCursor: String endCursor: String }
  type Category { key: ID! name: String! fullName: String! }
  type OptionAttribute { name: String! value: String! }
  type ItemOption {
    key: ID!
    price(currency: Currency): Float!
    quantity: Int!
    status: ItemStatus!
    optionAttributes: [OptionAttribute!]!
  }

  type Item {
    id: ID!
    key: ID!
    name: String!
    model: String
    production: String
    origin: String
    price(currency: Currency): Float!
    pricePolicy: PricePolicy!
    fixedPrice(currency: Currency): Float
    searchKeywords: [String!]!
    category: Category
    content: String
    shippingFee: Int!
    shippingType: ShippingType!
    images(size: ImageSize!): [URL!]!
    status: ItemStatus!
    options: [ItemOption!]!
    taxFree: Boolean!
    adultOnly: Boolean!
    returnable: Boolean!
    noReturnReason: String
    guaranteedShippingPeriod: Int
    openmarketSellable: Boolean!
    boxQuantity: Int
    attributes: [String!]!
    metadata: JSON
    isUsed: Boolean!
    createdAt: Int!
    updatedAt: Int!
  }
  type ItemEdge { cursor: String! node: Item! }
  type ItemConnection { pageInfo: PageInfo! edges: [ItemEdge!]! }

  type ItemHistory {
    itemKey: ID!
    kind: ItemHistoryKind!
    title: String!
    valueBefore: String
    valueAfter: String
    createdAt: Int!
  }
  type ItemHistoryEdge { cursor: String! node: ItemHistory! }
  type ItemHistoryConnection { pageInfo: PageInfo! edges: [ItemHistoryEdge!]! }

  type OrderProduct {
    itemKey: ID!
    productName: String!
    itemOptionInfo: String
    quantity: Int!
    price: Float!
    shippingType: ShippingType!
    trackingNumber: String
    shippingCompanyCode: String
    shippingCompanyName: String
    shippedDate: Int
  }
  type Order {
    key: ID!
    status: OrderStatus!
    note: String
    ordererNote: String
    sellerNote: String
    products: [OrderProduct!]!
    createdAt: Int!
    updatedAt: Int!
  }
  type OrderEdge { cursor: String! node: Order! }
  type OrderConnection { pageInfo: PageInfo! edges: [OrderEdge!]! }

  type ItemAmount { itemKey: ID! amount: Float! }
  type Simulation { itemAmounts: [ItemAmount!]! shippingAmount: Int! extraShippingFeeExists: Boolean! }

  input AddressInput { addr1: String! addr2: String postalCode: String! }
  input SenderInput { name: String! phoneNumber: String! email: String }
  input RecipientInput { name: String! phoneNumber: String! destinationAddress: AddressInput! }
  input OrderProductInput { itemKey: ID! quantity: Int! optionAttributes: [String!]! }
  input CustomsClearanceCodeInput { type: String! value: String! }
  input OrderInput {
    sender: SenderInput
    recipient: RecipientInput!
    products: [OrderProductInput!]!
    note: String
    sellerNote: String
    ordererNote: String
    customsClearanceCode: CustomsClearanceCodeInput
  }

  type Query {
    item(key: ID!): Item
    itemsByKeys(keys: [ID!]!): [Item]
    allItems(
      first: Int after: String dateFrom: Timestamp dateTo: Timestamp status: ItemStatus category: ID vendor: ID
      sortBy: ItemSortCriteria
    ): ItemConnection!
    itemHistories(
      first: Int after: String dateFrom: Timestamp! dateTo: Timestamp kind: ItemHistoryKind itemKey: ID
    ): ItemHistoryConnection!
    order(key: ID!): Order
    allOrders(first: Int after: String note: String status: OrderStatus dateFrom: Timestamp dateTo: Timestamp): OrderConnection!
  }

  type Mutation {
    simulateCreateOrder(input: OrderInput!): [Simulation!]
    createOrder(input: OrderInput!, simulationResult: [JSON!]): [Order!]
    cancelOrder(key: ID!): Order
  }
`);
