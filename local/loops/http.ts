import { randomUUID } from "node:crypto";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Duplex } from "node:stream";
import { HTTP } from "../../stacks/definitions.ts";
import { toHttpEvent } from "../events/http-request.ts";
import { fromHttpResult, gatewayError, type HttpAnswer } from "../events/http-response.ts";
import { FunctionTimeoutError, type Invoke } from "../machine/functions.ts";
import { BodyTooLargeError, readBody } from "./http-body.ts";
import type { Say } from "../machine/say.ts";

export interface HttpOptions {
  api: Invoke;
  docs: Invoke;
  /** 0 takes any free port. */
  port: number;
  say: Say;
  /** Called after a request that may have written, so that its stream records need not wait for the next poll. */
  onWork?: () => void;
}

export interface HttpLoop {
  port: number;
  /** Takes no new connection; resolves when the requests in flight are answered, or after `withinMs`. */
  stop(withinMs: number): Promise<void>;
}

/** The port is somebody else's. */
export class PortTakenError extends Error {
  override readonly name = "PortTakenError";
  constructor(port: number) {
    super(`Port ${port} is in use. Stop what listens there, or choose another: PORT=${port + 10} npm start`);
  }
}

const KEEP_ALIVE_MS = 30_000;

/** Listens on 127.0.0.1 and calls the HTTP functions as API Gateway would. Throws PortTakenError. */
export async function startHttp(options: HttpOptions): Promise<HttpLoop> {
  let stopping = false;
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    void serve(request, response);
  });
  const serve = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const answer = await answerTo(request, randomUUID(), options);
    // Else the client would keep the connection, and the stop would wait for it.
    if (stopping) response.setHeader("connection", "close");
    send(answer, request, response, options);
  };
  server.on("clientError", refuseMalformed);
  await listen(server, options.port);
  return {
    port: (server.address() as AddressInfo).port,
    stop: (withinMs) =>
      new Promise((resolve) => {
        stopping = true;
        const timer = setTimeout(() => server.closeAllConnections(), withinMs);
        server.close(() => {
          clearTimeout(timer);
          resolve();
        });
        server.closeIdleConnections();
      }),
  };
}

function listen(server: Server, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(error.code === "EADDRINUSE" ? new PortTakenError(port) : error),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
}

function send(answer: HttpAnswer, request: IncomingMessage, response: ServerResponse, { say }: HttpOptions): void {
  if (response.destroyed) return;
  try {
    response.writeHead(answer.status, { ...answer.headers, "content-length": answer.body.length });
    response.end(answer.body);
  } catch (error) {
    say(`${request.method} ${request.url}: the function's headers cannot be sent`, error);
    response.destroy();
  }
}

async function answerTo(request: IncomingMessage, requestId: string, options: HttpOptions): Promise<HttpAnswer> {
  const route = routeOf(request);
  const refuse = (...[code, message]: [Parameters<typeof gatewayError>[0], string]) =>
    gatewayError(code, message, requestId, Date.now());
  try {
    const body = await readBody(request);
    const event = toHttpEvent(request, body, { requestId, routeKey: HTTP[route].route, nowMs: Date.now() });
    const result = fromHttpResult(await options[route](event, requestId));
    if (request.method !== "GET" && request.method !== "HEAD") options.onWork?.();
    return result;
  } catch (error) {
    if (error instanceof BodyTooLargeError) return refuse("PAYLOAD_TOO_LARGE", error.message);
    options.say(`${request.method} ${request.url} failed`, error);
    if (error instanceof FunctionTimeoutError) {
      return refuse("DEPENDENCY_UNAVAILABLE", "The request took too long and was given up");
    }
    return refuse("INTERNAL_ERROR", "Internal server error");
  }
}

/** The two routes of the definitions: the documentation's, and everything else. */
function routeOf({ method, url = "/" }: IncomingMessage): "api" | "docs" {
  const [path = "/"] = url.split("?", 1);
  return method === "GET" && (path === "/docs" || path.startsWith("/docs/")) ? "docs" : "api";
}

/** Bytes that are no HTTP get the same error shape as everything else. */
function refuseMalformed(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (error.code === "ECONNRESET" || !socket.writable) return void socket.destroy();
  const large = error.code === "HPE_HEADER_OVERFLOW";
  const status = large ? "431 Request Header Fields Too Large" : "400 Bad Request";
  const message = large ? "The request's headers are too large" : "The request is not valid HTTP";
  const { body } = gatewayError("VALIDATION_ERROR", message, randomUUID(), Date.now());
  socket.end(
    `HTTP/1.1 ${status}\r\ncontent-type: application/json\r\ncontent-length: ${body.length}\r\nconnection: close\r\n\r\n${body.toString()}`,
  );
}
