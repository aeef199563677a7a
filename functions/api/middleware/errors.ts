import { HTTPException } from "hono/http-exception";
import { ZodError } from "zod";
import type { Resources } from "../../../core/platform/context.ts";
import { AppError, type ErrorCode, ValidationError } from "../../../core/platform/errors.ts";
import { faultsOf } from "../../../core/platform/parse.ts";
import type { ApiContext } from "../api-env.ts";
import { sendJson } from "../respond.ts";

/** The one mapping from what was thrown to what is answered. What is not ours to explain is logged whole and hidden. */
export function errorEnvelope({ log, metrics, now }: Pick<Resources, "log" | "metrics" | "now">) {
  return (error: unknown, c: ApiContext, headers: Record<string, string> = {}): Response => {
    const shown = asAppError(error);
    const requestId = c.get("requestId");
    const endpoint = c.get("route") ?? "unmatched";
    c.set("errorCode", shown.code);
    metrics.count("api_errors_total", { endpoint, error_type: shown.code });
    if (shown.status >= 500) log.error("Request failed", { requestId, endpoint, error });
    const body = {
      error: {
        code: shown.code,
        message: shown.message,
        ...(shown.details === undefined ? {} : { details: shown.details }),
        ...(shown.field === undefined ? {} : { field: shown.field }),
      },
      requestId,
      timestamp: new Date(now()).toISOString(),
    };
    return sendJson(c, metrics, shown.status, body, { ...headers, ...headersOf(shown) });
  };
}

function headersOf(error: AppError): Record<string, string> {
  return {
    "cache-control": "no-store",
    ...(error.code === "UNAUTHENTICATED" ? { "www-authenticate": "Bearer" } : {}),
    ...(error.retryAfterSeconds === undefined ? {} : { "retry-after": String(Math.ceil(error.retryAfterSeconds)) }),
  };
}

const BY_STATUS = new Map<number, ErrorCode>([
  [400, "VALIDATION_ERROR"],
  [401, "UNAUTHENTICATED"],
  [403, "FORBIDDEN"],
  [404, "NOT_FOUND"],
  [405, "METHOD_NOT_ALLOWED"],
  [413, "PAYLOAD_TOO_LARGE"],
  [415, "UNSUPPORTED_MEDIA_TYPE"],
  [429, "RATE_LIMITED"],
]);

export function asAppError(error: unknown): AppError {
  if (error instanceof AppError) return error;
  if (error instanceof ZodError) return new ValidationError(faultsOf(error));
  if (error instanceof HTTPException) {
    const code = BY_STATUS.get(error.status);
    if (code) return new AppError(code, error.message || "The request was refused", { cause: error });
  }
  return new AppError("INTERNAL_ERROR", "Something went wrong on our side. Quote the request id when you report it", {
    cause: error,
  });
}
