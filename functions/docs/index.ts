import type { APIGatewayProxyEventV2, APIGatewayProxyStructuredResultV2 } from "aws-lambda";
import { acceptsGzip } from "../accepts-gzip.ts";
import { securityHeaders } from "../security-headers.ts";
import { asset } from "./assets.ts";

// Without a name it is a laptop, as in the configuration of everything else.
const SECURITY = securityHeaders(process.env["ENVIRONMENT"] ?? "development");
/** What we take over from a caller, as the API does. */
const ACCEPTABLE = /^[\w.:-]{1,128}$/;

/** Serves the readable documentation. The document that it shows is the API's own: /openapi.json. */
export async function handler(event: APIGatewayProxyEventV2): Promise<APIGatewayProxyStructuredResultV2> {
  const name = event.rawPath.replace(/^\/docs\/?/, "");
  const id = { "x-request-id": requestIdOf(event) };
  if (name === "") return answer(302, "", { ...id, location: "/docs/index.html" });
  const found = await asset(name);
  if (!found) return notFound(event);
  const { contentType, plain, packed } = found;
  const cached = { "cache-control": "public, max-age=3600", vary: "Accept-Encoding" };
  const headers = { ...id, "content-type": contentType, ...cached };
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

function requestIdOf(event: APIGatewayProxyEventV2): string {
  const given = event.headers["x-request-id"];
  return given !== undefined && ACCEPTABLE.test(given) ? given : event.requestContext.requestId;
}

function notFound(event: APIGatewayProxyEventV2): APIGatewayProxyStructuredResultV2 {
  const requestId = requestIdOf(event);
  const body = JSON.stringify({
    error: { code: "NOT_FOUND", message: "There is no such page" },
    requestId,
    timestamp: new Date(event.requestContext.timeEpoch).toISOString(),
  });
  return answer(404, body, { "x-request-id": requestId, "content-type": "application/json" });
}
