import { Logger, LogLevelThreshold } from "@aws-lambda-powertools/logger";

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
const SECRET_TEXT = /(?:sk|whsec)_[A-Za-z0-9_+/=-]{8,}|Bearer\s+\S+/g;
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

export interface LogOptions {
  level: "DEBUG" | "INFO" | "WARN" | "ERROR";
  service: string;
  environment: string;
  /** Of the invocation under way, where Lambda traces it. */
  traceId?: () => string | undefined;
}

export function createLog(options: LogOptions): Log {
  const { level, service, environment } = options;
  return wrap(new Logger({ serviceName: service, logLevel: level, environment }), options, {});
}

function wrap(logger: Logger, options: LogOptions, bound: Fields): Log {
  const facts = (fields: Fields | undefined) => redact({ ...bound, ...fields }) as Fields;
  return {
    debug: (message, fields) => logger.debug(message, facts(fields)),
    info(message, fields) {
      if (logger.level <= LogLevelThreshold.INFO) writeInfo(options, message, facts(fields));
    },
    warn: (message, fields) => logger.warn(message, facts(fields)),
    error: (message, fields) => logger.error(message, facts(fields)),
    with: (fields) => wrap(logger, options, { ...bound, ...fields }),
  };
}

/**
 * Every request writes a line of this level, and the library takes 40 µs for it where the writing takes 10. So this one is
 * written as the library would: the same keys in the same order.
 */
function writeInfo({ service, traceId }: LogOptions, message: string, fields: Fields): void {
  const head = { level: "INFO", message, timestamp: new Date().toISOString(), service, sampling_rate: 0 };
  process.stdout.write(`${JSON.stringify({ ...head, xray_trace_id: traceId?.(), ...fields })}\n`);
}

export const NO_LOG: Log = { debug() {}, info() {}, warn() {}, error() {}, with: () => NO_LOG };
