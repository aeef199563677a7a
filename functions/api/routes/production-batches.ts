import * as Production from "../../../core/production/index.ts";
import { ProductionBatchAnswer } from "../answers/production.ts";
import { pageOf } from "../pages.ts";
import { type Route, route } from "../route.ts";

const write = { permission: "inventory.adjust", tag: "Batches", answer: ProductionBatchAnswer } as const;
const read = { permission: "inventory.read", tag: "Batches" } as const;

/** Runs of a recipe. Batches of imports are in imports.ts. */
export const productionBatchRoutes: Route[] = [
  route({
    method: "post",
    path: "/v1/batches",
    ...write,
    summary: "Plan runs of a recipe; nothing moves yet",
    body: Production.PlanBatchSchema,
    status: 201,
    errors: ["NOT_FOUND"],
    example: { body: { recipeId: "rcp_01J9Z3NDEKTSV4RRFFQ69G5FAV", runs: 3, lotNumber: "GIFT-2026-11" } },
    handle: async (ctx, { body }) => Production.viewBatch(await Production.planBatch(ctx, body)),
  }),
  route({
    method: "get",
    path: "/v1/batches",
    ...read,
    summary: "List batches, newest first, all or those of a status",
    query: Production.ListBatchesSchema,
    answer: pageOf(ProductionBatchAnswer),
    handle: async (ctx, { query }) => Production.viewBatchPage(await Production.listBatches(ctx, query)),
  }),
  route({
    method: "get",
    path: "/v1/batches/{id}",
    ...read,
    summary: "Read a batch: which lots went in, and which came out",
    answer: ProductionBatchAnswer,
    errors: ["NOT_FOUND"],
    handle: async (ctx, { params }) => Production.viewBatch(await Production.getBatch(ctx, params.id)),
  }),
  route({
    method: "post",
    path: "/v1/batches/{id}/start",
    ...write,
    summary: "Take a batch's ingredients out of stock",
    description:
      "All of them or none, from the lots that expire first. What is short is in `details.lines`. Units that are reserved are not taken; the safety buffer is.",
    body: Production.EmptySchema,
    errors: ["NOT_FOUND", "INSUFFICIENT_STOCK", "STATE_CONFLICT", "VERSION_CONFLICT"],
    example: { body: {} },
    handle: async (ctx, { params, body, expectedVersion }) =>
      Production.viewBatch(await Production.startBatch(ctx, { id: params.id, expectedVersion, input: body })),
  }),
  route({
    method: "post",
    path: "/v1/batches/{id}/finish",
    ...write,
    summary: "Bring what a batch made into stock, as one lot that costs what went in",
    body: Production.FinishBatchSchema,
    errors: ["NOT_FOUND", "STATE_CONFLICT", "VERSION_CONFLICT"],
    example: { body: { quantity: 29, expirationDate: "2027-05-31" } },
    handle: async (ctx, { params, body, expectedVersion }) =>
      Production.viewBatch(await Production.finishBatch(ctx, { id: params.id, expectedVersion, input: body })),
  }),
  route({
    method: "post",
    path: "/v1/batches/{id}/cancel",
    ...write,
    summary: "Cancel a batch; what it had taken comes back into the same lots",
    body: Production.EmptySchema,
    errors: ["NOT_FOUND", "STATE_CONFLICT", "VERSION_CONFLICT"],
    example: { body: {} },
    handle: async (ctx, { params, body, expectedVersion }) =>
      Production.viewBatch(await Production.cancelBatch(ctx, { id: params.id, expectedVersion, input: body })),
  }),
];
