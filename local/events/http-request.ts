import { isUtf8 } from "node:buffer";
import type { IncomingMessage } from "node:http";
import type { APIGatewayProxyEventV2 } from "aws-lambda";

/** What API Gateway hands on as text; every other body comes as base64. */
const TEXT = /^(text\/|application\/(json|xml|javascript)\b|application\/[\w.-]+\+(json|xml)\b)/i;

const MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

export interface RequestFacts {
  requestId: string;
  routeKey: string;
  /** Milliseconds since the epoch. */
  nowMs: number;
}

/** An HTTP request as API Gateway's HTTP API gives it to Lambda (payload format 2.0). */
export function toHttpEvent(request: IncomingMessage, body: Buffer, facts: RequestFacts): APIGatewayProxyEventV2 {
  const url = request.url ?? "/";
  const mark = url.indexOf("?");
  const rawPath = mark < 0 ? url : url.slice(0, mark);
  const rawQueryString = mark < 0 ? "" : url.slice(mark + 1);
  const headers = joinHeaders(request);
  const domainName = headers["host"] ?? "localhost";
  const { cookie, ...rest } = headers;
  const query = joinQuery(rawQueryString);
  const asText = body.length > 0 && !headers["content-encoding"] && isText(headers["content-type"], body);

  return {
    version: "2.0",
    routeKey: facts.routeKey,
    rawPath,
    rawQueryString,
    ...(cookie ? { cookies: cookie.split(/; */) } : {}),
    headers: {
      ...rest,
      "x-forwarded-for": join(rest["x-forwarded-for"], request.socket.remoteAddress),
      "x-forwarded-port": String(request.socket.localPort ?? ""),
      "x-forwarded-proto": "http",
    },
    ...(query ? { queryStringParameters: query } : {}),
    requestContext: {
      accountId: "000000000000",
      apiId: "local",
      domainName,
      domainPrefix: domainName.split(".")[0] ?? domainName,
      http: {
        method: request.method ?? "GET",
        path: rawPath,
        protocol: `HTTP/${request.httpVersion}`,
        sourceIp: request.socket.remoteAddress ?? "127.0.0.1",
        userAgent: headers["user-agent"] ?? "",
      },
      requestId: facts.requestId,
      routeKey: facts.routeKey,
      stage: "$default",
      time: clfTime(facts.nowMs),
      timeEpoch: facts.nowMs,
    },
    ...(body.length > 0 ? { body: body.toString(asText ? "utf8" : "base64") } : {}),
    isBase64Encoded: body.length > 0 && !asText,
  };
}

/** Names in lower case, repeated headers joined by commas, cookies by semicolons. */
function joinHeaders(request: IncomingMessage): Record<string, string> {
  const headers: Record<string, string> = {};
  for (let at = 0; at < request.rawHeaders.length; at += 2) {
    const name = (request.rawHeaders[at] ?? "").toLowerCase();
    const value = decodeBytes(request.rawHeaders[at + 1] ?? "");
    const present = headers[name];
    headers[name] = present === undefined ? value : `${present}${name === "cookie" ? "; " : ","}${value}`;
  }
  return headers;
}

/** Node reads header bytes as Latin-1, API Gateway as UTF-8. */
function decodeBytes(value: string): string {
  return /[\u0080-\u00ff]/.test(value) ? Buffer.from(value, "latin1").toString("utf8") : value;
}

function joinQuery(rawQueryString: string): Record<string, string> | undefined {
  if (rawQueryString === "") return undefined;
  const query: Record<string, string> = {};
  for (const [name, value] of new URLSearchParams(rawQueryString)) query[name] = join(query[name], value);
  return query;
}

function join(present: string | undefined, value: string | undefined): string {
  return present === undefined ? (value ?? "") : `${present},${value ?? ""}`;
}

/** Text that is no UTF-8 would be damaged as a string, so it goes as base64 like any binary. */
function isText(contentType: string | undefined, body: Buffer): boolean {
  return TEXT.test(contentType ?? "text/plain") && isUtf8(body);
}

/** `12/Mar/2026:19:03:58 +0000` */
function clfTime(nowMs: number): string {
  const at = new Date(nowMs);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = `${two(at.getUTCDate())}/${MONTHS[at.getUTCMonth()]}/${at.getUTCFullYear()}`;
  return `${day}:${two(at.getUTCHours())}:${two(at.getUTCMinutes())}:${two(at.getUTCSeconds())} +0000`;
}
