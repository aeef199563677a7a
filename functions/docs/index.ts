import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { acceptsGzip } from "../accepts-gzip.ts";
import { securityHeaders } from "../security-headers.ts";
import { asset } from "./assets.ts";

const SECURITY = securityHeaders(process.env["ENVIRONMENT"] ?? "production");

/** Serves the readable documentation. The document that it shows is the API's own: /openapi.json. */
export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const name = event.rawPath.replace(/^\/docs\/?/, "");
  if (name === "") return answer(302, "", { location: "/docs/index.html" });
  const found = await asset(name);
  if (!found) return notFound(event);
  const { contentType, plain, packed } = found;
  const headers = { "content-type": contentType, "cache-control": "public, max-age=3600", vary: "Accept-Encoding" };
  return acceptsGzip(event.headers["accept-encoding"])
    ? answer(200, packed, { ...headers, "content-encoding": "gzip" })
    : answer(200, plain, headers);
}

function answer(statusCode: number, body: string | Buffer, headers: Record<string, string>) {
  const isBase64Encoded = typeof body !== "string";
  return {
    statusCode,
    headers: { ...SECURITY, ...headers },
    body: isBase64Encoded ? body.toString("base64") : body,
    isBase64Encoded,
  };
}

function notFound(event: APIGatewayProxyEventV2): APIGatewayProxyStructuredResultV2 {
  const body = JSON.stringify({
    error: { code: "NOT_FOUND", message: "There is no such page" },
    requestId: event.requestContext.requestId,
    timestamp: new Date(event.requestContext.timeEpoch).toISOString(),
  });
  return answer(404, body, { "content-type": "application/json" });
}
