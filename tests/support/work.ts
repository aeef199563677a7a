import * as Imports from "../../core/imports/index.ts";
import type { BatchView, RecordResult } from "../../core/ingest/index.ts";
import type { Context } from "../../core/platform/context.ts";
import * as Suppliers from "../../core/suppliers/index.ts";
import * as Uploads from "../../core/uploads/index.ts";

const PLENTY_OF_TIME = () => 600_000;

/** Announces a file and sends it as a client would. Returns the upload's id. */
export async function uploadFile(ctx: Context, content: string | Buffer, filename = "file.csv"): Promise<string> {
  const body = Buffer.from(content);
  const ticket = await Uploads.createUpload(ctx, { filename, contentType: "text/csv", size: body.length });
  const answer = await fetch(ticket.url, { method: ticket.method, headers: ticket.headers, body });
  if (!answer.ok) throw new Error(`The upload was refused: ${answer.status} ${await answer.text()}`);
  return ticket.id;
}

/** Queues an import of the content, without working it. */
export async function queueImport(
  ctx: Context,
  content: string | Buffer,
  spec: Record<string, unknown>,
): Promise<string> {
  const uploadId = await uploadFile(ctx, content);
  const { id } = await Imports.createImport(ctx, { kind: "products", uploadId, ...spec });
  return id;
}

/** Works an import to its end, as the queue would. */
export async function finishImport(ctx: Context, id: string, remainingMs = PLENTY_OF_TIME): Promise<BatchView> {
  for (let invocation = 0; invocation < 1_000; invocation++) {
    if ((await Imports.runImport(ctx, { id, remainingMs })) === "done") return Imports.getImport(ctx, id);
  }
  throw new Error(`The import ${id} never ended`);
}

export async function importContent(
  ctx: Context,
  content: string | Buffer,
  spec: Record<string, unknown>,
): Promise<BatchView> {
  return finishImport(ctx, await queueImport(ctx, content, spec));
}

export async function importRecords(
  ctx: Context,
  id: string,
  status?: RecordResult["status"],
): Promise<RecordResult[]> {
  const records: RecordResult[] = [];
  let cursor: string | undefined;
  do {
    const page = await Imports.listImportRecords(ctx, {
      id,
      page: { limit: 100, ...(status ? { status } : {}), ...(cursor ? { cursor } : {}) },
    });
    records.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return records;
}

/** Works a sync to its end, as the queue would. */
export async function finishSync(ctx: Context, id: string): Promise<BatchView> {
  while ((await Suppliers.runSync(ctx, { id, remainingMs: PLENTY_OF_TIME })) !== "done");
  return Suppliers.getSync(ctx, id);
}
