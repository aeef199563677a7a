import * as Imports from "../../../core/imports/index.ts";
import { PageSchema } from "../../../core/platform/resources.ts";
import * as Suppliers from "../../../core/suppliers/index.ts";
import { BatchAnswer, RecordAnswer } from "../answers/batches.ts";
import { OfferAnswer, SupplierAnswer } from "../answers/suppliers.ts";
import { pageOf } from "../pages.ts";
import { redirectTo } from "../respond.ts";
import { type Route, route } from "../route.ts";

const write = { permission: "suppliers.write", tag: "Suppliers" } as const;
const read = { permission: "suppliers.read", tag: "Suppliers" } as const;

export const supplierRoutes: Route[] = [
  route({
    method: "post",
    path: "/v1/suppliers",
    ...write,
    summary: "Add a supplier",
    body: Suppliers.CreateSupplierSchema,
    status: 201,
    answer: SupplierAnswer,
    handle: (ctx, { body }) => Suppliers.createSupplier(ctx, body),
  }),
  route({
    method: "get",
    path: "/v1/suppliers",
    ...read,
    summary: "List suppliers, newest first",
    query: PageSchema,
    answer: pageOf(SupplierAnswer),
    handle: (ctx, { query }) => Suppliers.listSuppliers(ctx, query),
  }),
  route({
    method: "get",
    path: "/v1/suppliers/{id}",
    ...read,
    summary: "Read a supplier",
    answer: SupplierAnswer,
    errors: ["NOT_FOUND"],
    handle: (ctx, { params }) => Suppliers.getSupplier(ctx, params.id),
  }),
  route({
    method: "patch",
    path: "/v1/suppliers/{id}",
    ...write,
    summary: "Change a supplier, its policy, feed, connection or schedule",
    body: Suppliers.UpdateSupplierSchema,
    answer: SupplierAnswer,
    errors: ["NOT_FOUND", "VERSION_CONFLICT"],
    handle: (ctx, { params, body, expectedVersion }) =>
      Suppliers.updateSupplier(ctx, { id: params.id, expectedVersion, changes: body }),
  }),
  route({
    method: "get",
    path: "/v1/suppliers/{id}/offers",
    ...read,
    summary: "List what a supplier offers",
    query: PageSchema,
    answer: pageOf(OfferAnswer),
    errors: ["NOT_FOUND"],
    handle: (ctx, { params, query }) => Suppliers.listSupplierOffers(ctx, { id: params.id, page: query }),
  }),
  route({
    method: "post",
    path: "/v1/suppliers/{id}/syncs",
    ...write,
    summary: "Read a supplier now: its feed, or by its account",
    body: Suppliers.StartSyncSchema,
    status: 202,
    answer: BatchAnswer,
    errors: ["NOT_FOUND", "STATE_CONFLICT", "UPLOAD_EXPIRED"],
    feature: "enable_supplier_sync",
    handle: (ctx, { params, body }) => Suppliers.startSync(ctx, { supplierId: params.id, input: body }),
  }),
  route({
    method: "get",
    path: "/v1/syncs/{id}",
    ...read,
    summary: "See how far a sync is",
    answer: BatchAnswer,
    errors: ["NOT_FOUND"],
    handle: (ctx, { params }) => Suppliers.getSync(ctx, params.id),
  }),
  route({
    method: "get",
    path: "/v1/syncs/{id}/records",
    ...read,
    summary: "List what a sync changed, row by row",
    query: Imports.ImportRecordsSchema,
    answer: pageOf(RecordAnswer),
    errors: ["NOT_FOUND"],
    handle: (ctx, { params, query }) => Suppliers.listSyncRecords(ctx, { id: params.id, page: query }),
  }),
  route({
    method: "get",
    path: "/v1/syncs/{id}/refused.csv",
    ...read,
    summary: "Download a sync's refused rows with their reasons",
    errors: ["NOT_FOUND"],
    status: 302,
    handle: async (ctx, { params }) => redirectTo(await Suppliers.syncRefusedUrl(ctx, params.id)),
  }),
];
