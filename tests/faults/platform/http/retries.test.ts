import { text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { answer, loopback } from "../../../support/loopback.ts";
import { outbound } from "./support.ts";

describe("an outbound call", () => {
  it("gives the answer's status, headers and body, and counts one success", async () => {
    const server = await loopback(answer(200, { "content-type": "text/csv", etag: '"1"' }, "a,b"));
    const { get, count } = outbound();
    const response = await get(`${server.url}/feed.csv?page=1`, { headers: { "X-Key": "k" } });
    expect(await text(response.body)).toBe("a,b");
    expect(response).toMatchObject({ status: 200, headers: { "content-type": "text/csv", etag: '"1"' } });
    expect(server.requests).toMatchObject([
      { method: "GET", path: "/feed.csv?page=1", headers: { "x-key": "k", "user-agent": "stockwright" } },
    ]);
    expect(count("success")).toBe(1);
  });

  it("gives 304 to a conditional request, and HEAD, with an empty body", async () => {
    const server = await loopback(answer(304), answer(200, { "content-length": "99" }));
    const { get } = outbound();
    const unchanged = await get(server.url, { headers: { "If-None-Match": '"1"' } });
    expect([unchanged.status, await text(unchanged.body)]).toEqual([304, ""]);
    const head = await get(server.url, { method: "HEAD" });
    expect([head.status, await text(head.body)]).toEqual([200, ""]);
  });

  it("is repeated after 500s with doubling, jittered waits until it succeeds", async () => {
    const server = await loopback(answer(500), answer(502), answer(503), answer(200, {}, "ok"));
    const { get, waits, count, log } = outbound();
    expect(await text((await get(server.url)).body)).toBe("ok");
    expect(waits).toEqual([125, 250, 500]);
    expect([count("transient"), count("success")]).toEqual([3, 1]);
    expect(log.lines.map((line) => line.level)).toEqual(["warn", "warn", "warn"]);
  });

  it("gives up after four attempts with the last failure", async () => {
    const server = await loopback(answer(500));
    const { get, count } = outbound();
    await expect(get(server.url)).rejects.toMatchObject({
      name: "TransientError",
      upstreamStatus: 500,
      retryable: true,
    });
    expect(server.requests).toHaveLength(4);
    expect(count("transient")).toBe(4);
  });

  it.each([400, 401, 403, 404, 410, 422])("is not repeated after %i", async (status) => {
    const server = await loopback(answer(status));
    const { get, count } = outbound();
    await expect(get(server.url)).rejects.toMatchObject({
      name: "PermanentError",
      upstreamStatus: status,
      retryable: false,
    });
    expect(server.requests).toHaveLength(1);
    expect(count("permanent")).toBe(1);
  });

  it("is made once when it may not be repeated, unless the caller says otherwise", async () => {
    const server = await loopback(answer(500));
    const { get } = outbound();
    for (const method of ["POST", "PATCH"] as const) {
      await expect(get(server.url, { method, body: "{}" })).rejects.toMatchObject({ name: "TransientError" });
    }
    expect(server.requests.map((request) => request.body)).toEqual(["{}", "{}"]);
    await expect(get(server.url, { method: "POST", body: "{}", attempts: 2 })).rejects.toMatchObject({
      name: "TransientError",
    });
    expect(server.requests).toHaveLength(4);
  });

  it("is repeated when the connection is refused or reset before an answer", async () => {
    const server = await loopback((request) => request.socket.destroy(), answer(200));
    const { get, count } = outbound();
    expect((await get(server.url)).status).toBe(200);
    expect(count("transient")).toBe(1);
  });

  it("refuses what is no http address, without naming it", async () => {
    const { get } = outbound();
    for (const url of ["ftp://shop.example/secret", "file:///etc/passwd", "not an address", ""]) {
      await expect(get(url)).rejects.toMatchObject({
        name: "PermanentError",
        message: "supplier: the address is not http or https",
      });
    }
  });

  it("never names the address's path or credentials in an error", async () => {
    const server = await loopback(answer(404));
    const { get } = outbound();
    const error: unknown = await get(`http://user:hunter2@127.0.0.1:${server.port}/feed?token=abc`).catch(
      (caught: unknown) => caught,
    );
    expect(String(error)).not.toMatch(/hunter2|token|feed/);
  });
});

describe("a rate-limited call", () => {
  it("waits as long as asked, in seconds, and some jitter more", async () => {
    const server = await loopback(answer(429, { "retry-after": "7" }), answer(200));
    const { get, waits, count } = outbound();
    expect((await get(server.url)).status).toBe(200);
    expect(waits).toEqual([7_125]);
    expect(count("rate_limited")).toBe(1);
  });

  it("waits until the date that was given", async () => {
    const server = await loopback(answer(429, { "retry-after": "Sat, 21 Nov 2026 12:00:20 GMT" }), answer(200));
    const { get, waits } = outbound();
    await get(server.url);
    expect(waits).toEqual([20_125]);
  });

  it("backs off by itself when no time was given", async () => {
    const server = await loopback(answer(429), answer(200));
    const { get, waits } = outbound();
    await get(server.url);
    expect(waits).toEqual([125]);
  });

  it("is handed back at once when asked to stay away for longer than a minute", async () => {
    const server = await loopback(answer(429, { "retry-after": "3600" }));
    const { get, waits } = outbound();
    await expect(get(server.url)).rejects.toMatchObject({
      name: "RateLimitError",
      retryAfterMs: 3_600_000,
      retryAfterSeconds: 3_600,
    });
    expect(waits).toEqual([]);
  });
});

describe("a dependency that is down", () => {
  it("is left alone after five failures in a row, for 30 seconds, and taken up again", async () => {
    const server = await loopback(...Array.from({ length: 6 }, () => answer(500)), answer(200));
    const { get, clock, count } = outbound();
    await expect(get(server.url)).rejects.toMatchObject({ name: "TransientError" });
    await expect(get(server.url, { attempts: 1 })).rejects.toMatchObject({ name: "TransientError" });
    await expect(get(server.url)).rejects.toMatchObject({ name: "CircuitOpenError", retryable: true });
    expect(server.requests).toHaveLength(5);
    expect(count("circuit_open")).toBe(1);
    clock.advance(30_000);
    await expect(get(server.url, { attempts: 1 })).rejects.toMatchObject({ name: "TransientError" });
    await expect(get(server.url)).rejects.toMatchObject({ name: "CircuitOpenError" });
    clock.advance(30_000);
    expect((await get(server.url)).status).toBe(200);
    expect((await get(server.url)).status).toBe(200);
  });

  it("is told by its last failure when the breaker opens in the middle of a call", async () => {
    const server = await loopback(answer(500));
    const { get } = outbound({ sleep: () => Promise.resolve() });
    await expect(get(server.url, { attempts: 10 })).rejects.toMatchObject({
      name: "TransientError",
      upstreamStatus: 500,
    });
    expect(server.requests).toHaveLength(5);
  });

  it("does not silence another host of the same dependency", async () => {
    const [broken, healthy] = [await loopback(answer(500)), await loopback(answer(200))];
    const { get } = outbound();
    await expect(get(broken.url, { attempts: 6 })).rejects.toMatchObject({ name: "TransientError" });
    await expect(get(broken.url)).rejects.toMatchObject({ name: "CircuitOpenError" });
    expect((await get(healthy.url)).status).toBe(200);
  });
});
