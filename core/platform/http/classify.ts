import { type OutboundError, PermanentError, RateLimitError, TransientError } from "./errors.ts";

/** Besides 5xx: the dependency says that the same request may pass later. */
const TRANSIENT_STATUS = new Set([408, 425]);

/** These node:tls and node:http faults are properties of the other side, not of the moment. */
const PERMANENT_CODE =
  /^(ERR_TLS_CERT|CERT_|DEPTH_ZERO_SELF_SIGNED|SELF_SIGNED|UNABLE_TO_|HPE_|ERR_INVALID_|ERR_UNESCAPED_)/;

/** The error that a status means; undefined for an answer that can be used (2xx, and 304 to a conditional request). */
export function classifyStatus(
  dependency: string,
  status: number,
  retryAfter: string | undefined,
  nowMs: number,
): OutboundError | undefined {
  if ((status >= 200 && status < 300) || status === 304) return undefined;
  const retryAfterMs = parseRetryAfter(retryAfter, nowMs);
  const options = { upstreamStatus: status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  const reason = `answered ${status}`;
  if (status === 429) return new RateLimitError(dependency, reason, options);
  if (status >= 500 || TRANSIENT_STATUS.has(status)) return new TransientError(dependency, reason, options);
  return new PermanentError(dependency, reason, { upstreamStatus: status });
}

/** The error that a failed connection or a broken answer means; names the code, not the address. */
export function classifyFailure(dependency: string, error: unknown): OutboundError {
  const code = errorCode(error);
  const reason = code === undefined ? "the call failed" : `the call failed with ${code}`;
  if (code !== undefined && PERMANENT_CODE.test(code)) return new PermanentError(dependency, reason, { cause: error });
  return new TransientError(dependency, reason, { cause: error });
}

/** Retry-After as milliseconds from now: seconds or an HTTP date (RFC 9110, 10.2.3). Undefined when absent or unreadable. */
export function parseRetryAfter(value: string | undefined, nowMs: number): number | undefined {
  const text = value?.trim();
  if (!text) return undefined;
  if (/^\d{1,9}$/.test(text)) return Number(text) * 1000;
  // Date.parse takes many things besides HTTP dates, "-5" among them; all HTTP dates name a weekday first.
  if (!/^[A-Za-z]{3,9},? /.test(text)) return undefined;
  const at = Date.parse(text);
  return Number.isNaN(at) ? undefined : Math.max(0, at - nowMs);
}

function errorCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  const { code } = error as NodeJS.ErrnoException;
  if (typeof code === "string") return code;
  // Several addresses were tried (happy eyeballs): the first failure stands for all.
  return error instanceof AggregateError ? errorCode(error.errors[0]) : undefined;
}
