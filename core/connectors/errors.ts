import { type OutboundErrorOptions, PermanentError, RateLimitError } from "../platform/http/errors.ts";

/** The token of a call is not taken (any more): it is replaced once, and the call repeated. A 401 means the same. */
export class TokenRefusedError extends PermanentError {
  override readonly name = "TokenRefusedError";
}

/** Neither token nor credentials are good: a person must consent anew, or give other credentials. */
export class NotAuthorizedError extends PermanentError {
  override readonly name = "NotAuthorizedError";
  constructor(dependency: string, reason = "it asks for a new authorization", options: OutboundErrorOptions = {}) {
    super(dependency, reason, options);
  }
}

/** Not sent: the account has no units left, or is to stay away, for longer than a call may wait. `retryAfterMs` says until when. */
export class BudgetSpentError extends RateLimitError {
  override readonly name = "BudgetSpentError";
  constructor(dependency: string, reason: string, retryAfterMs: number) {
    super(dependency, reason, { retryAfterMs });
  }
}

export const isTokenRefused = (error: unknown): error is PermanentError =>
  error instanceof TokenRefusedError ||
  (error instanceof PermanentError && !(error instanceof NotAuthorizedError) && error.upstreamStatus === 401);
