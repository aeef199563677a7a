import { createHmac, timingSafeEqual } from "node:crypto";
import { contentHash } from "./canonical.ts";
import type { Context } from "./context.ts";
import { AppError } from "./errors.ts";

const SIGNATURE_LENGTH = 22;

/** A place in a list, opaque and signed: good only for this organisation and this very query. */
export function encodeCursor(ctx: Context, query: unknown, position: unknown): string {
  const body = Buffer.from(JSON.stringify(position)).toString("base64url");
  return sign(ctx, query, body) + body;
}

/** The place a cursor names. Throws INVALID_CURSOR when it was altered, or made for another query or organisation. */
export function decodeCursor<T>(ctx: Context, query: unknown, cursor: string): T {
  const body = cursor.slice(SIGNATURE_LENGTH);
  const given = Buffer.from(cursor.slice(0, SIGNATURE_LENGTH));
  const expected = Buffer.from(sign(ctx, query, body));
  if (given.length !== expected.length || !timingSafeEqual(given, expected)) {
    throw new AppError("INVALID_CURSOR", "The cursor does not belong to this list", { field: "cursor" });
  }
  return JSON.parse(Buffer.from(body, "base64url").toString()) as T;
}

function sign(ctx: Context, query: unknown, body: string): string {
  return createHmac("sha256", ctx.config.secretKey)
    .update(`${ctx.actor.organizationId}\n${contentHash(query)}\n${body}`)
    .digest("base64url")
    .slice(0, SIGNATURE_LENGTH);
}
