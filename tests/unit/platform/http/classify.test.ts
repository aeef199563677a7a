import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { classifyFailure, classifyStatus, parseRetryAfter } from "../../../../core/platform/http/classify.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const classOf = (status: number) => classifyStatus("supplier", status, undefined, NOW)?.name;

describe("classifyStatus", () => {
  it("takes every 2xx, and 304", () => {
    for (const status of [200, 201, 202, 204, 206, 299, 304]) expect(classOf(status)).toBeUndefined();
  });

  it("calls 408, 425 and every 5xx transient, 429 rate-limited, and anything else permanent", () => {
    fc.assert(
      fc.property(fc.integer({ min: 305, max: 599 }), (status) => {
        const expected =
          status === 429
            ? "RateLimitError"
            : status >= 500 || status === 408 || status === 425
              ? "TransientError"
              : "PermanentError";
        expect(classOf(status)).toBe(expected);
      }),
    );
  });

  it("says whether a repeat is worth it, what the other side answered, and when to come back", () => {
    expect(classifyStatus("supplier", 429, "7", NOW)).toMatchObject({
      retryable: true,
      upstreamStatus: 429,
      retryAfterMs: 7_000,
      retryAfterSeconds: 7,
    });
    expect(classifyStatus("supplier", 503, "7", NOW)).toMatchObject({ retryable: true, retryAfterMs: 7_000 });
    expect(classifyStatus("supplier", 404, "7", NOW)).toMatchObject({
      retryable: false,
      upstreamStatus: 404,
      retryAfterMs: undefined,
    });
  });
});

describe("parseRetryAfter", () => {
  it.each([
    ["120", 120_000],
    [" 0 ", 0],
    ["Sat, 21 Nov 2026 12:00:30 GMT", 30_000],
    ["Saturday, 21-Nov-26 12:00:30 GMT", 30_000],
    ["Sat, 21 Nov 2026 11:00:00 GMT", 0],
  ])("reads %j", (text, ms) => {
    expect(parseRetryAfter(text, NOW)).toBe(ms);
  });

  it.each([undefined, "", "-5", "1.5", "soon", "1e9", "99999999999999", "2026-11-21", "Sat, 99 Nov 2026"])(
    "ignores %j",
    (text) => {
      expect(parseRetryAfter(text, NOW)).toBeUndefined();
    },
  );

  it("is never negative and never NaN, whatever the text", () => {
    fc.assert(
      fc.property(fc.string(), (text) => {
        const ms = parseRetryAfter(text, NOW);
        expect(ms === undefined || ms >= 0).toBe(true);
      }),
    );
  });
});

describe("classifyFailure", () => {
  const failure = (code?: string) =>
    classifyFailure("supplier", Object.assign(new Error("at 10.0.0.1:443"), code ? { code } : {}));

  it.each(["ECONNRESET", "ECONNREFUSED", "ETIMEDOUT", "ENOTFOUND", "EAI_AGAIN", "EPIPE", "ERR_STREAM_PREMATURE_CLOSE"])(
    "calls %s transient",
    (code) => {
      expect(failure(code)).toMatchObject({ name: "TransientError", retryable: true });
    },
  );

  it.each([
    "CERT_HAS_EXPIRED",
    "DEPTH_ZERO_SELF_SIGNED_CERT",
    "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
    "ERR_TLS_CERT_ALTNAME_INVALID",
    "HPE_INVALID_CONSTANT",
    "ERR_INVALID_CHAR",
  ])("calls %s permanent", (code) => {
    expect(failure(code)).toMatchObject({ name: "PermanentError", retryable: false });
  });

  it("names the code, keeps the cause, and does not repeat the address", () => {
    const error = failure("ECONNREFUSED");
    expect(error.message).toBe("supplier: the call failed with ECONNREFUSED");
    expect(error.cause).toBeInstanceOf(Error);
    expect(failure().message).toBe("supplier: the call failed");
  });

  it("reads the first of several addresses that all failed", () => {
    const both = new AggregateError([Object.assign(new Error("v6"), { code: "ENETUNREACH" }), new Error("v4")]);
    expect(classifyFailure("supplier", both).message).toContain("ENETUNREACH");
  });

  it("takes what is no error at all", () => {
    expect(classifyFailure("supplier", "text")).toMatchObject({ name: "TransientError" });
  });
});
