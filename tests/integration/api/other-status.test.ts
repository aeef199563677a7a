import { expect, it } from "vitest";
import { answerWith } from "../../../functions/api/respond.ts";
import { type Route, route } from "../../../functions/api/route.ts";
import { apiHarness, expectError } from "../../support/harness.ts";

const thing = (path: string, more: Partial<Pick<Route, "otherStatuses">>): Route =>
  route({
    method: "post",
    path,
    permission: "anyKey",
    tag: "Things",
    summary: "Make a thing, or find it",
    status: 201,
    ...more,
    handle: async () => answerWith(200, { id: "thg_1", version: 7 }),
  });

it("a handler answers with another status of success where its route declares it, and only there", async () => {
  const routes = [thing("/v1/things", { otherStatuses: { 200: "It was there already" } }), thing("/v1/undeclared", {})];
  const api = await apiHarness({ routes });
  const found = await api.request("POST", "/v1/things", { expected: 200 });
  expect(found.body).toEqual({ id: "thg_1", version: 7 });
  expect(found.headers.get("etag")).toBe('"7"');
  expectError(await api.request("POST", "/v1/undeclared"), 500, "INTERNAL_ERROR");
});
