import { buffer, text } from "node:stream/consumers";
import { describe, expect, it } from "vitest";
import { cloudContext } from "../../support/cloud.ts";
import { sdkError, storeFaults } from "../../support/store-faults.ts";

const MIB = 1024 * 1024;

function setUp(around = storeFaults().around) {
  const ctx = cloudContext({ around });
  return { objects: ctx.objects, key: (name: string) => `uploads/${ctx.actor.organizationId}/${name}` };
}

async function* chunks(count: number, bytes: number): AsyncGenerator<Uint8Array> {
  for (let index = 0; index < count; index++) yield Buffer.alloc(bytes, index % 256);
}

describe("an object", () => {
  it("is put, described and read, whole or in part", async () => {
    const { objects, key } = setUp();
    await objects.put(key("a.csv"), "sku,price\nA,1\n", "text/csv");
    expect(await objects.head(key("a.csv"))).toMatchObject({
      size: 14,
      contentType: "text/csv",
      etag: expect.any(String) as string,
    });
    expect(await text(await objects.read(key("a.csv")))).toBe("sku,price\nA,1\n");
    expect(await text(await objects.read(key("a.csv"), 10))).toBe("A,1\n");
    expect(await text(await objects.read(key("a.csv"), 4, 8))).toBe("price");
  });

  it("that is not there has no head, and cannot be read", async () => {
    const { objects, key } = setUp();
    expect(await objects.head(key("absent"))).toBeUndefined();
    await expect(objects.read(key("absent"))).rejects.toMatchObject({ name: "NoSuchKey" });
  });
});

describe("a stream of unknown length", () => {
  it.each([
    ["nothing", 0, 0],
    ["less than a part", 1, 10],
    ["several parts of odd chunks", 45, 500_000],
    ["exactly two parts", 16, MIB],
  ])("of %s arrives whole", async (_what, count, bytes) => {
    const { objects, key } = setUp();
    expect(await objects.putStream(key("stream"), chunks(count, bytes), "application/x-ndjson")).toBe(count * bytes);
    expect(await objects.head(key("stream"))).toMatchObject({
      size: count * bytes,
      contentType: "application/x-ndjson",
    });
    const stored = await buffer(await objects.read(key("stream")));
    let at = 0;
    for await (const chunk of chunks(count, bytes)) {
      expect(stored.subarray(at, at + chunk.length).equals(chunk)).toBe(true);
      at += chunk.length;
    }
  });

  it("that breaks off leaves no object and no half upload, and its own error", async () => {
    const { around, calls } = storeFaults();
    const { objects, key } = setUp(around);
    async function* broken(): AsyncGenerator<Uint8Array> {
      yield* chunks(9, MIB);
      throw new Error("the feed broke off");
    }
    await expect(objects.putStream(key("broken"), broken(), "text/csv")).rejects.toThrow("the feed broke off");
    expect(await objects.head(key("broken"))).toBeUndefined();
    expect(calls).toEqual(["CreateMultipartUpload", "UploadPart", "AbortMultipartUpload", "HeadObject"]);
  });

  it("fails of what broke it, also when tidying up fails as well", async () => {
    const { around } = storeFaults((call) => {
      if (call.operation === "UploadPart") return { failWith: sdkError("SlowDown") };
      return call.operation === "AbortMultipartUpload" ? { failWith: sdkError("AlsoDown") } : "pass";
    });
    const { objects, key } = setUp(around);
    await expect(objects.putStream(key("x"), chunks(1, 10), "text/csv")).rejects.toMatchObject({ name: "SlowDown" });
  });
});

describe("a presigned upload", () => {
  it("takes the file straight to the store with the announced type", async () => {
    const { objects, key } = setUp();
    const body = "handle,title\n";
    const { url, method, headers } = await objects.presignPut(key("u"), "text/csv", body.length, 900);
    expect(method).toBe("PUT");
    expect((await fetch(url, { method, headers, body })).status).toBe(200);
    expect(await objects.head(key("u"))).toMatchObject({ size: body.length, contentType: "text/csv" });
  });

  it("binds type, length and life in its signature, and no checksum that the sender cannot know", async () => {
    const { objects, key } = setUp();
    const { url } = await objects.presignPut(key("u"), "text/csv", 13, 900);
    const signed = new URL(url).searchParams;
    expect(signed.get("X-Amz-SignedHeaders")?.split(";").toSorted()).toEqual([
      "content-length",
      "content-type",
      "host",
    ]);
    expect(signed.get("X-Amz-Expires")).toBe("900");
    expect([...signed.keys()].filter((name) => name.toLowerCase().includes("checksum"))).toEqual([]);
  });
});

describe("a presigned download", () => {
  it("gives the file under a name that cannot break out of its header", async () => {
    const { objects, key } = setUp();
    await objects.put(key("refused.csv"), "row,reason\n", "text/csv");
    const url = await objects.presignGet(key("refused.csv"), 'refused"; filename=evil.exe\r\n.csv', 60);
    const disposition = new URL(url).searchParams.get("response-content-disposition");
    expect(disposition).toBe('attachment; filename="refused___filename_evil.exe__.csv"');
    expect(await (await fetch(url)).text()).toBe("row,reason\n");
  });
});
