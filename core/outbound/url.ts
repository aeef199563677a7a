import { isIP } from "node:net";
import type { Config } from "../platform/config.ts";
import { ValidationError } from "../platform/errors.ts";
import { isPublicAddress } from "../platform/http/address-guard.ts";

const MAX_CHARACTERS = 2_000;
/** Names that never lead to the public internet (RFC 6761, RFC 6762, RFC 8375, and what clouds call their own). */
const LOCAL_NAME = /(^|\.)(localhost|local|internal|intranet|home\.arpa|invalid|test)$/;

/**
 * The URL as it will be called. Throws VALIDATION_ERROR. A name that resolves to a private address is only found out
 * when it is called: the socket's own look-up refuses it there, each time.
 */
export function checkUrl({ environment, allowPrivateAddresses }: Config, text: string): string {
  const url = URL.parse(text);
  if (!url || text.length > MAX_CHARACTERS) throw refused("must be a URL");
  const isAtHome = environment === "development" || environment === "test";
  if (url.protocol !== "https:" && !(isAtHome && url.protocol === "http:")) throw refused("must begin with https://");
  if (url.username !== "" || url.password !== "") throw refused("must not hold a user name or a password");
  if (url.hash !== "") throw refused("must not have a fragment: it is never sent");
  if (!allowPrivateAddresses && isPrivate(url)) throw refused("must be on the public internet");
  return url.href;
}

function isPrivate(url: URL): boolean {
  const host = url.hostname.replace(/^\[|\]$/g, "").replace(/\.$/, "");
  return isIP(host) === 0 ? LOCAL_NAME.test(host) || !host.includes(".") : !isPublicAddress(host);
}

function refused(message: string): ValidationError {
  return new ValidationError([{ path: "url", code: "invalid_url", message }]);
}
