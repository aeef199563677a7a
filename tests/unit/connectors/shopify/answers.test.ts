import { describe, expect, test } from "vitest";
import { errorOf } from "../../../../core/connectors/shopify/errors.ts";
import { gid, idOf } from "../../../../core/connectors/shopify/gid.ts";
import { manifest } from "../../../../core/connectors/shopify/manifest.ts";
import { ordersRequest, skuQuery } from "../../../../core/connectors/shopify/requests.ts";
import { TokenRefusedError } from "../../../../core/connectors/errors.ts";
import { PermanentError, RateLimitError, TransientError } from "../../../../core/platform/http/errors.ts";

const withCode = (code?: string, extensions?: object) => ({
  status: 200,
  headers: {},
  body: { errors: [{ message: "secret words", ...(code ? { extensions: { code } } : {}) }], extensions },
});

describe("what Shopify's errors mean behind a status of 200", () => {
  test.each([
    ["THROTTLED", RateLimitError],
    ["INTERNAL_SERVER_ERROR", TransientError],
    ["UNAUTHENTICATED", TokenRefusedError],
    ["ACCESS_DENIED", PermanentError],
    ["MAX_COST_EXCEEDED", PermanentError],
    [undefined, PermanentError],
  ])("%s", (code, kind) => {
    const error = errorOf(withCode(code));
    expect(error).toBeInstanceOf(kind);
    expect(error?.message).not.toContain("secret");
  });

  test("points that are missing come back at the rate that Shopify states", () => {
    const throttleStatus = { maximumAvailable: 2_000, currentlyAvailable: 150, restoreRate: 100 };
    const cost = { requestedQueryCost: 900, actualQueryCost: null, throttleStatus };
    expect(errorOf(withCode("THROTTLED", { cost }))?.retryAfterMs).toBe(7_500);
    expect(errorOf(withCode("THROTTLED"))?.retryAfterMs).toBeUndefined();
  });

  test.each([
    ["2.0", 2_000],
    ["0.5", 500],
    ["soon", undefined],
    [undefined, undefined],
  ])("429 with Retry-After %s waits %s ms", (retryAfter, waitMs) => {
    const headers = retryAfter === undefined ? {} : { "retry-after": retryAfter };
    const error = errorOf({ status: 429, headers, body: { errors: "Exceeded" } });
    expect(error).toBeInstanceOf(RateLimitError);
    expect(error?.retryAfterMs).toBe(waitMs);
  });

  test("data without errors, and other statuses, are no errors of ours", () => {
    expect(errorOf({ status: 200, headers: {}, body: { data: {} } })).toBeUndefined();
    expect(errorOf({ status: 401, headers: {}, body: { errors: "[API] Invalid API key" } })).toBeUndefined();
  });
});

test("a gid is a number with its kind, there and back", () => {
  expect(gid("Order", "12")).toBe("gid://shopify/Order/12");
  expect(gid("Order", "gid://shopify/Order/12")).toBe("gid://shopify/Order/12");
  expect(idOf("gid://shopify/InventoryLevel/12?inventory_item_id=3")).toBe("12");
  expect(idOf("12")).toBe("12");
});

test("a SKU is looked for as a text, whatever it holds", () => {
  expect(skuQuery(["A-1", 'B "2" \\'])).toBe(String.raw`sku:"A-1" OR sku:"B \"2\" \\"`);
});

test("orders are asked for whatever became of them, from the one that the page before ended with", () => {
  const request = ordersRequest({ from: Date.UTC(2026, 0, 1), to: Date.UTC(2026, 0, 2), fromId: "9007199254740995" });
  expect(request.path).toBe("/admin/api/2026-10/orders.json");
  expect(request.query).toEqual({
    status: "any",
    limit: "250",
    updated_at_min: "2026-01-01T00:00:00.000Z",
    updated_at_max: "2026-01-02T00:00:00.000Z",
    since_id: "9007199254740994",
  });
});

test.each([
  ["my-shop", true],
  ["my-shop.myshopify.com", false],
  ["evil.example/", false],
  ["-shop", false],
])("%s as a shop: %s", (text, isOne) => {
  expect(manifest.settings["shop"]?.pattern?.test(text)).toBe(isOne);
});
