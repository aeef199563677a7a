import * as Finance from "../../../core/finance/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import { PageSchema } from "../../../core/platform/resources.ts";
import { MatchedOrderAnswer, OrderProfitAnswer, TransactionAnswer } from "../answers/finance.ts";
import { pageOf } from "../pages.ts";
import { type Route, route } from "../route.ts";

/** What the books say of one order. */
export const orderFinanceRoutes: Route[] = [
  route({
    method: "get",
    path: "/v1/orders/{id}/transactions",
    permission: "finance.read",
    tag: "Finance",
    summary: "List what is in the books of an order",
    query: PageSchema,
    answer: pageOf(TransactionAnswer),
    errors: ["NOT_FOUND"],
    async handle(ctx, { params, query }) {
      const page = await Finance.orderTransactions(ctx, params.id, query);
      // An order may have nothing in the books yet; one that is not there is no order with nothing.
      if (page.items.length === 0) await Orders.requireOrder(ctx, params.id);
      return page;
    },
  }),
  route({
    method: "get",
    path: "/v1/orders/{id}/profit",
    permission: "finance.read",
    tag: "Finance",
    summary: "See what an order earned, line by line, and why",
    answer: OrderProfitAnswer,
    errors: ["NOT_FOUND"],
    handle: (ctx, { params }) => Finance.orderProfit(ctx, params.id),
  }),
  route({
    method: "post",
    path: "/v1/orders/{id}/match",
    permission: "finance.write",
    tag: "Purchases",
    summary: "Match an order that was not sold from stock with purchases, again",
    answer: MatchedOrderAnswer,
    errors: ["NOT_FOUND", "STATE_CONFLICT"],
    handle: (ctx, { params }) => Finance.matchOrder(ctx, params.id),
  }),
];
