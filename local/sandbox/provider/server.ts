import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { text as readText } from "node:stream/consumers";
import { createFaults, type Fault, type FaultKind, type Faults, withWrongTypes } from "./faults.ts";

/** A call as a provider meets it. */
export interface Asked {
  method: string;
  path: string;
  query: URLSearchParams;
  /** By its name in lower case. */
  header: (name: string) => string | undefined;
  body: string;
  /** Faults that only who pages can bring about. */
  pageFault?: "duplicatedPage" | "missingPage";
  /** Milliseconds since the epoch. */
  now: number;
}

/** `body` leaves as JSON, or as it is where it is a text. */
export interface Answered {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface ProviderOptions {
  /** Of loopback; 0 for any that is free. */
  port?: number;
  now?: () => number;
  answer: (asked: Asked) => Answered | Promise<Answered>;
  /** As the provider words its errors. */
  errorBody: (status: number, message: string) => unknown;
  /** What it answers to a token that has expired; 401 where absent. */
  expired?: Answered;
  /** Calls that it refuses as over its limits; kept by the provider itself. */
  isOverLimit?: (asked: Asked) => { retryAfterSeconds?: number } | undefined;
  /** Called after each call that may have changed what it knows. */
  save?: () => void;
}

export interface Call {
  at: number;
  method: string;
  path: string;
  query: string;
  status: number;
}

/** A server that speaks a provider's protocol, and breaks it on demand: docs/sandbox.md. */
export interface Provider {
  url: string;
  faults: Faults;
  /** What it was asked, the latest last. */
  calls: Call[];
  stop(): Promise<void>;
}

const KEPT_CALLS = 100_000;
const JSON_TYPE = { "content-type": "application/json; charset=utf-8" };

export async function startProvider(options: ProviderOptions): Promise<Provider> {
  const { now = Date.now, answer, errorBody, expired, isOverLimit, save } = options;
  const faults = createFaults();
  const calls: Call[] = [];
  const open = new Set<ServerResponse>();

  const server = createServer((request, response) => {
    open.add(response);
    response.on("close", () => open.delete(response));
    serve(request, response).catch((error: unknown) => {
      if (!response.headersSent) response.writeHead(500, JSON_TYPE);
      response.end(JSON.stringify(errorBody(500, error instanceof Error ? error.message : "fault")));
    });
  });

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const at = new URL(request.url ?? "/", "http://sandbox.invalid");
    const body = await readText(request);
    const { method = "GET" } = request;
    if (at.pathname === "/sandbox/faults" && method === "POST") {
      faults.set(JSON.parse(body) as Fault[]);
      response.writeHead(204).end();
      return;
    }
    if (at.pathname === "/sandbox/calls") {
      response.writeHead(200, JSON_TYPE).end(JSON.stringify(calls));
      return;
    }
    const header = (name: string) => {
      const value = request.headers[name];
      return Array.isArray(value) ? value[0] : value;
    };
    const asked: Asked = { method, path: at.pathname, query: at.searchParams, header, body, now: now() };
    const fault = faults.next(`${method} ${at.pathname}`);
    const status = await respond(asked, response, fault);
    save?.();
    calls.push({ at: asked.now, method, path: at.pathname, query: at.search, status });
    if (calls.length > KEPT_CALLS) calls.splice(0, KEPT_CALLS / 2);
  }

  /** Returns the status that the caller saw; 0 where it saw none. */
  async function respond(asked: Asked, response: ServerResponse, fault: Fault | undefined): Promise<number> {
    const over = isOverLimit?.(asked);
    if (fault?.kind === "rateLimited" || over) {
      const seconds = over ? over.retryAfterSeconds : fault?.retryAfterSeconds;
      const retryAfter = seconds === undefined ? {} : { "retry-after": String(seconds) };
      return write(response, { status: 429, body: errorBody(429, "Too many requests"), headers: retryAfter });
    }
    if (fault?.kind === "timeout") return 0;
    if (fault?.kind === "disconnect") {
      response.destroy();
      return 0;
    }
    if (fault?.kind === "serverError") return write(response, { status: 503, body: errorBody(503, "Unavailable") });
    if (fault?.kind === "permanent") return write(response, { status: 400, body: errorBody(400, "Bad request") });
    if (fault?.kind === "expiredToken")
      return write(response, expired ?? { status: 401, body: errorBody(401, "The token has expired") });
    const isPage = fault?.kind === "duplicatedPage" || fault?.kind === "missingPage";
    const answered = await answer(isPage ? { ...asked, pageFault: fault.kind as "duplicatedPage" } : asked);
    return write(response, answered, fault?.kind);
  }

  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(options.port ?? 0, "127.0.0.1", resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    faults,
    calls,
    stop: () => {
      // Those that were to wait for ever, too.
      for (const response of open) response.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

const DRIP_MS = 20;

function write(response: ServerResponse, { status, body, headers = {} }: Answered, fault?: FaultKind): number {
  if (body === undefined) {
    response.writeHead(status, headers).end();
    return status;
  }
  const isText = typeof body === "string";
  const whole = isText ? body : JSON.stringify(fault === "wrongTypes" ? withWrongTypes(body) : body);
  const bytes = Buffer.from(fault === "malformedJson" ? `${whole.slice(0, -2)},,` : whole);
  const type = isText ? { "content-type": "text/plain; charset=utf-8" } : JSON_TYPE;
  response.writeHead(status, { ...type, "content-length": String(bytes.length), ...headers });
  if (fault === "halfAnswer") {
    response.write(bytes.subarray(0, Math.floor(bytes.length / 2)), () => response.destroy());
    return status;
  }
  if (fault !== "slowDrip") {
    response.end(bytes);
    return status;
  }
  let sent = 0;
  const drip = setInterval(() => {
    if (sent >= bytes.length || response.destroyed) {
      clearInterval(drip);
      response.end();
      return;
    }
    response.write(bytes.subarray(sent, sent + 1));
    sent++;
  }, DRIP_MS);
  return status;
}
