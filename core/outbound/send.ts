import type { Readable } from "node:stream";
import type { Context } from "../platform/context.ts";
import { parseRetryAfter } from "../platform/http/classify.ts";
import { CircuitOpenError, OutboundError, PrivateAddressError } from "../platform/http/errors.ts";
import type { Attempt, Delivery, Failure } from "./delivery.ts";
import type { Endpoint } from "./endpoint.ts";
import { signingSecrets } from "./secrets.ts";
import { signatureHeaders } from "./signature.ts";

export const TIMEOUT_MS = 15_000;
/** Of an answer this much is kept, and no more is read. */
const EXCERPT_BYTES = 1_024;
/** The status has decided; for the text nobody waits long. */
const EXCERPT_MS = 2_000;
const MAX_HEADERS = 20;
const MAX_HEADER_CHARACTERS = 200;

const DEPENDENCY = "webhook endpoint";
const GONE = 410;

/** What came of a request. `unsent` was held back by the breaker: the receiver has heard nothing. */
export type Outcome =
  | { kind: "delivered"; attempt: Attempt }
  | { kind: "failed"; attempt: Attempt; failure: Failure; isGone: boolean; retryAfterMs: number }
  | { kind: "unsent"; retryAfterMs: number };

/** One signed POST. Redirects are not followed: the receiver would be another than the one that was named. */
export async function send(
  ctx: Context,
  endpoint: Endpoint,
  { eventId, body, attempts }: Delivery,
  timeoutMs = TIMEOUT_MS,
): Promise<Outcome> {
  const startedAt = ctx.now();
  const timestamp = Math.floor(startedAt / 1000);
  const signature = signatureHeaders(signingSecrets(ctx, endpoint), { id: eventId, timestamp, body });
  const headers = {
    "content-type": "application/json",
    "user-agent": `Stockwright-Webhooks/${ctx.config.version}`,
    "accept-encoding": "identity",
    ...signature,
  };
  const { "webhook-signature": _signature, ...shown } = headers as Record<string, string>;
  const began = performance.now();
  const record = (rest: Partial<Attempt>): Attempt => ({
    number: attempts,
    at: new Date(startedAt).toISOString(),
    durationMs: Math.round(performance.now() - began),
    request: { url: endpoint.url, headers: shown },
    ...rest,
  });
  const failed = (failure: Failure, rest: Partial<Attempt> = {}, isGone = false, retryAfterMs = 0): Outcome => ({
    kind: "failed",
    attempt: record({ ...rest, error: failure }),
    failure,
    isGone,
    retryAfterMs,
  });
  try {
    const answer = await ctx.http.request({
      dependency: DEPENDENCY,
      url: endpoint.url,
      method: "POST",
      headers,
      body,
      attempts: 1,
      timeoutMs,
      bodyTimeoutMs: Math.min(EXCERPT_MS, timeoutMs),
      // What it announces is its affair: no more than the excerpt is read.
      maxBytes: Number.MAX_SAFE_INTEGER,
      anyAnswer: true,
    });
    const { status } = answer;
    const text = await excerpt(answer.body);
    const response = { status, headers: headersOf(answer.headers), body: text };
    if (status >= 200 && status < 300) return { kind: "delivered", attempt: record({ response }) };
    const failure = { code: "BAD_STATUS", message: `The receiver answered ${status}` };
    const retryAfterMs = parseRetryAfter(answer.headers["retry-after"], ctx.now()) ?? 0;
    return failed(failure, { response }, status === GONE, retryAfterMs);
  } catch (error) {
    if (error instanceof CircuitOpenError) return { kind: "unsent", retryAfterMs: error.retryAfterMs ?? 1_000 };
    if (!(error instanceof OutboundError)) throw error;
    const code = error instanceof PrivateAddressError ? "PRIVATE_ADDRESS" : "NO_ANSWER";
    return failed({ code, message: error.message.replace(`${DEPENDENCY}: `, "") });
  }
}

/** The beginning of the body as text; what breaks off or stalls ends it. */
async function excerpt(body: Readable): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of body as AsyncIterable<Buffer>) {
      chunks.push(chunk.subarray(0, EXCERPT_BYTES - bytes));
      bytes += chunk.length;
      if (bytes >= EXCERPT_BYTES) break;
    }
  } catch (error) {
    if (!(error instanceof OutboundError)) throw error;
  } finally {
    body.destroy();
  }
  return Buffer.concat(chunks).toString("utf8");
}

function headersOf(headers: Record<string, string>): Record<string, string> {
  const kept = Object.entries(headers)
    .filter(([name]) => name !== "set-cookie")
    .slice(0, MAX_HEADERS);
  return Object.fromEntries(kept.map(([name, value]) => [name, value.slice(0, MAX_HEADER_CHARACTERS)]));
}
