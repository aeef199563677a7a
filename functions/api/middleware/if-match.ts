import { ValidationError } from "../../../core/platform/errors.ts";
import type { ApiContext } from "../api-env.ts";

const ENTITY_TAG = /^(?:W\/)?"?(\d{1,15})"?$/;

/** The version that a change expects: `If-Match: "3"`. `*` asks only that the resource exists, which every change does. */
export function ifMatch(c: ApiContext): number | undefined {
  const header = c.req.header("if-match");
  if (header === undefined || header === "*") return undefined;
  const version = ENTITY_TAG.exec(header)?.[1];
  if (version !== undefined) return Number(version);
  throw new ValidationError([
    { path: "If-Match", code: "invalid_format", message: 'must be the ETag of one version, such as "3"' },
  ]);
}
