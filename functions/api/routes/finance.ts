import * as Finance from "../../../core/finance/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import {
  FeeTableAnswer,
  FeeTableInForceAnswer,
  FeeTablePageAnswer,
  NetProceedsAnswer,
  SummaryAnswer,
  TargetPriceAnswer,
  TransactionAnswer,
} from "../answers/finance.ts";
import { pageOf } from "../pages.ts";
import { type Route, route } from "../route.ts";

const write = { permission: "finance.write", tag: "Finance" } as const;
const read = { permission: "finance.read", tag: "Finance" } as const;

const transactionRoutes: Route[] = [
  route({
    method: "get",
    path: "/v1/transactions",
    ...read,
    summary: "List what is in the books, newest first",
    description: "With `orderId` in the order of the entries' refs. A page may be short and still have a cursor.",
    query: Finance.ListTransactionsSchema,
    answer: pageOf(TransactionAnswer),
    handle: (ctx, { query }) => Finance.listTransactions(ctx, query),
  }),
  route({
    method: "post",
    path: "/v1/transactions",
    ...write,
    summary: "Write an entry by hand: a fee, a payout, an adjustment",
    body: Finance.RecordTransactionSchema,
    status: 201,
    answer: TransactionAnswer,
    errors: ["NOT_FOUND", "STATE_CONFLICT"],
    example: {
      body: {
        type: "payout",
        platform: "stockx",
        amount: { amount: "176.00", currency: "USD" },
        reference: "payout of 2026-11-20",
      },
    },
    async handle(ctx, { body }) {
      await Orders.requireNamedOrder(ctx, body);
      return Finance.recordTransaction(ctx, body);
    },
  }),
  route({
    method: "get",
    path: "/v1/transactions/summary",
    ...read,
    summary: "See exact totals of a period, by type and currency",
    query: Finance.SummarySchema,
    answer: SummaryAnswer,
    handle: (ctx, { query }) => Finance.summary(ctx, query),
  }),
];

const feeRoutes: Route[] = [
  route({
    method: "post",
    path: "/v1/fee-tables",
    ...write,
    summary: "Add a fee table that holds from a time on",
    description: "Tables are never changed: a later one takes an earlier one's place for sales from its time on.",
    body: Finance.CreateFeeTableSchema,
    status: 201,
    answer: FeeTableAnswer,
    example: {
      body: {
        channel: "ebay",
        effectiveFrom: "2026-01-01",
        rules: [
          { kind: "finalValue", base: "total", rate: "0.08", minimum: [{ amount: "0.50", currency: "USD" }] },
          { kind: "promotion", rate: "0.02", maximum: [{ amount: "20.00", currency: "USD" }] },
        ],
        source: "Our store's fees, shoes",
      },
    },
    handle: (ctx, { body }) => Finance.createFeeTable(ctx, body),
  }),
  route({
    method: "get",
    path: "/v1/fee-tables",
    ...read,
    summary: "List fee tables by channel and time",
    query: Finance.ListFeeTablesSchema,
    answer: FeeTablePageAnswer,
    handle: (ctx, { query }) => Finance.listFeeTables(ctx, query),
  }),
  route({
    method: "get",
    path: "/v1/fee-tables/in-force",
    ...read,
    summary: "See which fee table holds for a sale",
    query: Finance.FeeTableInForceSchema,
    answer: FeeTableInForceAnswer,
    handle: (ctx, { query }) => Finance.feeTableInForce(ctx, query),
  }),
  route({
    method: "post",
    path: "/v1/fees/net-proceeds",
    ...read,
    summary: "See what a sale leaves after fees",
    body: Finance.NetProceedsSchema,
    answer: NetProceedsAnswer,
    example: { body: { platform: "stockx", salePrice: { amount: "200.00", currency: "USD" }, sellerLevel: 3 } },
    handle: (ctx, { body }) => Finance.netProceeds(ctx, body),
  }),
  route({
    method: "post",
    path: "/v1/fees/target-price",
    ...read,
    summary: "See the least sale price that leaves what is wanted",
    body: Finance.TargetPriceSchema,
    answer: TargetPriceAnswer,
    errors: ["INVALID_PRICING"],
    example: {
      body: {
        platform: "alias",
        cost: { amount: "120.00", currency: "USD" },
        profit: { amount: "30.00", currency: "USD" },
      },
    },
    handle: (ctx, { body }) => Finance.targetPrice(ctx, body),
  }),
];

export const financeRoutes: Route[] = [...transactionRoutes, ...feeRoutes];
