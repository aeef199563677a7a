import { parseRetryAfter } from "../../platform/http/classify.ts";
import { type OutboundError, PermanentError, RateLimitError, TransientError } from "../../platform/http/errors.ts";
import { TokenRefusedError } from "../errors.ts";
import type { WireAnswer } from "../wire.ts";
import { ErrorSchema } from "./wire.ts";

const PROVIDER = "alias";

/** google.rpc.Code, by number. */
const CODES = [
  "OK",
  "CANCELLED",
  "UNKNOWN",
  "INVALID_ARGUMENT",
  "DEADLINE_EXCEEDED",
  "NOT_FOUND",
  "ALREADY_EXISTS",
  "PERMISSION_DENIED",
  "RESOURCE_EXHAUSTED",
  "FAILED_PRECONDITION",
  "ABORTED",
  "OUT_OF_RANGE",
  "UNIMPLEMENTED",
  "INTERNAL",
  "UNAVAILABLE",
  "DATA_LOSS",
  "UNAUTHENTICATED",
] as const;

const TRANSIENT = new Set<string | undefined>([
  "CANCELLED",
  "UNKNOWN",
  "DEADLINE_EXCEEDED",
  "ABORTED",
  "INTERNAL",
  "UNAVAILABLE",
]);

/** "Handle errors based on the error code", which says more than the status, and stays when the message changes. */
export function errorOf({ status, headers, body }: WireAnswer): OutboundError | undefined {
  if (status < 400) return undefined;
  const number = ErrorSchema.safeParse(body).data?.code ?? 0;
  const code = number === 0 ? undefined : CODES[number];
  const reason = `answered ${status}${code === undefined ? "" : ` ${code}`}`;
  const options = { upstreamStatus: status };
  if (code === "RESOURCE_EXHAUSTED") {
    // A time without an offset from ours needs a clock, which is not at hand here: seconds are what it sends.
    const retryAfterMs = parseRetryAfter(headers["retry-after"], 0);
    return new RateLimitError(PROVIDER, reason, {
      ...options,
      ...(retryAfterMs === undefined ? {} : { retryAfterMs }),
    });
  }
  if (code === "UNAUTHENTICATED") return new TokenRefusedError(PROVIDER, reason, options);
  // 409: another process is changing the same thing just now.
  if (TRANSIENT.has(code) || (code === undefined && status === 409))
    return new TransientError(PROVIDER, reason, options);
  return code === undefined ? undefined : new PermanentError(PROVIDER, reason, options);
}
