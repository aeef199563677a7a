import * as Inventory from "../../../core/inventory/index.ts";
import * as Suppliers from "../../../core/suppliers/index.ts";
import { PageSchema } from "../../../core/platform/resources.ts";
import { ReorderRuleAnswer, SuggestionsAnswer } from "../answers/reorder.ts";
import { pageOf } from "../pages.ts";
import { type Route, route } from "../route.ts";

const read = { permission: "inventory.read", tag: "Reordering" } as const;
const adjust = { permission: "inventory.adjust", tag: "Reordering" } as const;

export const reorderRoutes: Route[] = [
  route({
    method: "get",
    path: "/v1/inventory/reorder-suggestions",
    ...read,
    summary: "See what to order now, and why so much",
    description:
      "Goes through the reorder rules, newest product first; a page may be short, or empty, while `nextCursor` says there are more. Demand is what was sold and consumed in whole days, without those that stand out; deliveries that are expected count as there.",
    query: Inventory.SuggestionsSchema,
    answer: SuggestionsAnswer,
    handle: (ctx, { query }) => Inventory.listReorderSuggestions(ctx, query),
  }),
  route({
    method: "get",
    path: "/v1/inventory/reorder-rules",
    ...read,
    summary: "List reorder rules, newest product first",
    query: PageSchema,
    answer: pageOf(ReorderRuleAnswer),
    handle: (ctx, { query }) => Inventory.listReorderRules(ctx, query),
  }),
  route({
    method: "put",
    path: "/v1/inventory/{productId}/reorder-rule",
    ...adjust,
    summary: "Say when a stock item is to be ordered again, and in what quantities",
    body: Inventory.ReorderRuleSchema,
    answer: ReorderRuleAnswer,
    errors: ["NOT_FOUND", "STATE_CONFLICT", "VERSION_CONFLICT"],
    example: { body: { minimum: 10, target: 60, leadTimeDays: 14, packSize: 12, minimumOrder: 24 } },
    async handle(ctx, { params, body, expectedVersion }) {
      await Suppliers.requireNamedSupplier(ctx, body);
      return Inventory.setReorderRule(ctx, { productId: params.productId, expectedVersion, input: body });
    },
  }),
  route({
    method: "get",
    path: "/v1/inventory/{productId}/reorder-rule",
    ...read,
    summary: "Read a stock item's reorder rule",
    query: Inventory.RulePlaceSchema,
    answer: ReorderRuleAnswer,
    errors: ["NOT_FOUND"],
    handle: (ctx, { params, query }) => Inventory.getReorderRule(ctx, { productId: params.productId, query }),
  }),
  route({
    method: "delete",
    path: "/v1/inventory/{productId}/reorder-rule",
    ...adjust,
    summary: "Remove a stock item's reorder rule",
    query: Inventory.RulePlaceSchema,
    status: 204,
    errors: ["NOT_FOUND", "VERSION_CONFLICT"],
    handle: (ctx, { params, query, expectedVersion }) =>
      Inventory.removeReorderRule(ctx, { productId: params.productId, expectedVersion, query }),
  }),
];
