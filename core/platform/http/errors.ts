import { AppError, type ErrorCode } from "../errors.ts";

export interface OutboundErrorOptions {
  /** The status that the dependency answered with, where it answered. */
  upstreamStatus?: number;
  /** How long the dependency asks us to stay away, in milliseconds. */
  retryAfterMs?: number;
  cause?: unknown;
}

/** A call to the outside that failed. Messages name the dependency and the reason, never an address with its query or credentials. */
export class OutboundError extends AppError {
  override readonly name: string = "OutboundError";
  readonly dependency: string;
  readonly upstreamStatus: number | undefined;
  readonly retryAfterMs: number | undefined;

  constructor(
    code: ErrorCode,
    dependency: string,
    reason: string,
    options: OutboundErrorOptions & { retryable: boolean },
  ) {
    const { upstreamStatus, retryAfterMs, retryable, cause } = options;
    super(code, `${dependency}: ${reason}`, {
      retryable,
      details: { dependency, ...(upstreamStatus === undefined ? {} : { upstreamStatus }) },
      ...(retryAfterMs === undefined ? {} : { retryAfterSeconds: Math.ceil(retryAfterMs / 1000) }),
      ...(cause === undefined ? {} : { cause }),
    });
    this.dependency = dependency;
    this.upstreamStatus = upstreamStatus;
    this.retryAfterMs = retryAfterMs;
  }
}

/** The network, a timeout, 408, 425 or 5xx: the same call may succeed later. */
export class TransientError extends OutboundError {
  override readonly name = "TransientError";
  constructor(dependency: string, reason: string, options: OutboundErrorOptions = {}) {
    super("DEPENDENCY_UNAVAILABLE", dependency, reason, { ...options, retryable: true });
  }
}

/** The dependency refuses this very call, or answers what cannot be used: repeating it changes nothing. */
export class PermanentError extends OutboundError {
  override readonly name: string = "PermanentError";
  constructor(dependency: string, reason: string, options: OutboundErrorOptions = {}) {
    super("DEPENDENCY_UNAVAILABLE", dependency, reason, { ...options, retryable: false });
  }
}

/** 429. `retryAfterMs` is what the dependency asked for, where it said. */
export class RateLimitError extends OutboundError {
  override readonly name: string = "RateLimitError";
  constructor(dependency: string, reason: string, options: OutboundErrorOptions = {}) {
    super("DEPENDENCY_UNAVAILABLE", dependency, reason, { ...options, retryable: true });
  }
}

/** Not sent: the dependency failed too often in a row. `retryAfterMs` is when the next call will be let through. */
export class CircuitOpenError extends OutboundError {
  override readonly name = "CircuitOpenError";
  constructor(dependency: string, retryAfterMs: number) {
    super("DEPENDENCY_UNAVAILABLE", dependency, "the circuit breaker is open", { retryAfterMs, retryable: true });
  }
}

/** Not sent: the address is not on the public internet. The host is named, what it resolved to is not. */
export class PrivateAddressError extends OutboundError {
  override readonly name = "PrivateAddressError";
  constructor(dependency: string, host: string, options: { cause?: unknown } = {}) {
    super("VALIDATION_ERROR", dependency, `the host ${host} is not on the public internet`, {
      ...options,
      retryable: false,
    });
  }
}
