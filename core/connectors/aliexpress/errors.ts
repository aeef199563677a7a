import { type OutboundError, PermanentError, RateLimitError, TransientError } from "../../platform/http/errors.ts";
import { TokenRefusedError } from "../errors.ts";
import type { WireAnswer } from "../wire.ts";
import * as constants from "./constants.ts";
import { ErrorAnswer, RespCode } from "./wire.ts";

const NAME = "aliexpress";

/** `ApiCallLimit` is seen at the sister platform; 7 is the old gateway's. */
const LIMITS: ReadonlySet<string> = new Set(["ApiCallLimit", "AppCallLimit", "7"]);

/** What refuses the account: other credentials are asked for. */
const CREDENTIALS: ReadonlySet<string> = new Set(["IncompleteSignature", "InvalidAppKey", "IllegalAccessToken"]);

/** What refuses the call. Only these words are repeated: what else stands there is not ours. */
const REFUSED: ReadonlySet<string> = new Set([
  "IllegalTimestamp",
  "InsufficientPermission",
  "MissingParameter",
  "InvalidParameter",
]);

const UNREGISTERED_PUBLISHER = 401;

/** Faults come with status 200: of the gateway as `error_response`, of a method as its `resp_code`. */
export function errorOf({ status, headers, body }: WireAnswer): OutboundError | undefined {
  const refusal = ErrorAnswer.safeParse(body);
  if (refusal.success) return ofGateway(refusal.data.error_response, { status, headers });
  if (status >= 300) return undefined;
  const answered = RespCode.safeParse(body);
  const [said] = answered.success ? Object.values(answered.data) : [];
  return said && ofMethod(said.resp_result.resp_code);
}

function ofGateway(
  {
    type,
    code = "",
    sub_code = "",
  }: { type?: string | undefined; code?: string | undefined; sub_code?: string | undefined },
  { status, headers }: Pick<WireAnswer, "status" | "headers">,
): OutboundError {
  if (status === 429 || LIMITS.has(code)) {
    const seconds = Number(headers["retry-after"]);
    const retryAfterMs = seconds > 0 ? seconds * 1000 : constants.BLOCK_MS;
    return new RateLimitError(NAME, "was called too often", { upstreamStatus: status, retryAfterMs });
  }
  if (CREDENTIALS.has(code)) return new TokenRefusedError(NAME, `refused the credentials: ${code}`);
  if (REFUSED.has(code)) return new PermanentError(NAME, `refused the call: ${code}`, { upstreamStatus: status });
  // ISV: the caller's fault; ISP and SYSTEM: theirs. The old gateway says it in front of the sub-code.
  const isTheirs = type === "ISP" || type === "SYSTEM" || sub_code.startsWith("isp.") || status >= 500;
  return isTheirs
    ? new TransientError(NAME, "answered an error of its own", { upstreamStatus: status })
    : new PermanentError(NAME, "refused the call", { upstreamStatus: status });
}

function ofMethod(code: number): OutboundError | undefined {
  if (code === constants.DONE || code === constants.NOTHING_FOUND) return undefined;
  if (code === UNREGISTERED_PUBLISHER) return new TokenRefusedError(NAME, "does not know this publisher");
  if (code === constants.SYSTEM_ERROR || code >= 500) return new TransientError(NAME, `answered code ${code}`);
  return new PermanentError(NAME, `answered code ${code}`);
}
