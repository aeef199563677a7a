import { describe, expect, test } from "vitest";
import { ROUTES } from "../../../functions/api/routes/index.ts";

const samples = ROUTES.flatMap(({ method, path, body, example }) => {
  const bodies = { ...(example?.body === undefined ? {} : { "": example.body }), ...example?.bodies };
  return Object.entries(bodies).map(([name, sample]) => ({ route: `${method} ${path} ${name}`, body, sample }));
});

describe("the examples of the document", () => {
  test.each(samples)("are taken by their own route: $route", ({ body, sample }) => {
    const result = body?.safeParse(sample);
    expect(result?.success, JSON.stringify(result?.error?.issues)).toBe(true);
  });

  test("show every kind of file that an import takes", () => {
    const kinds = samples.filter(({ route }) => route.startsWith("post /v1/imports ")).map(({ sample }) => sample);
    expect(new Set(kinds.map((sample) => (sample as { kind: string }).kind))).toEqual(new Set(["products", "orders"]));
  });
});
