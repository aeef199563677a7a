import * as z from "zod";
import { ERROR_STATUS, type ErrorCode } from "../../core/platform/errors.ts";
import type { Route } from "./route.ts";

type Json = Record<string, unknown>;

const ErrorSchema = z
  .object({
    error: z.object({
      code: z.enum(Object.keys(ERROR_STATUS) as [ErrorCode, ...ErrorCode[]]),
      message: z.string(),
      details: z.unknown().optional(),
      field: z.string().optional().describe("The input field at fault, as a dotted path"),
    }),
    requestId: z.string(),
    timestamp: z.string(),
  })
  .meta({ id: "Error" });

const SECURITY_SCHEMES = {
  apiKey: { type: "http", scheme: "bearer", description: "An API key, `sk_…`" },
  session: {
    type: "apiKey",
    in: "cookie",
    name: "__Host-session",
    description: "Of a sign-in. POST, PUT, PATCH and DELETE need its `csrfToken` as X-CSRFToken besides",
  },
};

/** The OpenAPI 3.1 document of these routes, from the schemas by which their verbs parse. */
export function openApiDocument(routes: readonly Route[], version: string): Json {
  const components: Json = {};
  const schema = (type: z.ZodType, io: "input" | "output") => schemaOf(type, io, components);
  const paths: Record<string, Json> = {};
  for (const route of routes) (paths[route.path] ??= {})[route.method] = operation(route, schema);
  schema(ErrorSchema, "output");
  return {
    openapi: "3.1.0",
    info: {
      title: "Stockwright",
      version,
      description:
        'Amounts of money are decimal text with their currency (`{"amount":"13.00","currency":"USD"}`), times RFC 3339 UTC. Every POST takes an `Idempotency-Key`; every error has one form.',
      license: { name: "MIT", identifier: "MIT" },
    },
    servers: [{ url: "/" }],
    tags: [...new Set(routes.map((route) => route.tag))].map((name) => ({ name })),
    paths,
    components: {
      schemas: components,
      securitySchemes: SECURITY_SCHEMES,
    },
  };
}

function operation(route: Route, schema: (type: z.ZodType, io: "input" | "output") => Json): Json {
  const { tag, summary, description, permission, example, status = 200 } = route;
  const isPublic = permission === "public";
  const content = (type: z.ZodType, io: "input" | "output", sample: unknown, samples?: Record<string, unknown>) => ({
    "application/json": {
      schema: schema(type, io),
      ...(sample === undefined ? {} : { example: sample }),
      ...(samples === undefined ? {} : { examples: namedExamples(samples) }),
    },
  });
  const files = Object.fromEntries((route.files ?? []).map((type) => [type, { schema: { type: "string" } }]));
  const answered = route.answer
    ? { content: content(route.answer, "output", example?.answer) }
    : route.files
      ? { content: files }
      : {};
  const success = {
    description: status === 204 ? "Done" : status === 302 ? "It is there" : "Success",
    ...(status === 302 ? { headers: { Location: { schema: { type: "string", format: "uri" } } } } : {}),
    ...answered,
  };
  const others = Object.entries(route.otherStatuses ?? {}).map(([other, meaning]) => [
    other,
    { description: meaning, ...answered },
  ]);
  return {
    tags: [tag],
    summary,
    description: [description, needsOf(permission)].filter(Boolean).join("\n\n"),
    operationId: operationId(route),
    parameters: [...pathParameters(route.path), ...queryParameters(route.query, schema), ...headerParameters(route)],
    ...(route.body
      ? {
          requestBody: {
            required: !route.body.safeParse(undefined).success,
            content: content(route.body, "input", example?.body, example?.bodies),
          },
        }
      : {}),
    responses: { [status]: success, ...Object.fromEntries(others), ...errorResponses(route) },
    security: isPublic ? [] : [...(permission === "user" ? [] : [{ apiKey: [] }]), { session: [] }],
    "x-permission": permission,
  };
}

/** OpenAPI keeps several examples under names, each with a summary. */
function namedExamples(samples: Record<string, unknown>): Json {
  return Object.fromEntries(
    Object.entries(samples).map(([summary, value], index) => [`example${index + 1}`, { summary, value }]),
  );
}

function needsOf(permission: Route["permission"]): string {
  if (permission === "public") return "";
  if (permission === "anyKey") return "Any API key, or anybody signed in.";
  return permission === "user" ? "Somebody signed in; no API key." : `Needs the permission \`${permission}\`.`;
}

function operationId({ method, path }: Route): string {
  const words = path
    .replace(/^\/v1/, "")
    .split(/[^A-Za-z0-9]+/)
    .filter(Boolean);
  return method + words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join("");
}

function pathParameters(path: string): Json[] {
  return [...path.matchAll(/\{([^}]+)\}/g)].map(([, name]) => ({
    name,
    in: "path",
    required: true,
    schema: { type: "string" },
  }));
}

function queryParameters(query: z.ZodType | undefined, schema: (type: z.ZodType, io: "input") => Json): Json[] {
  if (!query) return [];
  const { properties = {}, required = [] } = schema(query, "input") as {
    properties?: Record<string, Json>;
    required?: string[];
  };
  return Object.entries(properties).map(([name, { description, ...rest }]) => ({
    name,
    in: "query",
    required: required.includes(name),
    ...(description === undefined ? {} : { description }),
    schema: rest,
  }));
}

function headerParameters({ method, permission, path, errors = [] }: Route): Json[] {
  const header = (name: string, description: string, schema: Json) => ({
    name,
    in: "header",
    required: false,
    description,
    schema,
  });
  if (permission === "public") return [];
  const parameters: Json[] = [];
  if (method === "post") {
    const text = "Makes the request repeatable: the same key and body get the first answer again, for a day";
    parameters.push(header("Idempotency-Key", text, { type: "string", minLength: 1, maxLength: 255 }));
  }
  if (path.includes("{") && (method === "patch" || (method === "post" && errors.includes("VERSION_CONFLICT")))) {
    const text = "The ETag that was read: the change is refused when it is no longer the current one";
    parameters.push(header("If-Match", text, { type: "string" }));
  }
  return parameters;
}

function errorResponses(route: Route): Json {
  const codes = new Set<ErrorCode>(route.errors);
  if (route.permission !== "public") codes.add("UNAUTHENTICATED");
  // Where nothing else can be wrong, an Idempotency-Key or If-Match can.
  if (!("respond" in route)) codes.add("VALIDATION_ERROR");
  if (route.permission !== "public" && route.permission !== "anyKey") codes.add("FORBIDDEN");
  if (route.body || route.query) codes.add("VALIDATION_ERROR");
  if (route.body) for (const code of ["PAYLOAD_TOO_LARGE", "UNSUPPORTED_MEDIA_TYPE"] as const) codes.add(code);
  if (route.method === "post" && route.permission !== "public") codes.add("IDEMPOTENCY_MISMATCH");
  if ("serve" in route && route.method !== "get") codes.add("FORBIDDEN");
  if (route.path.includes("{")) codes.add("NOT_FOUND");
  if (!("limit" in route) || route.limit !== "none") codes.add("RATE_LIMITED");
  if ("feature" in route && route.feature) codes.add("FEATURE_DISABLED");
  codes.add("INTERNAL_ERROR");
  const byStatus = Map.groupBy(codes, (code) => ERROR_STATUS[code]);
  return Object.fromEntries(
    [...byStatus].map(([status, ofStatus]) => [
      status,
      { description: ofStatus.join(", "), content: errorContent(ofStatus[0] ?? "INTERNAL_ERROR") },
    ]),
  );
}

function errorContent(code: ErrorCode): Json {
  const example = {
    error: { code, message: EXAMPLE_MESSAGE[code] ?? "What was wrong, and with what" },
    requestId: "req_01JD3XK5T8E6V4C2B0N9M7Q1ZA",
    timestamp: "2026-11-21T11:51:00.000Z",
  };
  return { "application/json": { schema: { $ref: "#/components/schemas/Error" }, example } };
}

const EXAMPLE_MESSAGE: Partial<Record<ErrorCode, string>> = {
  VALIDATION_ERROR: "Invalid request data",
  UNAUTHENTICATED: "The API key is not valid",
  FORBIDDEN: "This needs the permission catalog.write",
  NOT_FOUND: "Product not found",
  PRODUCT_SKU_EXISTS: "Product with this SKU already exists",
  INVALID_PRICING: "Product price must be greater than cost",
  IDEMPOTENCY_MISMATCH: "This Idempotency-Key was used with another request",
  INTERNAL_ERROR: "Something went wrong on our side. Quote the request id when you report it",
};

/** zod's JSON Schema with its named definitions moved into the document's components. */
function schemaOf(type: z.ZodType, io: "input" | "output", components: Json): Json {
  const {
    $schema: _schema,
    $defs = {},
    ...own
  } = z.toJSONSchema(type, { io, unrepresentable: "any" }) as Json & { $defs?: Json };
  // What is sent and what is answered may differ in form under one name: the sent one says so.
  const suffix = io === "input" ? "Input" : "";
  const moved = (value: unknown): unknown =>
    JSON.parse(JSON.stringify(value).replaceAll(/"#\/\$defs\/([^"]+)"/g, `"#/components/schemas/$1${suffix}"`));
  for (const [name, definition] of Object.entries($defs)) components[name + suffix] = moved(definition);
  return moved(own) as Json;
}
