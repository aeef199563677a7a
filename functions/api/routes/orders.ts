import * as Orders from "../../../core/orders/index.ts";
import { PageSchema } from "../../../core/platform/resources.ts";
import {
  CancelledOrderAnswer,
  HistoryEntryAnswer,
  OrderAnswer,
  OrderPageAnswer,
  SplitOrderAnswer,
  StuckOrderAnswer,
} from "../answers/orders.ts";
import { cancelledExample, historyExample, placeExample, stuckExample } from "../answers/order-examples.ts";
import { pageOf } from "../pages.ts";
import { answerWith } from "../respond.ts";
import { type Route, route } from "../route.ts";

const tag = "Orders";
const read = { permission: "orders.read", tag } as const;
const write = { permission: "orders.write", tag } as const;
const stepErrors = ["NOT_FOUND", "STATE_CONFLICT", "VERSION_CONFLICT"] as const;

interface Step {
  summary: string;
  description?: string;
  body: NonNullable<Route["body"]>;
  errors?: Route["errors"];
  example?: unknown;
  take: typeof Orders.payOrder;
}

/** A step of an order's life, as a route of the order that answers it as it is afterwards. */
const step = (name: string, { take, errors = [], example, ...documented }: Step): Route =>
  route({
    method: "post",
    path: `/v1/orders/{id}/${name}`,
    ...write,
    ...documented,
    answer: OrderAnswer,
    errors: [...stepErrors, ...errors],
    ...(example === undefined ? {} : { example: { body: example } }),
    handle: async (ctx, { params, body, expectedVersion }) =>
      Orders.viewOrder(await take(ctx, { id: params.id, input: body, expectedVersion })),
  });

export const orderRoutes: Route[] = [
  route({
    method: "post",
    path: "/v1/orders",
    ...write,
    summary: "Place an order: reserve all its lines, or none",
    description:
      "Without enough stock nothing is reserved, and `details.lines` of the error says of each line what it wants and what there is. What a marketplace has sold may take the safety buffer. A channel's `externalId` is known once: a repeat is answered with the first order, with status 200.",
    body: Orders.CreateOrderSchema,
    status: 201,
    otherStatuses: { 200: "The channel told of this order before: it is the first one, as it is now" },
    answer: OrderAnswer,
    errors: ["INSUFFICIENT_STOCK", "NOT_FOUND", "INVALID_PRICING"],
    example: placeExample,
    handle: async (ctx, { body }) => {
      const { order, isDuplicate } = await Orders.placeOrder(ctx, body);
      const answer = Orders.viewOrder(order);
      return isDuplicate ? answerWith(200, answer) : answer;
    },
  }),
  route({
    method: "get",
    path: "/v1/orders",
    ...read,
    summary: "List orders, newest first",
    description: "A page may be short while `nextCursor` says there is more to look through.",
    query: Orders.ListOrdersSchema,
    answer: OrderPageAnswer,
    example: { answer: { items: [placeExample.answer], total: 1 } },
    handle: async (ctx, { query }) => {
      const { items, ...page } = await Orders.listOrders(ctx, query);
      return { items: items.map(Orders.viewOrder), ...page };
    },
  }),
  route({
    method: "get",
    path: "/v1/orders/stuck",
    ...read,
    summary: "See which orders do not move by themselves, why, and what to do",
    description:
      "Those that are short of stock or were not understood first, then unpaid and unsent ones, oldest first. A page may be short while `nextCursor` says there is more to look through.",
    query: Orders.StuckOrdersSchema,
    answer: pageOf(StuckOrderAnswer),
    example: { answer: stuckExample },
    handle: async (ctx, { query }) => {
      const { items, ...page } = await Orders.stuckOrders(ctx, query);
      return { items: items.map(Orders.viewStuckOrder), ...page };
    },
  }),
  route({
    method: "get",
    path: "/v1/orders/{id}",
    ...read,
    summary: "Read an order",
    answer: OrderAnswer,
    errors: ["NOT_FOUND"],
    example: { answer: placeExample.answer },
    handle: async (ctx, { params }) => Orders.viewOrder(await Orders.getOrder(ctx, params.id)),
  }),
  route({
    method: "patch",
    path: "/v1/orders/{id}",
    ...write,
    summary: "Change an order's address, customer or notes",
    description: "What is left out stays; null removes. Lines, payments and goods have operations of their own.",
    body: Orders.UpdateOrderSchema,
    answer: OrderAnswer,
    errors: [...stepErrors],
    example: { body: { notes: "Leave it with the neighbour" } },
    handle: async (ctx, { params, body, expectedVersion }) =>
      Orders.viewOrder(await Orders.updateOrder(ctx, { id: params.id, input: body, expectedVersion })),
  }),
  route({
    method: "get",
    path: "/v1/orders/{id}/history",
    ...read,
    summary: "See every step of an order, the first one first",
    query: PageSchema,
    answer: pageOf(HistoryEntryAnswer),
    errors: ["NOT_FOUND"],
    example: { answer: historyExample },
    handle: (ctx, { params, query }) => Orders.orderHistory(ctx, { id: params.id, page: query }),
  }),
  step("submit", {
    summary: "Make a draft an order: reserve all its lines, or none",
    body: Orders.BareStepSchema,
    errors: ["INSUFFICIENT_STOCK"],
    take: Orders.submitOrder,
  }),
  step("pay", {
    summary: "Record a payment; the order is paid when nothing is due any more",
    body: Orders.PayOrderSchema,
    example: { method: "credit_card", reference: "ch_3MmlLrLkdIwHu7ix" },
    take: Orders.payOrder,
  }),
  step("allocate", {
    summary: "Release a paid order for picking, with what was short when it came",
    body: Orders.BareStepSchema,
    errors: ["INSUFFICIENT_STOCK"],
    take: Orders.allocateOrder,
  }),
  step("fulfil", {
    summary: "Send goods: all that is open, or some of it",
    description:
      "The units leave by their lots, first expired first, and are costed. Without a body everything leaves.",
    body: Orders.FulfilOrderSchema,
    errors: ["INSUFFICIENT_STOCK"],
    example: { lines: [{ lineId: "1", quantity: 1 }], carrier: "DHL", trackingNumber: "00340434292135100186" },
    take: Orders.fulfilOrder,
  }),
  step("deliver", {
    summary: "Record that the goods have arrived",
    body: Orders.BareStepSchema,
    take: Orders.deliverOrder,
  }),
  route({
    method: "post",
    path: "/v1/orders/{id}/cancel",
    ...write,
    summary: "Cancel what has not left, and give its units back",
    body: Orders.CancelOrderSchema,
    answer: CancelledOrderAnswer,
    errors: [...stepErrors],
    example: { body: { reason: "The buyer has changed their mind" }, answer: cancelledExample },
    handle: async (ctx, { params, body, expectedVersion }) => {
      const order = await Orders.cancelOrder(ctx, { id: params.id, input: body, expectedVersion });
      return { ...Orders.viewOrder(order), message: "Order cancelled successfully" };
    },
  }),
  step("return", {
    summary: "Take goods back: into stock, or as a loss",
    description:
      "They come back as the lots that they were and at the cost they left with. Without a body everything does.",
    body: Orders.ReturnOrderSchema,
    example: { lines: [{ lineId: "1", quantity: 1, disposition: "restock" }], reason: "Wrong size" },
    take: Orders.returnOrder,
  }),
  step("refund", {
    summary: "Record money that went back to the buyer",
    body: Orders.RefundOrderSchema,
    example: { amount: { amount: "15.00", currency: "USD" }, reason: "Wrong size" },
    take: Orders.refundOrder,
  }),
  route({
    method: "post",
    path: "/v1/orders/{id}/split",
    ...write,
    summary: "Split an order by location, supplier or shipping type",
    description:
      "The parts' totals sum to the whole to the minor unit. The first part keeps the order's id and number.",
    body: Orders.SplitOrderSchema,
    answer: SplitOrderAnswer,
    errors: [...stepErrors],
    example: { body: { by: "location" } },
    handle: async (ctx, { params, body, expectedVersion }) => {
      const { items } = await Orders.splitOrder(ctx, { id: params.id, input: body, expectedVersion });
      return { items: items.map(Orders.viewOrder) };
    },
  }),
];
