import type { Readable } from "node:stream";

export interface HttpRequest {
  /** Whom we call, as metrics and the circuit breaker know it: one breaker a dependency. */
  dependency: string;
  url: string;
  method?: "GET" | "HEAD" | "POST" | "PUT" | "PATCH" | "DELETE";
  headers?: Record<string, string>;
  body?: string;
  /** For the whole attempt up to the response's headers, and again between two chunks of its body. Default 30,000. */
  timeoutMs?: number;
  /** Attempts in all; default 4 for GET, HEAD, PUT and DELETE, 1 for what may not be repeated. */
  attempts?: number;
  /** The body is refused beyond this. */
  maxBytes?: number;
}

export interface HttpResponse {
  status: number;
  headers: Record<string, string>;
  body: Readable;
}

/** Calls to the outside, under one policy: docs/architecture.md, "Calls to the outside". */
export interface HttpClient {
  /**
   * A 2xx (or 304) answer, as a stream. Throws TransientError (after the retries), PermanentError or RateLimitError
   * (core/platform/http/errors.ts); CircuitOpenError at once while the dependency's breaker is open; and
   * PrivateAddressError for an address that is not on the public internet.
   */
  request(request: HttpRequest): Promise<HttpResponse>;
}
