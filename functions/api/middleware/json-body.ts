import type { ZodType } from "zod";
import { AppError, ValidationError } from "../../../core/platform/errors.ts";
import type { ApiContext } from "../api-env.ts";

export const MAX_BODY_BYTES = 1024 * 1024;
/** Deeper than any schema of ours, shallower than what overflows a recursive walk. */
const MAX_DEPTH = 32;
/** More than the longest list that a route takes has, fewer than what makes parsing the costly part of a request. */
const MAX_KEYS = 50_000;
/** Half of a pair, as JSON may write it: it is no text, and no store takes it. */
const SURROGATE = /\\u[dD][89a-fA-F]/;
const JSON_TYPE = /^application\/json\s*(?:;\s*charset="?utf-8"?\s*)?$/i;
const utf8 = new TextDecoder("utf-8", { fatal: true });

/**
 * The request's JSON; undefined for an empty body where the schema takes that, since then nothing need be said.
 * Throws UNSUPPORTED_MEDIA_TYPE, PAYLOAD_TOO_LARGE or VALIDATION_ERROR.
 */
export async function jsonBody(c: ApiContext, schema: ZodType): Promise<unknown> {
  if (Number(c.req.header("content-length") ?? 0) > MAX_BODY_BYTES) throw tooLarge();
  const bytes = await c.req.arrayBuffer();
  if (bytes.byteLength > MAX_BODY_BYTES) throw tooLarge();
  if (bytes.byteLength === 0) {
    if (schema.safeParse(undefined).success) return undefined;
    throw notJson("The body is missing: send JSON");
  }
  if (
    !JSON_TYPE.test(c.req.header("content-type") ?? "") ||
    (c.req.header("content-encoding") ?? "identity") !== "identity"
  ) {
    throw new AppError("UNSUPPORTED_MEDIA_TYPE", "Send the body as application/json in UTF-8, uncompressed");
  }
  const text = decode(bytes);
  checkShape(text);
  const body = parseJson(text);
  if (SURROGATE.test(text) && !isText(body)) throw notJson("The body has text that is not valid Unicode");
  return body;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // The parser's own message would repeat parts of the body.
    throw notJson("The body is not valid JSON");
  }
}

function isText(value: unknown): boolean {
  if (typeof value === "string") return value.isWellFormed();
  if (typeof value !== "object" || value === null) return true;
  return Object.entries(value).every(([name, inner]) => name.isWellFormed() && isText(inner));
}

function decode(bytes: ArrayBuffer): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw notJson("The body is not valid UTF-8");
  }
}

/** Looks at the text, so that what is too deep or too much is never built. */
function checkShape(text: string): void {
  let depth = 0;
  let keys = 0;
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22:
        at = endOfString(text, at);
        break;
      case 0x5b:
      case 0x7b:
        if (++depth > MAX_DEPTH) throw notJson(`The body nests deeper than ${MAX_DEPTH} levels`);
        break;
      case 0x3a:
        if (++keys > MAX_KEYS) throw notJson(`The body has more than ${MAX_KEYS} fields`);
        break;
      case 0x5d:
      case 0x7d:
        depth--;
    }
  }
}

/** The place of the quote that closes the string opened at `start`; the text's end where none does. */
function endOfString(text: string, start: number): number {
  for (let at = text.indexOf('"', start + 1); at !== -1; at = text.indexOf('"', at + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(at - 1 - backslashes) === 0x5c) backslashes++;
    if (backslashes % 2 === 0) return at;
  }
  return text.length;
}

const tooLarge = () => new AppError("PAYLOAD_TOO_LARGE", `The body is larger than ${MAX_BODY_BYTES} bytes`);
const notJson = (message: string) => new ValidationError([{ path: "", code: "invalid_json", message }], message);
