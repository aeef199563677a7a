import { AppError } from "../platform/errors.ts";
import { PermanentError, RateLimitError, TransientError } from "../platform/http/errors.ts";
import { parseRetryAfter } from "../platform/http/classify.ts";
import { type Json, record, text } from "./json.ts";

const STRIPE = "stripe";

/** Stripe understood the call and refuses it: a card that was declined, an amount that is too small. Repeating it changes nothing. */
export class StripeRefusal extends AppError {
  override readonly name = "StripeRefusal";
  readonly upstreamStatus: number;
  /** Stripe's own word: `resource_missing`, `amount_too_small`. */
  readonly stripeCode: string | undefined;
  constructor(status: number, error: Json) {
    const code = text(error["code"]);
    const type = text(error["type"]);
    const said = text(error["message"]) ?? `it answered ${status}`;
    super("STATE_CONFLICT", `Stripe refuses this: ${said}`, { details: { dependency: STRIPE, type, code } });
    this.upstreamStatus = status;
    this.stripeCode = code;
  }
}

/**
 * What an answer other than 2xx means. `card_error` and `invalid_request_error` are permanent; 429, a lock and whatever
 * is Stripe's own fault pass; a key that is not taken is for whoever runs this instance.
 */
export function stripeError(
  { status, headers, body }: { status: number; headers: Record<string, string>; body: Json },
  nowMs: number,
): AppError {
  const error = record(body["error"]);
  const type = text(error["type"]);
  const retryAfterMs = parseRetryAfter(headers["retry-after"], nowMs);
  const options = { upstreamStatus: status, ...(retryAfterMs === undefined ? {} : { retryAfterMs }) };
  if (status === 401 || status === 403)
    return new PermanentError(STRIPE, "it does not take STRIPE_SECRET_KEY", { upstreamStatus: status });
  if (status === 429 && error["code"] !== "lock_timeout")
    return new RateLimitError(STRIPE, `answered ${status}`, options);
  if (type === "idempotency_error" && status === 400)
    return new PermanentError(STRIPE, "an Idempotency-Key was used for another call", { upstreamStatus: status });
  // 409: a call with the same key is under way, or another one holds the object.
  if (status >= 500 || status === 409 || status === 429 || type === "api_error")
    return new TransientError(STRIPE, `answered ${status}`, options);
  if (status >= 400) return new StripeRefusal(status, error);
  return new PermanentError(STRIPE, `answered ${status}`, { upstreamStatus: status });
}

/** Stripe has no such object: not one of this account, or of the other mode. */
export const isMissing = (error: unknown): boolean =>
  error instanceof StripeRefusal && (error.stripeCode === "resource_missing" || error.upstreamStatus === 404);
