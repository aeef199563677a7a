import * as Imports from "../../../core/imports/index.ts";
import { PageSchema } from "../../../core/platform/resources.ts";
import * as Uploads from "../../../core/uploads/index.ts";
import { BatchAnswer, RecordAnswer } from "../answers/batches.ts";
import { IMPORT_EXAMPLES, UploadAnswer } from "../answers/imports.ts";
import { pageOf } from "../pages.ts";
import { redirectTo } from "../respond.ts";
import { type Route, route } from "../route.ts";

const tag = "Imports";

export const importRoutes: Route[] = [
  route({
    method: "post",
    path: "/v1/uploads",
    permission: "imports.write",
    tag: "Uploads",
    summary: "Get a URL that takes a file",
    description: "Send the file with the method and headers of the answer. It goes straight to the bucket.",
    body: Uploads.CreateUploadSchema,
    status: 201,
    answer: UploadAnswer,
    example: { body: { filename: "products.csv", contentType: "text/csv", size: 1024 } },
    handle: (ctx, { body }) => Uploads.createUpload(ctx, body),
  }),
  route({
    method: "post",
    path: "/v1/imports",
    permission: "imports.write",
    tag,
    summary: "Import an uploaded file",
    description: "Files of orders need the permission `orders.write` too.",
    body: Imports.CreateImportSchema,
    status: 202,
    answer: BatchAnswer,
    errors: ["NOT_FOUND", "STATE_CONFLICT", "UPLOAD_EXPIRED"],
    example: { bodies: IMPORT_EXAMPLES },
    feature: "enable_imports",
    handle: (ctx, { body }) => Imports.createImport(ctx, body),
  }),
  route({
    method: "get",
    path: "/v1/imports",
    permission: "imports.read",
    tag,
    summary: "List imports, newest first",
    query: PageSchema,
    answer: pageOf(BatchAnswer),
    handle: (ctx, { query }) => Imports.listImports(ctx, query),
  }),
  route({
    method: "get",
    path: "/v1/imports/{id}",
    permission: "imports.read",
    tag,
    summary: "See how far an import is",
    answer: BatchAnswer,
    errors: ["NOT_FOUND"],
    handle: (ctx, { params }) => Imports.getImport(ctx, params.id),
  }),
  route({
    method: "get",
    path: "/v1/imports/{id}/records",
    permission: "imports.read",
    tag,
    summary: "List what became of each row",
    query: Imports.ImportRecordsSchema,
    answer: pageOf(RecordAnswer),
    errors: ["NOT_FOUND"],
    handle: (ctx, { params, query }) => Imports.listImportRecords(ctx, { id: params.id, page: query }),
  }),
  route({
    method: "get",
    path: "/v1/imports/{id}/refused.csv",
    permission: "imports.read",
    tag,
    summary: "Download the refused rows with their reasons",
    description: "Redirects to the file, by a link that is good for five minutes.",
    errors: ["NOT_FOUND"],
    status: 302,
    handle: async (ctx, { params }) => redirectTo(await Imports.importRefusedUrl(ctx, params.id)),
  }),
];
