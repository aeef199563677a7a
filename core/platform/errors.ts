/**
 * Every error that a caller may see. The code says what happened, `retryable` whether the same call may succeed later.
 * Anything else that is thrown is a fault of ours: it is logged whole and answered as INTERNAL_ERROR, never with its text.
 */
export const ERROR_STATUS = {
  VALIDATION_ERROR: 400,
  INVALID_PRICING: 400,
  INVALID_CURSOR: 400,
  INVALID_SIGNATURE: 400,
  UNAUTHENTICATED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  METHOD_NOT_ALLOWED: 405,
  PRODUCT_SKU_EXISTS: 409,
  NAME_EXISTS: 409,
  VERSION_CONFLICT: 409,
  STATE_CONFLICT: 409,
  INSUFFICIENT_STOCK: 409,
  UPLOAD_EXPIRED: 410,
  PAYLOAD_TOO_LARGE: 413,
  UNSUPPORTED_MEDIA_TYPE: 415,
  IDEMPOTENCY_MISMATCH: 422,
  RATE_LIMITED: 429,
  INTERNAL_ERROR: 500,
  FEATURE_DISABLED: 503,
  DEPENDENCY_UNAVAILABLE: 503,
} as const;

export type ErrorCode = keyof typeof ERROR_STATUS;

export interface ErrorOptions {
  details?: unknown;
  /** The input field at fault, as a dotted path (`lines.0.quantity`). */
  field?: string;
  retryable?: boolean;
  /** Seconds after which a retry is worth it. */
  retryAfterSeconds?: number;
  cause?: unknown;
}

export class AppError extends Error {
  override readonly name: string = "AppError";
  readonly code: ErrorCode;
  readonly details: unknown;
  readonly field: string | undefined;
  readonly retryable: boolean;
  readonly retryAfterSeconds: number | undefined;

  constructor(code: ErrorCode, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.details = options.details;
    this.field = options.field;
    this.retryable = options.retryable ?? false;
    this.retryAfterSeconds = options.retryAfterSeconds;
  }

  get status(): number {
    return ERROR_STATUS[this.code];
  }
}

export class NotFoundError extends AppError {
  override readonly name = "NotFoundError";
  /** `what` is the noun as users know it ("Product"); another tenant's id reads exactly the same. */
  constructor(what: string, id: string) {
    super("NOT_FOUND", `${what} not found`, { details: { id } });
  }
}

export class ForbiddenError extends AppError {
  override readonly name = "ForbiddenError";
  constructor(permission: string) {
    super("FORBIDDEN", `This needs the permission ${permission}`, { details: { permission } });
  }
}

export class VersionConflictError extends AppError {
  override readonly name = "VersionConflictError";
  constructor(what: string, id: string, expected: number, current?: number) {
    super("VERSION_CONFLICT", `${what} was changed by someone else: read it again and repeat the change`, {
      details: { id, expected, ...(current === undefined ? {} : { current }) },
    });
  }
}

export class DependencyError extends AppError {
  override readonly name = "DependencyError";
  constructor(dependency: string, message: string, options: { cause?: unknown; retryAfterSeconds?: number } = {}) {
    super("DEPENDENCY_UNAVAILABLE", message, { ...options, retryable: true, details: { dependency } });
  }
}

/** Of what is read whole wherever it is used: more would be left out in silence. */
export function tooMany(most: number, what: string): AppError {
  return new AppError("STATE_CONFLICT", `There are ${most} ${what}, which is as many as are used`, {
    details: { most },
  });
}

/** Why a value was refused: `path` is dotted, `code` is machine-readable. */
export interface Fault {
  path: string;
  code: string;
  message: string;
}

export class ValidationError extends AppError {
  override readonly name = "ValidationError";
  readonly faults: Fault[];
  constructor(faults: Fault[], message = "Invalid request data") {
    const [first] = faults;
    super("VALIDATION_ERROR", message, { details: faults, ...(first?.path ? { field: first.path } : {}) });
    this.faults = faults;
  }
}
