import { Logger } from "@aws-lambda-powertools/logger";

export type Fields = Record<string, unknown>;

/** Structured lines: a constant message, facts as fields. What carries secrets is redacted by field name. */
export interface Log {
  debug(message: string, fields?: Fields): void;
  info(message: string, fields?: Fields): void;
  warn(message: string, fields?: Fields): void;
  error(message: string, fields?: Fields): void;
  /** A log whose every line carries these fields: the request id, the organisation. */
  with(fields: Fields): Log;
}

const REDACTED = "[redacted]";
const SECRET_FIELD = /authorization|cookie|password|secret|token|api-?key|credential|signature/i;
/** Our own key format, wherever it turns up in text. */
const SECRET_TEXT = /sk_[A-Za-z0-9_-]{8,}|Bearer\s+\S+/g;
const MAX_DEPTH = 6;

/** A copy fit for a log: secret fields and key-shaped texts replaced, errors opened, depth bounded. */
export function redact(value: unknown, depth = 0): unknown {
  if (typeof value === "string") return value.replace(SECRET_TEXT, REDACTED);
  if (typeof value === "bigint") return value.toString();
  if (value === null || typeof value !== "object") return value;
  if (depth >= MAX_DEPTH) return "[deep]";
  if (value instanceof Error) return redactError(value, depth);
  if (value instanceof Date) return value.toISOString();
  if (value instanceof Uint8Array) return `[${value.length} bytes]`;
  if (Array.isArray(value)) return value.slice(0, 100).map((inner) => redact(inner, depth + 1));
  const copy: Fields = {};
  for (const [name, inner] of Object.entries(value))
    copy[name] = SECRET_FIELD.test(name) ? REDACTED : redact(inner, depth + 1);
  return copy;
}

function redactError(error: Error, depth: number): Fields {
  return {
    name: error.name,
    message: redact(error.message),
    stack: redact(error.stack ?? ""),
    ...(error.cause === undefined ? {} : { cause: redact(error.cause, depth + 1) }),
  };
}

export function createLog(options: {
  level: "DEBUG" | "INFO" | "WARN" | "ERROR";
  service: string;
  environment: string;
}): Log {
  const logger = new Logger({
    serviceName: options.service,
    logLevel: options.level,
    environment: options.environment,
  });
  return wrap(logger, {});
}

function wrap(logger: Logger, bound: Fields): Log {
  const line = (fields: Fields | undefined) => redact({ ...bound, ...fields }) as Fields;
  return {
    debug: (message, fields) => logger.debug(message, line(fields)),
    info: (message, fields) => logger.info(message, line(fields)),
    warn: (message, fields) => logger.warn(message, line(fields)),
    error: (message, fields) => logger.error(message, line(fields)),
    with: (fields) => wrap(logger, { ...bound, ...fields }),
  };
}

export const NO_LOG: Log = { debug() {}, info() {}, warn() {}, error() {}, with: () => NO_LOG };
