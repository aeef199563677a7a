import * as Purchasing from "../../../core/purchasing/index.ts";
import { PurchaseOrderAnswer } from "../answers/purchase-orders.ts";
import { pageOf } from "../pages.ts";
import { type Route, route } from "../route.ts";

const tag = "Purchasing";
const read = { permission: "suppliers.read", tag } as const;
const write = { permission: "suppliers.write", tag, answer: PurchaseOrderAnswer } as const;
const stepErrors = ["NOT_FOUND", "STATE_CONFLICT", "VERSION_CONFLICT"] as const;

interface Step {
  summary: string;
  description?: string;
  body: NonNullable<Route["body"]>;
  /** 202 where a worker does it at the supplier. */
  status?: 202;
  example: unknown;
  take: typeof Purchasing.quotePurchaseOrder;
}

/** A step of a purchase order's life, as a route that answers it as it is afterwards. */
const step = (name: string, { take, example, ...documented }: Step): Route =>
  route({
    method: "post",
    path: `/v1/purchase-orders/{id}/${name}`,
    ...write,
    ...documented,
    errors: [...stepErrors],
    example: { body: example },
    handle: async (ctx, { params, body, expectedVersion }) =>
      Purchasing.viewPurchaseOrder(await take(ctx, { id: params.id, input: body, expectedVersion })),
  });

export const purchaseOrderRoutes: Route[] = [
  route({
    method: "post",
    path: "/v1/purchase-orders",
    ...write,
    summary: "Draft a purchase order for our own stock",
    description: "Nothing is ordered until it is submitted. What a line leaves out, the supplier's offer says.",
    body: Purchasing.CreatePurchaseOrderSchema,
    status: 201,
    errors: ["NOT_FOUND", "STATE_CONFLICT", "INVALID_PRICING"],
    example: {
      body: {
        supplierId: "sup_01J9Z3NDEKTSV4RRFFQ69G5FAV",
        lines: [
          {
            externalId: "W1A2B3",
            productId: "prd_01J9Z3NDEKTSV4RRFFQ69G5FAV",
            quantity: 24,
            unitCost: { amount: "4.10", currency: "USD" },
          },
        ],
      },
    },
    handle: async (ctx, { body }) => Purchasing.viewPurchaseOrder(await Purchasing.createPurchaseOrder(ctx, body)),
  }),
  route({
    method: "post",
    path: "/v1/purchase-orders/from-order",
    ...write,
    summary: "Draft a purchase order for an order whose buyer the supplier sends the goods to",
    description:
      "The order's lines say from then on that they are bought: what was reserved for them is free again, nobody buys them twice, and what was short is not short any more. When the supplier has sent them, the order is told with the tracking.",
    body: Purchasing.FromOrderSchema,
    status: 201,
    errors: ["NOT_FOUND", "STATE_CONFLICT", "INVALID_PRICING"],
    example: {
      body: { supplierId: "sup_01J9Z3NDEKTSV4RRFFQ69G5FAV", orderId: "ord_01J9Z3NDEKTSV4RRFFQ69G5FAV" },
    },
    handle: async (ctx, { body }) => Purchasing.viewPurchaseOrder(await Purchasing.buyForOrder(ctx, body)),
  }),
  route({
    method: "post",
    path: "/v1/purchase-orders/from-suggestions",
    ...write,
    summary: "Draft a purchase order of what a supplier's reorder rules suggest",
    body: Purchasing.FromSuggestionsSchema,
    status: 201,
    errors: ["NOT_FOUND", "STATE_CONFLICT", "INVALID_PRICING"],
    example: { body: { supplierId: "sup_01J9Z3NDEKTSV4RRFFQ69G5FAV" } },
    handle: async (ctx, { body }) => Purchasing.viewPurchaseOrder(await Purchasing.buySuggested(ctx, body)),
  }),
  route({
    method: "get",
    path: "/v1/purchase-orders",
    ...read,
    summary: "List purchase orders, newest first",
    description: "A page may be short while `nextCursor` says there is more to look through.",
    query: Purchasing.ListPurchaseOrdersSchema,
    answer: pageOf(PurchaseOrderAnswer),
    handle: async (ctx, { query }) => Purchasing.viewPurchaseOrderPage(await Purchasing.listPurchaseOrders(ctx, query)),
  }),
  route({
    method: "get",
    path: "/v1/purchase-orders/{id}",
    ...read,
    summary: "Read a purchase order, and what the supplier made of it",
    answer: PurchaseOrderAnswer,
    errors: ["NOT_FOUND"],
    handle: async (ctx, { params }) => Purchasing.viewPurchaseOrder(await Purchasing.getPurchaseOrder(ctx, params.id)),
  }),
  step("quote", {
    summary: "Ask the supplier what it would cost",
    description: "The answer comes into the purchase order, by a worker.",
    body: Purchasing.BareStepSchema,
    status: 202,
    example: {},
    take: Purchasing.quotePurchaseOrder,
  }),
  step("submit", {
    summary: "Order it at the supplier, or note that it was ordered by hand",
    description:
      "It is quoted first, and not ordered where that exceeds what is expected by more than its tolerance. However often this is repeated, and whatever breaks in between, the supplier gets it once.",
    body: Purchasing.SubmitPurchaseOrderSchema,
    status: 202,
    example: { supplierReference: "SO-20931" },
    take: Purchasing.submitPurchaseOrder,
  }),
  step("ship", {
    summary: "Note that a supplier without a connection has sent it",
    body: Purchasing.ShipPurchaseOrderSchema,
    example: { carrier: "UPS", trackingNumber: "1Z999AA10123456784" },
    take: Purchasing.shipPurchaseOrder,
  }),
  step("receive", {
    summary: "Receive goods into stock, as lots that cost what was charged",
    body: Purchasing.ReceivePurchaseOrderSchema,
    example: { lines: [{ lineId: "1", quantity: 24, lotNumber: "A-77" }] },
    take: Purchasing.receivePurchaseOrder,
  }),
  step("close-lines", {
    summary: "Note that some of its lines will not come",
    description:
      "For lines that the supplier shows no order for, and for what was ordered by hand. Nothing is expected of them any more, and the order that they were bought for may be bought for anew: make sure first that the supplier sends nothing.",
    body: Purchasing.CloseLinesSchema,
    example: { lineIds: ["2"] },
    take: Purchasing.closePurchaseOrderLines,
  }),
  step("cancel", {
    summary: "Cancel it, at the supplier where that has it",
    body: Purchasing.CancelPurchaseOrderSchema,
    status: 202,
    example: {},
    take: Purchasing.cancelPurchaseOrder,
  }),
];
