import { ValidationError } from "../../../core/platform/errors.ts";
import type { ApiContext } from "../api-env.ts";

const PRINTABLE = /^[\x20-\x7e]{1,255}$/;

/** The Idempotency-Key of a POST; other methods are repeatable by themselves. Throws VALIDATION_ERROR. */
export function idempotencyKey(c: ApiContext): string | undefined {
  const key = c.req.method === "POST" ? c.req.header("idempotency-key") : undefined;
  if (key === undefined || PRINTABLE.test(key)) return key;
  throw new ValidationError([
    { path: "Idempotency-Key", code: "invalid_format", message: "must be 1 to 255 printable ASCII characters" },
  ]);
}
