import type { APIGatewayProxyEventV2 } from "aws-lambda";

export interface BenchRequest {
  method: string;
  path: string;
  query?: string;
  body?: unknown;
  apiKey: string;
  headers?: Record<string, string>;
}

/** A request as API Gateway hands it to Lambda (payload 2.0), with the headers that its clients usually send. */
export function httpEvent({ method, path, query = "", body, apiKey, headers }: BenchRequest): APIGatewayProxyEventV2 {
  const text = body === undefined ? undefined : JSON.stringify(body);
  return {
    version: "2.0",
    routeKey: "$default",
    rawPath: path,
    rawQueryString: query,
    headers: {
      accept: "application/json",
      authorization: `Bearer ${apiKey}`,
      host: "api.example.com",
      "user-agent": "bench/1",
      "x-forwarded-for": "203.0.113.7",
      "x-forwarded-port": "443",
      "x-forwarded-proto": "https",
      ...(text === undefined ? {} : { "content-type": "application/json", "content-length": String(text.length) }),
      ...headers,
    },
    ...(query === "" ? {} : { queryStringParameters: Object.fromEntries(new URLSearchParams(query)) }),
    requestContext: {
      accountId: "000000000000",
      apiId: "bench",
      domainName: "api.example.com",
      domainPrefix: "api",
      http: { method, path, protocol: "HTTP/1.1", sourceIp: "203.0.113.7", userAgent: "bench/1" },
      requestId: "bench-request",
      routeKey: "$default",
      stage: "$default",
      time: "21/Nov/2026:12:00:00 +0000",
      timeEpoch: Date.UTC(2026, 10, 21, 12),
    },
    ...(text === undefined ? {} : { body: text }),
    isBase64Encoded: false,
  };
}
