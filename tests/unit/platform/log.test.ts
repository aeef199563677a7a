import { Writable } from "node:stream";
import { Console } from "node:console";
import fc from "fast-check";
import { afterEach, describe, expect, it, vi } from "vitest";
import { createLog, NO_LOG, redact } from "../../../core/platform/log.ts";

describe("redact", () => {
  it.each([
    "authorization",
    "Cookie",
    "set-cookie",
    "password",
    "SECRET_KEY",
    "apiKey",
    "api-key",
    "accessToken",
    "stripeSignature",
    "credentials",
  ])("hides the field %s at any depth", (name) => {
    expect(JSON.stringify(redact({ a: [{ b: { [name]: "visible" } }] }))).not.toContain("visible");
  });

  it("hides API keys and bearer tokens wherever they stand in text", () => {
    const hidden = redact({ note: "called with sk_live_abcdefgh12345 and Bearer eyJhbGciOi.x.y", ok: "task_name" });
    expect(hidden).toEqual({ note: "called with [redacted] and [redacted]", ok: "task_name" });
  });

  it("opens errors with their causes, and hides what their messages carry", () => {
    const error = new Error("outer sk_live_abcdefgh12345", { cause: new Error("Bearer inner-token") });
    const text = JSON.stringify(redact({ error }));
    expect(text).toContain("outer");
    expect(text).not.toContain("abcdefgh12345");
    expect(text).not.toContain("inner-token");
  });

  it("ends for values that contain themselves, and for any other", () => {
    const loop: Record<string, unknown> = {};
    loop["self"] = loop;
    expect(JSON.stringify(redact(loop))).toContain("[deep]");
    fc.assert(
      fc.property(fc.anything(), (value) => {
        redact(value);
      }),
    );
  });

  it("does not change what it was given", () => {
    const given = { token: "t", when: new Date(0), big: 5n, bytes: new Uint8Array(3) };
    expect(redact(given)).toEqual({
      token: "[redacted]",
      when: "1970-01-01T00:00:00.000Z",
      big: "5",
      bytes: "[3 bytes]",
    });
    expect(given.token).toBe("t");
  });
});

describe("createLog", () => {
  afterEach(() => vi.unstubAllEnvs());

  it("writes one JSON line a call with the bound fields, redacted", () => {
    const written: string[] = [];
    const sink = new Writable({ write: (chunk: Buffer, _encoding, done) => (written.push(chunk.toString()), done()) });
    // Powertools writes through a console of its own unless it is told that this is development.
    vi.stubEnv("POWERTOOLS_DEV", "true");
    const replaced = new Console(sink, sink);
    const original = globalThis.console;
    globalThis.console = replaced;
    try {
      const log = createLog({ level: "INFO", service: "test", environment: "test" });
      log.with({ requestId: "req_1" }).info("Key used", { key: "sk_live_abcdefgh12345", apiKey: "x" });
      log.debug("Not at this level");
    } finally {
      globalThis.console = original;
    }
    const text = written.join("");
    expect(text).toContain("req_1");
    expect(text).toContain("Key used");
    expect(text).not.toContain("abcdefgh12345");
    expect(text).not.toContain("Not at this level");
  });

  it("has a silent twin for whoever wants no lines", () => {
    expect(NO_LOG.with({ a: 1 })).toBe(NO_LOG);
  });
});
