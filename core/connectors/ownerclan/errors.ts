import { type OutboundError, PermanentError, RateLimitError, TransientError } from "../../platform/http/errors.ts";
import { TokenRefusedError } from "../errors.ts";
import type { WireAnswer } from "../wire.ts";
import { ErrorsSchema } from "./wire.ts";

const TOKEN_CODE = /UNAUTHENTICATED|UNAUTHORIZED|TOKEN|JWT/;
const TOKEN_MESSAGE = /\b(?:jwt|token|unauthenticated)\b|인증/i;
const RATE_CODE = /RATE_?LIMIT|TOO_MANY|THROTTL/;
const TRANSIENT_CODE = /INTERNAL|TIMEOUT|UNAVAILABLE$|TEMPORARY|DEADLOCK/;
const MISSING_CODE = /NOT_FOUND$/;

/**
 * What the faults in a GraphQL answer mean. The code is named, the message never: it may repeat what was sent. That
 * something was not found is no fault of a call: what was asked for is null or missing then.
 */
export function errorOf({ status, body }: WireAnswer): OutboundError | undefined {
  if (status !== 200 && status !== 400) return undefined;
  const read = ErrorsSchema.safeParse(body);
  if (!read.success) return undefined;
  const { errors, data } = read.data;
  const codes = errors.map(({ extensions }) => extensions?.code ?? "");
  const has = (form: RegExp) => codes.some((code) => form.test(code));
  const options = { upstreamStatus: status };
  if (
    has(TOKEN_CODE) ||
    errors.some(({ message, extensions }) => !extensions?.code && TOKEN_MESSAGE.test(message ?? ""))
  )
    return new TokenRefusedError("ownerclan", "refuses the token", options);
  if (has(RATE_CODE)) return new RateLimitError("ownerclan", "answered that there are too many calls", options);
  if (has(TRANSIENT_CODE)) return new TransientError("ownerclan", `answered ${nameOf(codes)}`, options);
  const isMissing = codes.every((code) => MISSING_CODE.test(code));
  if (isMissing && typeof data === "object" && data !== null) return undefined;
  return new PermanentError("ownerclan", `answered ${nameOf(codes)}`, options);
}

function nameOf(codes: string[]): string {
  const code = codes.find((one) => /^[A-Z_]{1,60}$/.test(one));
  return code ?? "an error without a code";
}
