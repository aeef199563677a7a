import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";

/**
 * What the app reads of a Request, over an event whose body is already in memory. The platform's own Request and
 * Response carry a stream, an abort signal and finalizers each; for a body of known size that is 70 µs a request,
 * measured, of the 500 that a request with one read takes.
 */
class EventRequest {
  readonly method: string;
  readonly url: string;
  readonly headers: Headers;
  readonly #event: APIGatewayProxyEventV2;

  constructor(event: APIGatewayProxyEventV2) {
    const host = event.requestContext.domainName ?? "localhost";
    const query = event.rawQueryString ? `?${event.rawQueryString}` : "";
    this.method = event.requestContext.http.method;
    this.url = `https://${host}${event.rawPath}${query}`;
    this.headers = headersOf(event);
    this.#event = event;
  }

  arrayBuffer(): Promise<Uint8Array> {
    return Promise.resolve(Buffer.from(this.#event.body ?? "", this.#event.isBase64Encoded ? "base64" : "utf8"));
  }
}

/** An API Gateway event (payload 2.0) as the request it stands for. */
export function requestOf(event: APIGatewayProxyEventV2): Request {
  // The app reads nothing else of a Request: the tests of the Lambda handler hold it to that.
  return new EventRequest(event) as unknown as Request;
}

/** A body on its way past Response: text, or bytes where it was compressed. */
export interface Payload {
  body?: string | Uint8Array;
}

/** The answer as API Gateway takes it; bytes travel as base64. */
export async function resultOf(response: Response, payload: Payload): Promise<APIGatewayProxyStructuredResultV2> {
  const headers: Record<string, string> = {};
  for (const [name, value] of response.headers) if (name !== "set-cookie") headers[name] = value;
  const body = payload.body ?? (response.body ? Buffer.from(await response.arrayBuffer()) : "");
  const result: APIGatewayProxyStructuredResultV2 = {
    statusCode: response.status,
    headers,
    body: typeof body === "string" ? body : Buffer.from(body).toString("base64"),
    isBase64Encoded: typeof body !== "string",
  };
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) result.cookies = cookies;
  return result;
}

function headersOf(event: APIGatewayProxyEventV2): Headers {
  const headers = new Headers();
  for (const name in event.headers) {
    const value = event.headers[name];
    if (value !== undefined) headers.set(name, latin1(value));
  }
  if (event.cookies) headers.set("cookie", event.cookies.join("; "));
  return headers;
}

/** API Gateway reads header bytes as UTF-8, but Headers takes only Latin-1: such a value is not one of ours, and only has to pass. */
function latin1(value: string): string {
  for (let at = 0; at < value.length; at++) if (value.charCodeAt(at) > 0xff) return encodeURIComponent(value);
  return value;
}
