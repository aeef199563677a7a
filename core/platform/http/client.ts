import type { Readable } from "node:stream";

export interface HttpRequest {
  /** Whom we call, as errors and metrics name it: from a bounded set. There is one breaker a dependency and origin. */
  dependency: string;
  /** http: or https:. */
  url: string;
  method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  headers?: Record<string, string>;
  body?: string;
  /** For one attempt up to the response's headers, redirects included, and again for each wait for a chunk of its body. Default 30,000. */
  timeoutMs?: number;
  /** For the whole body, so that a server that drips cannot hold a worker. Default 600,000. */
  bodyTimeoutMs?: number;
  /** Attempts in all; default 4 for GET, HEAD, PUT and DELETE, 1 for what may not be repeated. */
  attempts?: number;
  /** The decoded body is refused beyond this. Default 268,435,456 (256 MiB). */
  maxBytes?: number;
  /**
   * An answer of any status is returned, redirects among them, which are not followed; the body comes as it was sent,
   * still encoded. For whom the answer itself is what is wanted. Only what cannot be sent, or gets no answer, throws.
   */
  anyAnswer?: boolean;
  /**
   * Reads an answer of any status as a part of the attempt: what it throws counts for the breaker and is repeated as if
   * the call itself had failed. The body comes decoded, redirects are not followed, and nothing is left to read after it.
   */
  settle?: (answer: HttpResponse) => Promise<void>;
}

export interface HttpResponse {
  status: number;
  /** Names in lower case; of the body as it is read here: content-encoding and its length are gone when it was decoded. */
  headers: Record<string, string>;
  /**
   * Must be read to its end or destroyed. Fails with TransientError when it stalls or breaks off, with PermanentError
   * beyond maxBytes; neither is retried here, since the reader has already begun.
   */
  body: Readable;
}

/** Calls to the outside, under one policy: docs/architecture.md, "Calls to the outside". */
export interface HttpClient {
  /**
   * A 2xx (or 304) answer, as a stream, after at most five redirects. Throws TransientError or RateLimitError (after the
   * retries, or at once when asked to stay away for longer than a minute), PermanentError at once, CircuitOpenError
   * unsent while the breaker is open, and PrivateAddressError for an address that is not on the public internet
   * (core/platform/http/errors.ts).
   */
  request(request: HttpRequest): Promise<HttpResponse>;
}
