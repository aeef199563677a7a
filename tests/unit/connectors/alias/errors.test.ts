import { describe, expect, test } from "vitest";
import { errorOf } from "../../../../core/connectors/alias/errors.ts";
import { nextToken, PageSchema } from "../../../../core/connectors/alias/wire.ts";
import { TokenRefusedError } from "../../../../core/connectors/errors.ts";
import { PermanentError, RateLimitError, TransientError } from "../../../../core/platform/http/errors.ts";

const told = (status: number, body: unknown, headers: Record<string, string> = {}) =>
  errorOf({ status, headers, body });

describe("an error of Alias's", () => {
  test.each([
    [400, 3, PermanentError],
    [400, 14, TransientError],
    [500, 3, PermanentError],
    [500, 13, TransientError],
    [409, 10, TransientError],
    [409, 6, PermanentError],
    [404, 5, PermanentError],
    [400, 8, RateLimitError],
    [403, 16, TokenRefusedError],
    [403, 7, PermanentError],
    [504, 4, TransientError],
  ])("of status %i and code %i is what the code says", (status, code, kind) => {
    const error = told(status, { code, message: "A text that may be in any language", details: [] });
    expect(error).toBeInstanceOf(kind);
    expect(error?.upstreamStatus).toBe(status);
    expect(error?.message).not.toContain("language");
  });

  test("says when to come again, where it does", () => {
    expect(told(429, { code: 8, message: "" }, { "retry-after": "7" })?.retryAfterMs).toBe(7_000);
    expect(told(429, { code: 8, message: "" })?.retryAfterMs).toBeUndefined();
  });

  test("without a code that is known is what its status says, and a conflict passes", () => {
    expect(told(502, "<html>")).toBeUndefined();
    expect(told(400, { code: 0, message: "" })).toBeUndefined();
    expect(told(409, undefined)).toBeInstanceOf(TransientError);
    expect(told(200, { code: 3, message: "a field of its own" })).toBeUndefined();
  });
});

describe("a page of Alias's", () => {
  test.each([
    ["as the reference has it", { next_pagination_token: "t", has_more: true }, "t"],
    ["as the guide has it", { nextPaginationToken: "t", hasMore: true }, "t"],
    ["of orders", { pagination: { next_page_token: "t" } }, "t"],
    ["of listings", { pagination: { pagination_token: "t", has_more: true, total_count: "7" } }, "t"],
    ["of a batch's operations", { pagination_token: "t" }, "t"],
    ["that is the last, with a token all the same", { next_pagination_token: "t", has_more: false }, undefined],
    ["that is the last of listings", { pagination: { pagination_token: "t", has_more: false } }, undefined],
    ["that is the last, with an empty token", { pagination: { next_page_token: "" } }, undefined],
    ["that says nothing", {}, undefined],
  ])("%s leads on", (_how, body, token) => {
    expect(nextToken(PageSchema.parse(body))).toBe(token);
  });
});
