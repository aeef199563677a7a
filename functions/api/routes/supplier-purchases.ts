import * as Purchasing from "../../../core/purchasing/index.ts";
import { PerformanceAnswer, PurchaseOrderAnswer } from "../answers/purchase-orders.ts";
import { pageOf } from "../pages.ts";
import { type Route, route } from "../route.ts";

const read = { permission: "suppliers.read", tag: "Suppliers" } as const;

export const supplierPurchaseRoutes: Route[] = [
  route({
    method: "get",
    path: "/v1/suppliers/{id}/purchases",
    ...read,
    summary: "List what was bought of a supplier, newest first",
    description: "A page may be short while `nextCursor` says there is more to look through.",
    query: Purchasing.SupplierPurchasesSchema,
    answer: pageOf(PurchaseOrderAnswer),
    errors: ["NOT_FOUND"],
    handle: async (ctx, { params, query }) =>
      Purchasing.viewPurchaseOrderPage(await Purchasing.supplierPurchases(ctx, { id: params.id, query })),
  }),
  route({
    method: "get",
    path: "/v1/suppliers/{id}/performance",
    ...read,
    summary: "See how a supplier has done by what was bought of it",
    description:
      "From the purchases of twelve months: lead time, fill rate, price drift and cancellations, each with what it was made of. A part of which too little is known has no score.",
    answer: PerformanceAnswer,
    errors: ["NOT_FOUND"],
    handle: (ctx, { params }) => Purchasing.supplierPerformance(ctx, params.id),
  }),
];
