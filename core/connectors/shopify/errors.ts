import { type OutboundError, PermanentError, RateLimitError, TransientError } from "../../platform/http/errors.ts";
import type { Outcome } from "../capabilities.ts";
import { TokenRefusedError } from "../errors.ts";
import type { WireAnswer } from "../wire.ts";
import { FaultsSchema, type UserError } from "./wire.ts";

/** GraphQL answers 200 whatever went wrong; what did is in its errors. */
export function errorOf({ status, headers, body }: WireAnswer): OutboundError | undefined {
  // `Retry-After: 2.0`, which is no whole number of seconds.
  if (status === 429) return new RateLimitError("shopify", "answered 429", waitOf(headers["retry-after"]));
  const read = status === 200 ? FaultsSchema.safeParse(body) : undefined;
  if (!read?.success) return undefined;
  const codes = read.data.errors.map(({ extensions }) => extensions?.code ?? "UNKNOWN");
  const reason = `answered with ${codes.filter((code) => /^[A-Z_]{1,60}$/.test(code)).join(", ") || "errors"}`;
  const upstream = { upstreamStatus: status };
  if (codes.includes("THROTTLED")) {
    const { requestedQueryCost, throttleStatus } = read.data.extensions?.cost ?? {};
    return new RateLimitError("shopify", reason, {
      ...upstream,
      ...(requestedQueryCost !== undefined && throttleStatus
        ? { retryAfterMs: untilThere(requestedQueryCost, throttleStatus) }
        : {}),
    });
  }
  if (codes.includes("UNAUTHENTICATED")) return new TokenRefusedError("shopify", reason, upstream);
  if (codes.some((code) => TRANSIENT_CODES.has(code))) return new TransientError("shopify", reason, upstream);
  return new PermanentError("shopify", reason, upstream);
}

const TRANSIENT_CODES = new Set(["INTERNAL_SERVER_ERROR", "TIMEOUT", "SERVICE_UNAVAILABLE"]);

/** The bucket fills by so many points a second. */
function untilThere(
  cost: number,
  { currentlyAvailable, restoreRate }: { currentlyAvailable: number; restoreRate: number },
) {
  return Math.max(0, Math.ceil(((cost - currentlyAvailable) / restoreRate) * 1_000));
}

function waitOf(retryAfter: string | undefined) {
  const seconds = /^\d{1,9}(?:\.\d+)?$/.test(retryAfter ?? "") ? Number(retryAfter) : undefined;
  return { upstreamStatus: 429, ...(seconds === undefined ? {} : { retryAfterMs: Math.ceil(seconds * 1_000) }) };
}

export const refused = (id: string, code: string, message: string): Outcome => ({
  id,
  ok: false,
  transient: false,
  code,
  message,
});

/** What a mutation says of a part of its input. */
export const refusalOf = (id: string, { code, message }: UserError): Outcome =>
  refused(id, code ?? "USER_ERROR", message);
