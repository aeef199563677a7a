import type { IncomingMessage } from "node:http";
import { Readable } from "node:stream";
import { AddressRefused, type AddressGuard } from "./address-guard.ts";
import { readBody } from "./body.ts";
import { classifyFailure, classifyStatus } from "./classify.ts";
import type { HttpRequest, HttpResponse } from "./client.ts";
import { OutboundError, PermanentError, PrivateAddressError, TransientError } from "./errors.ts";
import { MAX_REDIRECTS, isRedirect, nextHop } from "./redirect.ts";
import type { Hop, Send } from "./send.ts";

const TIMEOUT_MS = 30_000;
const BODY_TIMEOUT_MS = 600_000;
const MAX_BYTES = 256 * 1024 * 1024;

/** The request as its first hop. Throws PermanentError for what is not an http(s) address. */
export function firstHop({ dependency, url, method = "GET", headers = {}, body }: HttpRequest): Hop {
  const parsed = URL.parse(url);
  if (!parsed || (parsed.protocol !== "https:" && parsed.protocol !== "http:")) {
    throw new PermanentError(dependency, "the address is not http or https");
  }
  const given = Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]);
  return {
    url: parsed,
    method,
    headers: { "user-agent": "stockwright", "accept-encoding": "gzip, br", ...Object.fromEntries(given) },
    ...(body === undefined ? {} : { body }),
  };
}

/** One attempt: through its redirects to a usable answer. Everything it throws is an OutboundError. */
export async function attempt(
  request: HttpRequest,
  first: Hop,
  { send, guard, now }: { send: Send; guard: AddressGuard; now: () => number },
): Promise<HttpResponse> {
  const { dependency, timeoutMs = TIMEOUT_MS } = request;
  const late = new AbortController();
  const timer = setTimeout(
    () => late.abort(new TransientError(dependency, `did not answer within ${timeoutMs} ms`)),
    timeoutMs,
  );
  let hop = first;
  try {
    for (let redirects = 0; redirects <= MAX_REDIRECTS; redirects++) {
      guard.check(hop.url);
      const answer = await send(hop, late.signal);
      if (request.anyAnswer || request.settle) return toResponse(request, hop, answer);
      const status = answer.statusCode ?? 0;
      if (isRedirect(status)) {
        answer.destroy();
        hop = nextHop(dependency, hop, status, answer.headers.location);
        continue;
      }
      const refusal = classifyStatus(dependency, status, answer.headers["retry-after"], now());
      if (!refusal) return toResponse(request, hop, answer);
      answer.destroy();
      throw refusal;
    }
    throw new PermanentError(dependency, `redirects more than ${MAX_REDIRECTS} times`);
  } catch (error) {
    if (error instanceof OutboundError) throw error;
    if (error instanceof AddressRefused) throw new PrivateAddressError(dependency, hop.url.hostname, { cause: error });
    throw classifyFailure(dependency, error);
  } finally {
    clearTimeout(timer);
  }
}

function toResponse(request: HttpRequest, hop: Hop, answer: IncomingMessage): HttpResponse {
  const { dependency, timeoutMs = TIMEOUT_MS, bodyTimeoutMs = BODY_TIMEOUT_MS, maxBytes = MAX_BYTES } = request;
  const status = answer.statusCode ?? 0;
  const headers = flatten(answer);
  if (hop.method === "HEAD" || status === 204 || status === 304) {
    answer.resume();
    return { status, headers, body: Readable.from([]) };
  }
  const isEncoded = !request.anyAnswer && headers["content-encoding"] !== undefined;
  if (!isEncoded && Number(headers["content-length"]) > maxBytes) {
    answer.destroy();
    throw new PermanentError(dependency, `announces more than ${maxBytes} bytes`);
  }
  const body = readBody(dependency, answer, {
    idleMs: timeoutMs,
    totalMs: bodyTimeoutMs,
    maxBytes,
    ...(request.anyAnswer ? { decode: false } : {}),
  });
  if (!isEncoded) return { status, headers, body };
  const { "content-encoding": _encoding, "content-length": _length, ...decoded } = headers;
  return { status, headers: decoded, body };
}

function flatten(answer: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(answer.headers)) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(", ") : value;
  }
  return headers;
}
