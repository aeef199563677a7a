import * as Inventory from "../../../core/inventory/index.ts";
import {
  AdjustmentAnswer,
  AdjustmentsAnswer,
  LedgerEntryAnswer,
  LotAnswer,
  ProductStockAnswer,
  StockItemAnswer,
  StockPageAnswer,
  ValuationAnswer,
} from "../answers/inventory.ts";
import { pageOf } from "../pages.ts";
import { type Route, route } from "../route.ts";

const read = { permission: "inventory.read", tag: "Inventory" } as const;
const adjust = { permission: "inventory.adjust", tag: "Inventory" } as const;
const unitCost = { amount: "12.50", currency: "USD" };
const PRODUCT = "prd_01J9Z3NDEKTSV4RRFFQ69G5FAV";

export const inventoryRoutes: Route[] = [
  route({
    method: "get",
    path: "/v1/inventory",
    ...read,
    summary: "List what there is, by product and location",
    description: "A page may be short while `nextCursor` says there is more to look through.",
    query: Inventory.ListStockSchema,
    answer: StockPageAnswer,
    handle: async (ctx, { query }) => Inventory.viewStockPage(await Inventory.listStock(ctx, query)),
  }),
  route({
    method: "get",
    path: "/v1/inventory/valuation",
    ...read,
    summary: "See what all stock has cost, by currency",
    answer: ValuationAnswer,
    example: { answer: { units: 12, uncosted: 0, values: [{ amount: "150.00", currency: "USD" }] } },
    handle: async (ctx) => Inventory.viewValuation(await Inventory.valuation(ctx)),
  }),
  route({
    method: "get",
    path: "/v1/inventory/{productId}",
    ...read,
    summary: "Read a product's stock, in all and at each location",
    answer: ProductStockAnswer,
    errors: ["NOT_FOUND"],
    handle: async (ctx, { params }) => Inventory.viewProductStock(await Inventory.getStock(ctx, params.productId)),
  }),
  route({
    method: "get",
    path: "/v1/inventory/{productId}/lots",
    ...read,
    summary: "List a product's lots, by location and then in the order in which they leave",
    query: Inventory.ListByLocationSchema,
    answer: pageOf(LotAnswer),
    errors: ["NOT_FOUND"],
    handle: async (ctx, { params, query }) =>
      Inventory.viewLotPage(await Inventory.listLots(ctx, { productId: params.productId, page: query })),
  }),
  route({
    method: "get",
    path: "/v1/inventory/{productId}/ledger",
    ...read,
    summary: "See why a product's stock is what it is: every change, newest first",
    query: Inventory.ListByLocationSchema,
    answer: pageOf(LedgerEntryAnswer),
    errors: ["NOT_FOUND"],
    handle: async (ctx, { params, query }) =>
      Inventory.viewLedgerPage(await Inventory.listLedger(ctx, { productId: params.productId, page: query })),
  }),
  route({
    method: "put",
    path: "/v1/inventory/{productId}/buffer",
    ...adjust,
    summary: "Set how many units are kept back from being offered",
    body: Inventory.BufferSchema,
    answer: StockItemAnswer,
    errors: ["NOT_FOUND"],
    example: { body: { quantity: 2 } },
    handle: async (ctx, { params, body }) =>
      Inventory.viewStockItem(await Inventory.setBuffer(ctx, { productId: params.productId, input: body })),
  }),
  route({
    method: "post",
    path: "/v1/inventory/{productId}/adjustments",
    ...adjust,
    summary: "Change a product's stock by hand",
    description:
      "`restock` brings units in; `spoil`, `trash`, `damaged` and `sale` take them out; `manual` does as its `direction` says; `recount` sets what was counted; `reserved` and `unreserved` hold units and give them back. Every change is an entry of the ledger.",
    body: Inventory.AdjustmentSchema,
    status: 201,
    answer: AdjustmentAnswer,
    errors: ["NOT_FOUND", "INSUFFICIENT_STOCK", "STATE_CONFLICT"],
    example: {
      body: { changeType: "restock", quantity: 12, lotNumber: "L-2027-06", expirationDate: "2027-06-30", unitCost },
    },
    handle: (ctx, { params, body }) => Inventory.adjust(ctx, { productId: params.productId, input: body }),
  }),
  route({
    method: "post",
    path: "/v1/inventory/adjustments",
    ...adjust,
    summary: "Change the stock of many products at once",
    description:
      "At most 100 items, each as for one product and with its `productId`. `onError` says what becomes of the others when one cannot be done; the answer has a verdict for each.",
    body: Inventory.AdjustmentsSchema,
    answer: AdjustmentsAnswer,
    errors: ["NOT_FOUND", "INSUFFICIENT_STOCK", "STATE_CONFLICT"],
    example: {
      body: { onError: "rejectFailedRows", items: [{ productId: PRODUCT, changeType: "recount", quantity: 7 }] },
    },
    handle: (ctx, { body }) => Inventory.adjustMany(ctx, body),
  }),
];
