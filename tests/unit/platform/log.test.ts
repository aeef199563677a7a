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

  /** What is written while `run` logs. Powertools writes through a console of its own, made with its logger. */
  function written(run: () => void): Record<string, unknown>[] {
    const lines: string[] = [];
    vi.spyOn(process.stdout, "write").mockImplementation((chunk) => {
      lines.push(String(chunk));
      return true;
    });
    vi.spyOn(process.stderr, "write").mockImplementation((chunk) => {
      lines.push(String(chunk));
      return true;
    });
    try {
      run();
    } finally {
      vi.restoreAllMocks();
    }
    return lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  }

  it("writes one JSON line a call with the bound fields, redacted", () => {
    const lines = written(() => {
      const log = createLog({ level: "INFO", service: "test", environment: "test" }).with({ requestId: "req_1" });
      log.debug("Not at this level");
      for (const level of ["info", "warn", "error"] as const) {
        log[level]("Key used", { key: "sk_live_abcdefgh12345", apiKey: "x" });
      }
    });
    expect(lines.map(({ level }) => level)).toEqual(["INFO", "WARN", "ERROR"]);
    for (const line of lines) {
      const hidden = { key: "[redacted]", apiKey: "[redacted]" };
      expect(line).toMatchObject({ message: "Key used", service: "test", requestId: "req_1", ...hidden });
    }
  });

  it("writes lines of one form at every level, be it the library that writes them or not", () => {
    vi.stubEnv("_X_AMZN_TRACE_ID", "Root=1-5759e988-bd862e3f;Parent=53995c3f42cd8ad8;Sampled=1");
    const lines = written(() => {
      const log = createLog({
        level: "INFO",
        service: "test",
        environment: "test",
        traceId: () => "1-5759e988-bd862e3f",
      });
      log.info("The same", { amount: 1, absent: undefined });
      log.warn("The same", { amount: 1, absent: undefined });
    });
    const [info = {}, warn = {}] = lines;
    expect(Object.keys(info)).toEqual(Object.keys(warn));
    expect(info).toEqual({ ...warn, level: "INFO", timestamp: info["timestamp"] });
    expect(info["timestamp"]).toMatch(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/);
  });

  it.each(["WARN", "ERROR"] as const)("writes no line of less than the level %s", (level) => {
    const lines = written(() => createLog({ level, service: "test", environment: "test" }).info("Too little"));
    expect(lines).toEqual([]);
  });

  it("has a silent twin for whoever wants no lines", () => {
    expect(NO_LOG.with({ a: 1 })).toBe(NO_LOG);
  });
});
