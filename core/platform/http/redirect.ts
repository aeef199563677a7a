import { PermanentError } from "./errors.ts";
import type { Hop } from "./send.ts";

export const MAX_REDIRECTS = 5;

/** 300 offers a choice and 304 is an answer; neither says where to go. */
const REDIRECTS = new Set([301, 302, 303, 307, 308]);

export function isRedirect(status: number): boolean {
  return REDIRECTS.has(status);
}

/** What may follow a redirect to another origin; any other header could be a credential of the first. */
const HARMLESS_HEADERS = new Set([
  "accept",
  "accept-encoding",
  "accept-language",
  "content-type",
  "if-modified-since",
  "if-none-match",
  "user-agent",
]);

/**
 * The request that follows a redirect (Fetch standard: 303, and 301/302 after POST, become GET without a body).
 * Throws PermanentError when there is nowhere to go, when it leaves HTTPS, or is not HTTP at all.
 */
export function nextHop(dependency: string, from: Hop, status: number, location: string | undefined): Hop {
  const url = location === undefined ? null : URL.parse(location, from.url.href);
  if (!url) throw new PermanentError(dependency, "redirects to no readable address", { upstreamStatus: status });
  if (url.protocol !== "https:" && url.protocol !== "http:") {
    throw new PermanentError(dependency, `redirects to ${url.protocol}`, { upstreamStatus: status });
  }
  if (from.url.protocol === "https:" && url.protocol === "http:") {
    throw new PermanentError(dependency, "redirects from https to http", { upstreamStatus: status });
  }
  const headers =
    url.origin === from.url.origin
      ? from.headers
      : Object.fromEntries(Object.entries(from.headers).filter(([name]) => HARMLESS_HEADERS.has(name)));
  const becomesGet =
    (status === 303 && from.method !== "HEAD") || ((status === 301 || status === 302) && from.method === "POST");
  if (!becomesGet) return { ...from, url, headers };
  const { "content-type": _type, ...bodiless } = headers;
  return { url, method: "GET", headers: bodiless };
}
