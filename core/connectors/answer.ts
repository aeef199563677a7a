import { text as readText } from "node:stream/consumers";
import type { ZodType } from "zod";
import { classifyStatus } from "../platform/http/classify.ts";
import type { HttpResponse } from "../platform/http/client.ts";
import { type OutboundError, PermanentError, TransientError } from "../platform/http/errors.ts";
import { NotAuthorizedError } from "./errors.ts";
import type { WireAnswer } from "./wire.ts";

const MAX_PATH = 160;

/** The answer with its body read: JSON where it is some, otherwise the text. */
export async function wireAnswerOf({ status, headers, body }: HttpResponse): Promise<WireAnswer> {
  const text = await readText(body);
  return { status, headers, body: text === "" ? undefined : jsonOrText(text) };
}

/** Whole numbers beyond what a double holds exactly come as their text: ids are not rounded. */
function jsonOrText(text: string): unknown {
  try {
    return /\d{16}/.test(text) ? JSON.parse(text, exactly) : JSON.parse(text);
  } catch {
    return text;
  }
}

function exactly(_name: string, value: unknown, context?: { source?: string }): unknown {
  const isRounded = Number.isInteger(value) && !Number.isSafeInteger(value);
  return isRounded && context?.source !== undefined && /^-?\d+$/.test(context.source) ? context.source : value;
}

/** The error that an answer means by its status; undefined where it can be used. */
export function errorOfStatus(dependency: string, { status, headers }: WireAnswer, now: number) {
  return classifyStatus(dependency, status, headers["retry-after"], now);
}

/** What an answer holds is not what the provider documents: it names the place, never the value. */
export class UnreadableAnswer extends Error {
  override readonly name = "UnreadableAnswer";
  readonly isText: boolean;
  constructor(message: string, isText: boolean) {
    super(message);
    this.isText = isText;
  }

  /** As an error of a call: of a moment while it may be asked again, otherwise for good. */
  as(kind: "transient" | "permanent", dependency: string, upstreamStatus: number): OutboundError {
    return kind === "transient"
      ? new TransientError(dependency, this.message, { upstreamStatus })
      : new PermanentError(dependency, this.message, { upstreamStatus });
  }
}

/** The body as the schema says. Throws UnreadableAnswer. */
export function readAs<T>({ body }: WireAnswer, schema: ZodType<T>): T {
  const read = schema.safeParse(body);
  if (read.success) return read.data;
  const [issue] = read.error.issues;
  if (typeof body === "string") throw new UnreadableAnswer("answered what is not JSON", true);
  const path = issue?.path.map(String).join(".").slice(0, MAX_PATH) || "(whole)";
  throw new UnreadableAnswer(`answered what it does not document: ${path} (${issue?.code ?? "invalid"})`, false);
}

/** An OAuth error's code, where it is one: providers put addresses and more into the descriptions. */
function oauthCode(body: unknown): string | undefined {
  const code = typeof body === "object" && body !== null && "error" in body ? body.error : undefined;
  return typeof code === "string" && /^[a-z_]{1,60}$/.test(code) ? code : undefined;
}

/**
 * A token endpoint's answer as the schema says. Throws NotAuthorizedError where it refuses (400, 401 and 403), and
 * PermanentError for what it does not document.
 */
export function readTokenAnswer<T>(dependency: string, answer: WireAnswer, schema: ZodType<T>): T {
  const { status, body } = answer;
  if (status === 400 || status === 401 || status === 403) {
    const code = oauthCode(body);
    const reason = `it refuses the credentials with ${status}${code === undefined ? "" : ` ${code}`}`;
    throw new NotAuthorizedError(dependency, reason, { upstreamStatus: status });
  }
  const refusal = errorOfStatus(dependency, answer, 0);
  if (refusal) throw refusal;
  try {
    return readAs(answer, schema);
  } catch (error) {
    throw error instanceof UnreadableAnswer ? error.as("permanent", dependency, status) : error;
  }
}
