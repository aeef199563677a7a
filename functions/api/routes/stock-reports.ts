import * as Inventory from "../../../core/inventory/index.ts";
import { PageSchema } from "../../../core/platform/resources.ts";
import * as Production from "../../../core/production/index.ts";
import { CountAnswer, CountReportAnswer, TraceAnswer } from "../answers/stock-reports.ts";
import { pageOf } from "../pages.ts";
import { type Route, route } from "../route.ts";

const read = { permission: "inventory.read", tag: "Inventory" } as const;
const adjust = { permission: "inventory.adjust", tag: "Inventory" } as const;
const PRODUCT = "prd_01J9Z3NDEKTSV4RRFFQ69G5FAV";

/** What is found by looking: counts, and where lots went. */
export const stockReportRoutes: Route[] = [
  route({
    method: "get",
    path: "/v1/inventory/lots/trace",
    ...read,
    summary: "See where the units of a lot came from and went",
    description:
      "By `lotNumber`, which several lots may share, or `lotId`. What was made of a lot is followed down to the orders that have it.",
    query: Production.TraceSchema,
    answer: TraceAnswer,
    errors: ["NOT_FOUND"],
    handle: async (ctx, { query }) => Production.viewTrace(await Production.traceLots(ctx, query)),
  }),
  route({
    method: "post",
    path: "/v1/inventory/counts",
    ...adjust,
    summary: "Bring many stock items to what was counted",
    description:
      "Each line by itself. One that cannot be applied, because units that are promised would be missing for instance, is refused with its reason and holds up no other. `preview` says what would come of it. A count that takes longer than twenty seconds is answered as `open` and goes on by itself.",
    body: Inventory.CreateCountSchema,
    status: 201,
    answer: CountReportAnswer,
    errors: ["NOT_FOUND"],
    example: { body: { lines: [{ productId: PRODUCT, counted: 41 }], notes: "Shelf 4", preview: true } },
    handle: async (ctx, { body }) => Inventory.viewCountReport(await Inventory.createCount(ctx, body)),
  }),
  route({
    method: "get",
    path: "/v1/inventory/counts",
    ...read,
    summary: "List counts, newest first",
    query: PageSchema,
    answer: pageOf(CountAnswer),
    handle: async (ctx, { query }) => Inventory.viewCountPage(await Inventory.listCounts(ctx, query)),
  }),
  route({
    method: "get",
    path: "/v1/inventory/counts/{id}",
    ...read,
    summary: "Read a count: what differed, line by line, and what that cost",
    answer: CountReportAnswer,
    errors: ["NOT_FOUND"],
    handle: async (ctx, { params }) => Inventory.viewCountReport(await Inventory.getCount(ctx, params.id)),
  }),
];
