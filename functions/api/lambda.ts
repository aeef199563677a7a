import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
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
    this.headers = { get: (name) => event.headers[name.toLowerCase()] ?? null };
    this.#event = event;
  }

  arrayBuffer(): Promise<Uint8Array> {
    return Promise.resolve(Buffer.from(this.#event.body ?? "", this.#event.isBase64Encoded ? "base64" : "utf8"));
  }
}

/** An API Gateway event (payload 2.0) as the request it stands for. */
export function requestOf(event: APIGatewayProxyEventV2): Request {
  // The app and Hono read nothing else of a Request: the tests of the Lambda handler hold them to that.
  return new EventRequest(event) as unknown as Request;
}

/** The answer as API Gateway takes it; bytes travel as base64. */
export function resultOf({ status, headers, body }: Reply): APIGatewayProxyStructuredResultV2 {
  const isBase64Encoded = typeof body !== "string";
  const text = isBase64Encoded ? Buffer.from(body).toString("base64") : body;
  return { statusCode: status, headers, body: text, isBase64Encoded };
}
