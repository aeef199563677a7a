import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { CLIENT_ADDRESS } from "./client-address.ts";
import type { Reply } from "./reply.ts";

/** What the app reads of a Request, over an event whose body is already in memory: reply.ts says what that saves. */
class EventRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: { get(name: string): string | null };
  readonly #event: APIGatewayProxyEventV2;

  constructor(event: APIGatewayProxyEventV2) {
    const host = event.requestContext.domainName ?? "localhost";
    const query = event.rawQueryString ? `?${event.rawQueryString}` : "";
    this.method = event.requestContext.http.method;
    this.url = `https://${host}${event.rawPath}${query}`;
    // API Gateway writes header names in lower case.
    this.headers = { get: (name) => headerOf(event, name.toLowerCase()) };
    this.#event = event;
  }

  arrayBuffer(): Promise<Uint8Array> {
    return Promise.resolve(Buffer.from(this.#event.body ?? "", this.#event.isBase64Encoded ? "base64" : "utf8"));
  }
}

/** API Gateway keeps cookies apart, and knows the caller's address where a header could claim any. */
function headerOf(event: APIGatewayProxyEventV2, name: string): string | null {
  if (name === CLIENT_ADDRESS) return event.requestContext.http.sourceIp || null;
  if (name === "cookie") return event.cookies?.join("; ") ?? event.headers["cookie"] ?? null;
  return event.headers[name] ?? null;
}

/** An API Gateway event (payload 2.0) as the request it stands for. */
export function requestOf(event: APIGatewayProxyEventV2): Request {
  // The app and Hono read nothing else of a Request: the tests of the Lambda handler hold them to that.
  return new EventRequest(event) as unknown as Request;
}

/** The answer as API Gateway takes it; bytes travel as base64. */
export function resultOf({ status, headers, body, cookies }: Reply): APIGatewayProxyStructuredResultV2 {
  const isBase64Encoded = typeof body !== "string";
  const text = isBase64Encoded ? Buffer.from(body).toString("base64") : body;
  const own = cookies.length > 0 ? { cookies: [...cookies] } : {};
  return { statusCode: status, headers, ...own, body: text, isBase64Encoded };
}
