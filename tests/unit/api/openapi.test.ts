import { describe, expect, test } from "vitest";
import * as z from "zod";
import { MoneySchema, WireMoneySchema } from "../../../core/platform/money.ts";
import { PageSchema } from "../../../core/platform/resources.ts";
import { openApiDocument } from "../../../functions/api/openapi.ts";
import { type Route, route } from "../../../functions/api/route.ts";
import { ROUTES } from "../../../functions/api/routes/index.ts";

type Json = Record<string, unknown>;

const things: Route[] = [
  route({
    method: "post",
    path: "/v1/things/{id}",
    permission: "catalog.write",
    tag: "Things",
    summary: "Make a thing",
    body: z.object({ cost: MoneySchema, note: z.string().trim().max(5) }).meta({ id: "Thing" }),
    status: 201,
    otherStatuses: { 200: "It is there already" },
    answer: z.object({ cost: WireMoneySchema }).meta({ id: "Thing" }),
    errors: ["PRODUCT_SKU_EXISTS", "VERSION_CONFLICT"],
    example: { body: { cost: { amount: "1.00", currency: "USD" }, note: "hi" } },
    handle: async () => ({}),
  }),
  route({
    method: "get",
    path: "/v1/things",
    permission: "anyKey",
    tag: "Things",
    summary: "List things",
    query: PageSchema,
    handle: async () => ({}),
  }),
];

const document = openApiDocument(things, "1.2.3");
const paths = document["paths"] as Record<string, Record<string, Json>>;
const post = paths["/v1/things/{id}"]?.["post"] ?? {};

describe("the OpenAPI document", () => {
  test("shows what is sent in its wire form, before the verb turns it into its own", () => {
    const schemas = (document["components"] as { schemas: Json }).schemas;
    expect(schemas["ThingInput"]).toMatchObject({
      properties: { cost: { properties: { amount: { type: "string" } } }, note: { maxLength: 5 } },
      required: ["cost", "note"],
    });
    expect(schemas["Thing"]).toMatchObject({ properties: { cost: { type: "object" } } });
    expect(post["requestBody"]).toEqual({
      required: true,
      content: {
        "application/json": {
          schema: { $ref: "#/components/schemas/ThingInput" },
          example: { cost: { amount: "1.00", currency: "USD" }, note: "hi" },
        },
      },
    });
  });

  test("names every error of a route with an example in the one form", () => {
    const responses = post["responses"] as Record<string, { description: string; content: Json }>;
    expect(Object.keys(responses)).toEqual([
      "200",
      "201",
      "400",
      "401",
      "403",
      "404",
      "409",
      "413",
      "415",
      "422",
      "429",
      "500",
    ]);
    expect(responses["200"]?.description).toBe("It is there already");
    expect(responses["200"]?.content).toEqual(responses["201"]?.content);
    expect(responses["409"]?.description).toBe("PRODUCT_SKU_EXISTS, VERSION_CONFLICT");
    expect(responses["409"]?.content).toMatchObject({
      "application/json": {
        schema: { $ref: "#/components/schemas/Error" },
        example: { error: { code: "PRODUCT_SKU_EXISTS", message: "Product with this SKU already exists" } },
      },
    });
  });

  test("lists path, query and header parameters", () => {
    expect(post["parameters"]).toMatchObject([
      { name: "id", in: "path", required: true },
      { name: "Idempotency-Key", in: "header" },
      { name: "If-Match", in: "header" },
    ]);
    expect(paths["/v1/things"]?.["get"]?.["parameters"]).toMatchObject([
      { name: "limit", in: "query", required: false, schema: { type: "integer", maximum: 100, default: 50 } },
      { name: "cursor", in: "query", required: false, schema: { type: "string" } },
    ]);
  });

  test("says which key each operation needs", () => {
    expect(post["security"]).toEqual([{ apiKey: [] }, { session: [] }]);
    expect(post["description"]).toContain("`catalog.write`");
    const whole = openApiDocument(ROUTES, "1")["paths"] as Record<string, Record<string, Json>>;
    expect(whole["/health"]?.["get"]?.["security"]).toEqual([]);
    expect(whole["/v1/users/me"]?.["get"]?.["security"]).toEqual([{ session: [] }]);
    expect(whole["/v1/auth/login"]?.["post"]?.["security"]).toEqual([]);
  });

  test("of the whole API refers to nothing that it does not define, and names each operation once", () => {
    const whole = openApiDocument(ROUTES, "1.0.0");
    const text = JSON.stringify(whole);
    const schemas = (whole["components"] as { schemas: Json }).schemas;
    for (const [, name] of text.matchAll(/"#\/components\/schemas\/([^"]+)"/g))
      expect(schemas).toHaveProperty(name ?? "");
    expect(text).not.toContain("#/$defs/");
    expect(whole["openapi"]).toBe("3.1.0");
    const ids = [...text.matchAll(/"operationId":"([^"]+)"/g)].map(([, id]) => id);
    expect(new Set(ids).size).toBe(ROUTES.length);
  });

  test("of the whole API gives every operation a summary, a tag and an answer", () => {
    for (const { summary, tag, path } of ROUTES) {
      expect(summary, path).toMatch(/^[A-Z]/);
      expect(tag, path).toMatch(/^[A-Z]/);
    }
    const bodiless = new Set([204, 302]);
    const silent = ROUTES.filter(({ permission, status = 200, answer, files }) => {
      return permission !== "public" && !bodiless.has(status) && !answer && !files;
    });
    expect(silent.map(({ path }) => path)).toEqual([]);
  });
});
