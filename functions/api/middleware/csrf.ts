import { timingSafeEqual } from "node:crypto";
import type { Config } from "../../../core/platform/config.ts";
import { AppError } from "../../../core/platform/errors.ts";
import type { ApiContext } from "../api-env.ts";

const SAFE = new Set(["GET", "HEAD", "OPTIONS"]);

/** Where a cookie has authenticated: browsers send it along for anybody's page, the header only for ours. */
export function requireCsrfToken(c: ApiContext, expected: string): void {
  if (SAFE.has(c.req.method)) return;
  const given = Buffer.from(c.req.header("x-csrftoken") ?? c.req.header("x-csrf-token") ?? "");
  const wanted = Buffer.from(expected);
  if (given.length !== wanted.length || !timingSafeEqual(given, wanted)) throw refused();
}

/**
 * Before there is a session to bind a token to, the browser itself says whose page asks: nobody is signed in, as
 * themselves or as somebody else, by a page that is not ours. Callers that are no browsers say nothing, and have no cookies.
 */
export function requireOwnOrigin(c: ApiContext, { corsOrigins, publicUrl }: Pick<Config, "corsOrigins" | "publicUrl">) {
  const origin = c.req.header("origin");
  if (SAFE.has(c.req.method) || origin === undefined) return;
  if (corsOrigins.includes("*") || corsOrigins.includes(origin) || origin === new URL(publicUrl).origin) return;
  // The gateway ends TLS, so of the address that was called only the host is sure.
  if (!URL.canParse(origin) || new URL(origin).host !== new URL(c.req.url).host) throw refused();
}

function refused(): AppError {
  return new AppError("FORBIDDEN", "CSRF token missing or invalid");
}
