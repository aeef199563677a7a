import * as Catalog from "../../../core/catalog/index.ts";
import * as Sourcing from "../../../core/sourcing/index.ts";
import { ProductAnswer } from "../answers/products.ts";
import { SourcingSearchAnswer, SourcingSettingsAnswer } from "../answers/sourcing.ts";
import { type Route, route } from "../route.ts";

const tag = "Sourcing";
const read = { permission: "suppliers.read", tag } as const;

export const sourcingRoutes: Route[] = [
  route({
    method: "get",
    path: "/v1/sourcing/search",
    ...read,
    summary: "Search all connected suppliers and affiliate programmes at once",
    description:
      "Asks every active account that can be searched, waits five seconds for each, and shows what the others have: `sources` says how it went. Offers without what they need are dropped and counted, the same goods are shown once with what they cost elsewhere, and the rest is ranked by quality, then price, with the reasons.",
    query: Sourcing.SourcingSearchSchema,
    answer: SourcingSearchAnswer,
    handle: (ctx, { query }) => Sourcing.search(ctx, query),
  }),
  route({
    method: "get",
    path: "/v1/sourcing/settings",
    ...read,
    summary: "See what the quality of offers is made of",
    answer: SourcingSettingsAnswer,
    handle: (ctx) => Sourcing.getSettings(ctx),
  }),
  route({
    method: "put",
    path: "/v1/sourcing/settings",
    permission: "suppliers.write",
    tag,
    summary: "Set weights and thresholds of searches",
    body: Sourcing.SourcingSettingsSchema,
    answer: SourcingSettingsAnswer,
    errors: ["VERSION_CONFLICT"],
    example: { body: { minQuality: 0.4, weights: { rating: 40, sales: 20 } } },
    handle: (ctx, { body, expectedVersion }) => Sourcing.putSettings(ctx, { expectedVersion, input: body }),
  }),
  route({
    method: "post",
    path: "/v1/sourcing/drafts",
    permission: "catalog.write",
    tag,
    summary: "Make a draft product of what a search has found",
    description:
      "Needs `suppliers.read` as well. The offer is looked up again by the words of the search, so that the draft has what the source says and nothing else; where it is from is kept among its attributes.",
    body: Sourcing.CreateDraftSchema,
    status: 201,
    answer: ProductAnswer,
    example: {
      body: {
        accountId: "acc_01M7Z0000000000000000000AA",
        externalId: "1005000000000017",
        q: "desk lamp",
        price: { amount: "24.90", currency: "USD" },
      },
    },
    errors: ["NOT_FOUND", "PRODUCT_SKU_EXISTS", "STATE_CONFLICT", "DEPENDENCY_UNAVAILABLE", "INVALID_PRICING"],
    handle: async (ctx, { body }) => Catalog.viewProduct(await Sourcing.createDraft(ctx, body)),
  }),
];
