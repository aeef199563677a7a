import { type Context, requirePermission } from "../platform/context.ts";
import { AppError } from "../platform/errors.ts";
import { idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import { newResource } from "../platform/resources.ts";
import { CreateUploadSchema, type Upload, URL_SECONDS, USABLE_SECONDS } from "./upload.ts";
import { uploads } from "./upload.store.ts";

export { CreateUploadSchema, type Upload } from "./upload.ts";

export interface UploadTicket {
  id: string;
  url: string;
  method: "PUT";
  headers: Record<string, string>;
  expiresAt: string;
}

/** A URL that takes exactly the announced file, straight into the bucket under the organisation's own prefix. */
export async function createUpload(ctx: Context, input: unknown): Promise<UploadTicket> {
  requirePermission(ctx, "imports.write");
  const data = parse(CreateUploadSchema, input);
  return idempotent<UploadTicket>(ctx, "uploads.createUpload", data, async (commit) => {
    const resource = newResource(ctx, "upload");
    const key = `uploads/${ctx.actor.organizationId}/${resource.id}/${asciiName(data.filename)}`;
    const expiresAt = new Date(ctx.now() + URL_SECONDS * 1000).toISOString();
    const upload: Upload = { ...resource, ...data, key, expiresAt };
    const { url, method, headers } = await ctx.objects.presignPut(key, data.contentType, data.size, URL_SECONDS);
    const ticket: UploadTicket = { id: upload.id, url, method, headers, expiresAt };
    return commit([uploads.createWrite(ctx, upload)], ticket);
  });
}

/**
 * The upload, its file there and as announced. Throws NOT_FOUND, UPLOAD_EXPIRED when nothing came in time or it is too
 * old, STATE_CONFLICT when nothing came yet, VALIDATION_ERROR when what came is not what was announced.
 */
export async function requireUploaded(ctx: Context, id: string): Promise<Upload> {
  const upload = await uploads.get(ctx, id);
  const ageMs = ctx.now() - Date.parse(upload.createdAt);
  if (ageMs > USABLE_SECONDS * 1000) throw expired(upload);
  const head = await ctx.objects.head(upload.key);
  if (!head) {
    if (ctx.now() > Date.parse(upload.expiresAt)) throw expired(upload);
    throw new AppError(
      "STATE_CONFLICT",
      "The file of this upload has not arrived yet: PUT it to the upload's URL first",
      {
        field: "uploadId",
        details: { id, expiresAt: upload.expiresAt },
      },
    );
  }
  const sentType = head.contentType?.split(";")[0]?.trim().toLowerCase();
  if (head.size !== upload.size || sentType !== upload.contentType) {
    throw new AppError("VALIDATION_ERROR", "What was uploaded is not what was announced", {
      field: "uploadId",
      details: {
        id,
        announced: { size: upload.size, contentType: upload.contentType },
        received: { size: head.size, contentType: sentType },
      },
    });
  }
  return upload;
}

function expired(upload: Upload): AppError {
  return new AppError("UPLOAD_EXPIRED", "This upload has expired: create another one", {
    field: "uploadId",
    details: { id: upload.id, expiresAt: upload.expiresAt },
  });
}

/** Keys stay plain, whatever script the file's name is in; the record keeps the name itself. */
function asciiName(filename: string): string {
  return (
    filename
      .normalize("NFKD")
      .replaceAll(/[^\w.-]+/g, "_")
      .slice(-100) || "file"
  );
}
