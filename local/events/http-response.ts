import type { ErrorCode } from "../../core/platform/errors.ts";
import { ERROR_STATUS } from "../../core/platform/errors.ts";

export interface HttpAnswer {
  status: number;
  headers: Record<string, string | string[]>;
  body: Buffer;
}

/** Lambda hands back no more than this, whatever API Gateway would take. */
export const LARGEST_ANSWER_BYTES = 6 * 1024 * 1024;

/** The function's answer as API Gateway reads it: without a statusCode the whole value is the JSON body of a 200. */
export function fromHttpResult(result: unknown): HttpAnswer {
  if (!isStructured(result)) {
    const body = Buffer.from(JSON.stringify(result ?? null));
    return { status: 200, headers: { "content-type": "application/json" }, body };
  }
  const headers: HttpAnswer["headers"] = {};
  for (const [name, value] of Object.entries(result.headers ?? {})) headers[name.toLowerCase()] = String(value);
  if (result.cookies?.length) headers["set-cookie"] = result.cookies;
  headers["content-type"] ??= "text/plain;charset=utf-8";
  const body = Buffer.from(result.body ?? "", result.isBase64Encoded ? "base64" : "utf8");
  if (body.length > LARGEST_ANSWER_BYTES) {
    throw new Error(`The function answered ${body.length} bytes; Lambda takes at most ${LARGEST_ANSWER_BYTES}`);
  }
  return { status: result.statusCode, headers, body };
}

interface Structured {
  statusCode: number;
  headers?: Record<string, string | number | boolean>;
  cookies?: string[];
  body?: string;
  isBase64Encoded?: boolean;
}

function isStructured(result: unknown): result is Structured {
  return typeof result === "object" && result !== null && typeof Reflect.get(result, "statusCode") === "number";
}

/** What the gateway itself refuses reads like every other error of the API. `nowMs` is milliseconds since the epoch. */
export function gatewayError(code: ErrorCode, message: string, requestId: string, nowMs: number): HttpAnswer {
  const envelope = { error: { code, message }, requestId, timestamp: new Date(nowMs).toISOString() };
  return {
    status: ERROR_STATUS[code],
    headers: { "content-type": "application/json", "x-request-id": requestId },
    body: Buffer.from(JSON.stringify(envelope)),
  };
}
