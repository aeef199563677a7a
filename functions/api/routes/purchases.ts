import * as Finance from "../../../core/finance/index.ts";
import { PageSchema } from "../../../core/platform/resources.ts";
import { MatchAnswer, MatchedSalesAnswer, PurchaseAnswer } from "../answers/purchases.ts";
import { pageOf } from "../pages.ts";
import { type Route, route } from "../route.ts";

const write = { permission: "finance.write", tag: "Purchases" } as const;
const read = { permission: "finance.read", tag: "Purchases" } as const;

export const purchaseRoutes: Route[] = [
  route({
    method: "post",
    path: "/v1/purchases",
    ...write,
    summary: "Record what was bought outside the stock",
    description: "Goods that are received into stock with their cost need no purchase: their lots say what they cost.",
    body: Finance.CreatePurchaseSchema,
    status: 201,
    answer: PurchaseAnswer,
    example: {
      body: {
        platform: "snkrs",
        styleCode: "DD1391-100",
        size: "US 10",
        title: "Nike Dunk Low Retro White Black Panda",
        quantity: 1,
        unitCost: { amount: "110.00", currency: "USD" },
        purchasedAt: "2026-10-02",
        reference: "C01234567890",
      },
    },
    handle: (ctx, { body }) => Finance.createPurchase(ctx, body),
  }),
  route({
    method: "get",
    path: "/v1/purchases",
    ...read,
    summary: "List purchases, newest first",
    query: PageSchema,
    answer: pageOf(PurchaseAnswer),
    handle: (ctx, { query }) => Finance.listPurchases(ctx, query),
  }),
  route({
    method: "get",
    path: "/v1/purchases/{id}",
    ...read,
    summary: "Read a purchase",
    answer: PurchaseAnswer,
    errors: ["NOT_FOUND"],
    handle: (ctx, { params }) => Finance.getPurchase(ctx, params.id),
  }),
  route({
    method: "get",
    path: "/v1/matches",
    ...read,
    summary: "List matches of purchases and sales, those for review where nothing else is asked for",
    query: Finance.ListMatchesSchema,
    answer: pageOf(MatchAnswer),
    handle: (ctx, { query }) => Finance.listMatches(ctx, query),
  }),
  route({
    method: "post",
    path: "/v1/matches/run",
    ...write,
    summary: "Match the sales of a period, again, some orders a call",
    description: "New sales and purchases are matched by themselves; this is for purchases recorded after the sales.",
    body: Finance.MatchSalesSchema,
    answer: MatchedSalesAnswer,
    errors: ["STATE_CONFLICT"],
    example: { body: { from: "2026-10-01", to: "2026-11-01" } },
    handle: (ctx, { body }) => Finance.matchSales(ctx, body),
  }),
  route({
    method: "post",
    path: "/v1/matches/{id}/accept",
    ...write,
    summary: "Say that a purchase and a sale belong together",
    answer: MatchAnswer,
    errors: ["NOT_FOUND", "STATE_CONFLICT", "VERSION_CONFLICT"],
    handle: (ctx, { params }) => Finance.acceptMatch(ctx, params.id),
  }),
  route({
    method: "post",
    path: "/v1/matches/{id}/reject",
    ...write,
    summary: "Say that they do not, also where they were matched",
    answer: MatchAnswer,
    errors: ["NOT_FOUND", "STATE_CONFLICT", "VERSION_CONFLICT"],
    handle: (ctx, { params }) => Finance.rejectMatch(ctx, params.id),
  }),
];
