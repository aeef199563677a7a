import { describe, expect, test } from "vitest";
import { isOwnPath } from "../../../core/identity/openid/return-to.ts";
import { csrfTokenOf, hashToken, isSame, newToken, tokenParts } from "../../../core/identity/session.ts";
import { createIds, type OrganizationId } from "../../../core/platform/ids.ts";

const newId = createIds(() => 1_800_000_000_000);
const parts = {
  userId: newId("user"),
  organizationId: newId("organization") as OrganizationId,
  sessionId: newId("session"),
};

describe("a session's token", () => {
  test("says where to look, and is another each time", () => {
    const token = newToken(parts);
    expect(tokenParts(token)).toEqual(parts);
    expect(newToken(parts)).not.toBe(token);
    expect(hashToken(token)).toMatch(/^[\w-]{43}$/);
  });

  test.each(["", "x", "x".repeat(121), `${newToken(parts)}=`, newToken(parts).toLowerCase(), `${newToken(parts)}\n`])(
    "is not looked up where it has not the form of one: %j",
    (token) => {
      expect(tokenParts(token)).toBeUndefined();
    },
  );

  test("has a token for changes that is bound to it and to the deployment", () => {
    const [a, b] = [hashToken(newToken(parts)), hashToken(newToken(parts))];
    expect(csrfTokenOf("key", a)).toBe(csrfTokenOf("key", a));
    expect(new Set([csrfTokenOf("key", a), csrfTokenOf("key", b), csrfTokenOf("other", a)]).size).toBe(3);
  });

  test("is compared whole", () => {
    expect(isSame("abc", "abc")).toBe(true);
    for (const other of ["", "ab", "abd", "abcd", "äbc"]) expect(isSame(other, "abc")).toBe(false);
  });
});

describe("a way back", () => {
  test.each([
    "/",
    "/orders",
    "/orders?status=open#x",
    "/a/../b",
    "/%2F%2Fevil.example",
    "/@evil.example",
    "/?u=https://a.b",
  ])("is one of our own paths: %s", (path) => {
    expect(isOwnPath(path)).toBe(true);
  });

  test.each([
    "",
    "orders",
    "//evil.example",
    "///evil.example",
    "/\\evil.example",
    "\\/evil.example",
    "/a\\b",
    "/\tevil",
    "/\n/evil.example",
    " /orders",
    "https://evil.example",
    "https:/evil.example",
    "javascript:alert(1)",
    "/ü",
  ])("is not: %j", (path) => {
    expect(isOwnPath(path)).toBe(false);
  });
});
