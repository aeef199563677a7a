import { text } from "node:stream/consumers";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { type Answer, answer, loopback } from "../../../support/loopback.ts";
import { outbound } from "./support.ts";

/** Short enough not to be felt: the servers below never answer at all. */
const SOON = { timeoutMs: 100, attempts: 1 };

const encoded = (encoding: string, body: Buffer) =>
  answer(200, { "content-encoding": encoding, "content-type": "text/csv" }, body);

describe("an answer that does not come", () => {
  it("is a transient failure once the time for its headers is over", async () => {
    const server = await loopback(() => {});
    const { get } = outbound();
    await expect(get(server.url, SOON)).rejects.toMatchObject({
      name: "TransientError",
      message: "supplier: did not answer within 100 ms",
    });
  });

  it("counts the time of its redirects together", async () => {
    const server = await loopback(answer(302, { location: "/next" }), () => {});
    const { get } = outbound();
    await expect(get(server.url, SOON)).rejects.toMatchObject({ name: "TransientError" });
    expect(server.requests).toHaveLength(2);
  });

  it("fails its reader when it stalls in the middle", async () => {
    const server = await loopback((_request, response) => void response.writeHead(200).write("half"));
    const { get } = outbound();
    const { body } = await get(server.url, SOON);
    await expect(text(body)).rejects.toMatchObject({
      name: "TransientError",
      message: "supplier: stalled while its body was read",
    });
  });

  it("fails its reader when it drips for longer than the whole body may take", async () => {
    const drip: Answer = (_request, response) => {
      response.writeHead(200);
      const timer = setInterval(() => response.write("x"), 10);
      response.once("close", () => clearInterval(timer));
    };
    const server = await loopback(drip);
    const { get } = outbound();
    const { body } = await get(server.url, { timeoutMs: 5_000, bodyTimeoutMs: 150 });
    await expect(text(body)).rejects.toMatchObject({
      name: "TransientError",
      message: "supplier: took too long while its body was read",
    });
  });

  it("fails its reader when it breaks off before its announced end", async () => {
    const half: Answer = (_request, response) => {
      response.writeHead(200, { "content-length": "100" });
      response.write("half", () => response.destroy());
    };
    const server = await loopback(half);
    const { get } = outbound();
    const { body } = await get(server.url);
    await expect(text(body)).rejects.toMatchObject({ name: "TransientError", retryable: true });
  });

  it("frees the connection when its reader loses interest", async () => {
    const closed = Promise.withResolvers<void>();
    const server = await loopback((_request, response) => {
      response.once("close", closed.resolve);
      response.writeHead(200).write("first");
    });
    const { get } = outbound();
    const { body } = await get(server.url);
    for await (const chunk of body) {
      expect(String(chunk)).toBe("first");
      break;
    }
    await closed.promise;
    expect(body.destroyed).toBe(true);
  });
});

describe("an encoded body", () => {
  const csv = "sku,price\n".repeat(10_000);

  it.each([
    ["gzip", gzipSync(csv)],
    ["x-gzip", gzipSync(csv)],
    ["br", brotliCompressSync(csv)],
    ["identity", Buffer.from(csv)],
  ])("is decoded from %s, and says nothing of its wire form", async (encoding, wire) => {
    const server = await loopback(encoded(encoding, wire));
    const { get } = outbound();
    const { headers, body } = await get(server.url);
    expect(await text(body)).toBe(csv);
    if (encoding !== "identity") expect(headers).not.toHaveProperty("content-length");
    expect(headers["content-type"]).toBe("text/csv");
    expect(server.requests[0]?.headers["accept-encoding"]).toBe("gzip, br");
  });

  it("is refused in an encoding that was not asked for", async () => {
    const server = await loopback(encoded("zstd", Buffer.from("x")));
    const { get } = outbound();
    await expect(get(server.url)).rejects.toMatchObject({
      name: "PermanentError",
      message: "supplier: answered in the unknown encoding zstd",
    });
  });

  it("fails for good when it is not what it says", async () => {
    const server = await loopback(encoded("gzip", Buffer.from("plain text")));
    const { get } = outbound();
    const { body } = await get(server.url);
    await expect(text(body)).rejects.toMatchObject({ name: "PermanentError" });
  });

  it("may be had again when it was cut short", async () => {
    const server = await loopback(encoded("gzip", gzipSync(csv).subarray(0, 50)));
    const { get } = outbound();
    const { body } = await get(server.url);
    await expect(text(body)).rejects.toMatchObject({ name: "TransientError" });
  });
});

describe("a body that is too large", () => {
  const limit = { maxBytes: 1_000_000 };

  it("is refused by its announced length before a byte is read", async () => {
    const server = await loopback(answer(200, { "content-length": "1000001" }, Buffer.alloc(1_000_001)));
    const { get } = outbound();
    await expect(get(server.url, limit)).rejects.toMatchObject({
      name: "PermanentError",
      message: "supplier: announces more than 1000000 bytes",
    });
  });

  it("is refused at the limit when it announced nothing", async () => {
    const endless: Answer = (_request, response) => {
      const more = () => {
        while (!response.destroyed && response.write(Buffer.alloc(64 * 1024))) continue;
      };
      response.on("drain", more).writeHead(200);
      more();
    };
    const server = await loopback(endless);
    const { get } = outbound();
    const { body } = await get(server.url, limit);
    await expect(text(body)).rejects.toMatchObject({ name: "PermanentError" });
  });

  it.each([
    ["gzip", gzipSync(Buffer.alloc(100_000_000))],
    ["br", brotliCompressSync(Buffer.alloc(100_000_000))],
  ])("is refused at its decoded size: a %s bomb is small on the wire", async (encoding, bomb) => {
    expect(bomb.length).toBeLessThan(1_000_000);
    const server = await loopback(encoded(encoding, bomb));
    const { get } = outbound();
    const { body } = await get(server.url, limit);
    let read = 0;
    const reading = (async () => {
      for await (const chunk of body) read += (chunk as Buffer).length;
    })();
    await expect(reading).rejects.toMatchObject({
      name: "PermanentError",
      message: "supplier: answered more than 1000000 bytes",
    });
    expect(read).toBeLessThanOrEqual(1_000_000);
  });

  it("passes at the limit to the byte", async () => {
    const server = await loopback(encoded("gzip", gzipSync(Buffer.alloc(1_000_000, "x"))));
    const { get } = outbound();
    expect(await text((await get(server.url, limit)).body)).toHaveLength(1_000_000);
  });
});
