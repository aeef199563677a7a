import { describe, expect, it } from "vitest";
import { PermanentError } from "../../../../core/platform/http/errors.ts";
import { isRedirect, nextHop } from "../../../../core/platform/http/redirect.ts";
import type { Hop } from "../../../../core/platform/http/send.ts";

const secrets = { authorization: "Bearer t", cookie: "c", "x-shop-access-token": "s" };
const harmless = { accept: "text/csv", "user-agent": "stockwright", "if-none-match": '"e"' };
const hop = (changes: Partial<Hop> = {}): Hop => ({
  url: new URL("https://shop.example/feed?page=1"),
  method: "GET",
  headers: { ...secrets, ...harmless },
  ...changes,
});

describe("nextHop", () => {
  it("resolves where it goes against where it comes from", () => {
    expect(nextHop("d", hop(), 302, "../other.csv").url.href).toBe("https://shop.example/other.csv");
    expect(nextHop("d", hop(), 302, "//cdn.example/x").url.href).toBe("https://cdn.example/x");
  });

  it("keeps credentials within the origin and sends none to another", () => {
    expect(nextHop("d", hop(), 302, "/x").headers).toEqual({ ...secrets, ...harmless });
    for (const location of [
      "https://cdn.example/x",
      "https://shop.example:8443/x",
      "https://shop.example.evil.example/",
    ]) {
      expect(nextHop("d", hop(), 302, location).headers).toEqual(harmless);
    }
  });

  it.each([
    ["a downgrade to http", "http://shop.example/feed"],
    ["a file", "file:///etc/passwd"],
    ["a script", "javascript:alert(1)"],
    ["data", "data:text/csv,a"],
    ["nothing readable", "http://["],
    ["nothing", undefined],
  ])("refuses %s", (_what, location) => {
    expect(() => nextHop("d", hop(), 302, location)).toThrow(PermanentError);
  });

  it("may go from http to https", () => {
    const from = hop({ url: new URL("http://shop.example/") });
    expect(nextHop("d", from, 301, "https://shop.example/").url.protocol).toBe("https:");
  });

  it("repeats method and body for 307 and 308, and becomes a bare GET for 303 and after a moved POST", () => {
    const post = hop({ method: "POST", body: "{}", headers: { "content-type": "application/json" } });
    for (const status of [307, 308])
      expect(nextHop("d", post, status, "/x")).toMatchObject({ method: "POST", body: "{}" });
    for (const status of [301, 302, 303]) {
      expect(nextHop("d", post, status, "/x")).toEqual({
        url: new URL("https://shop.example/x"),
        method: "GET",
        headers: {},
      });
    }
    expect(nextHop("d", hop({ method: "HEAD" }), 303, "/x").method).toBe("HEAD");
  });

  it("follows the five statuses that say where to go, and no other", () => {
    const followed = Array.from({ length: 100 }, (_, index) => 300 + index).filter(isRedirect);
    expect(followed).toEqual([301, 302, 303, 307, 308]);
  });
});
