import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";

/** An API Gateway event (payload 2.0) as the request it stands for. */
export function requestOf(event: APIGatewayProxyEventV2): Request {
  const { method } = event.requestContext.http;
  const host = event.requestContext.domainName ?? event.headers["host"] ?? "localhost";
  const query = event.rawQueryString === "" ? "" : `?${event.rawQueryString}`;
  const headers = new Headers();
  for (const name in event.headers) {
    const value = event.headers[name];
    if (value !== undefined) headers.set(name, latin1(value));
  }
  if (event.cookies) headers.set("cookie", event.cookies.join("; "));
  const hasBody = event.body !== undefined && method !== "GET" && method !== "HEAD";
  const body = hasBody
    ? { body: event.isBase64Encoded ? Buffer.from(event.body ?? "", "base64") : (event.body ?? "") }
    : {};
  return new Request(`https://${host}${event.rawPath}${query}`, { method, headers, ...body });
}

/** A response as API Gateway takes it; what was compressed travels as base64. */
export async function resultOf(response: Response): Promise<APIGatewayProxyStructuredResultV2> {
  const headers: Record<string, string> = {};
  for (const [name, value] of response.headers) if (name !== "set-cookie") headers[name] = value;
  const result: APIGatewayProxyStructuredResultV2 = { statusCode: response.status, headers };
  const cookies = response.headers.getSetCookie();
  if (cookies.length > 0) result.cookies = cookies;
  if (response.headers.has("content-encoding")) {
    return { ...result, body: Buffer.from(await response.arrayBuffer()).toString("base64"), isBase64Encoded: true };
  }
  return { ...result, body: await response.text(), isBase64Encoded: false };
}

/** API Gateway decodes header bytes as UTF-8, but a Headers object takes only Latin-1. */
function latin1(value: string): string {
  // oxlint-disable-next-line no-control-regex
  return /[^\u0000-\u00ff]/.test(value) ? encodeURIComponent(value) : value;
}
