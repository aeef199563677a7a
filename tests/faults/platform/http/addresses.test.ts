import { describe, expect, it } from "vitest";
import { createHttpClient } from "../../../../core/platform/http/resilient-client.ts";
import { NO_LOG } from "../../../../core/platform/log.ts";
import { NO_METRICS } from "../../../../core/platform/metrics.ts";
import { answer, loopback } from "../../../support/loopback.ts";
import { get as request, outbound, resolver } from "./support.ts";

const REFUSED = { name: "PrivateAddressError", code: "VALIDATION_ERROR", retryable: false };
const METADATA = "http://169.254.169.254/latest/meta-data/iam/";

describe("an address that is not on the public internet", () => {
  it.each([
    METADATA,
    "http://10.0.0.1/",
    "http://[::1]/",
    "http://0xA9FEA9FE/",
    "http://2852039166/",
    "http://[::ffff:10.0.0.1]/",
  ])("is not called: %s", async (url) => {
    const { get, waits, count } = outbound();
    await expect(get(url)).rejects.toMatchObject(REFUSED);
    expect(waits).toEqual([]);
    expect(count("private_address")).toBe(1);
  });

  it("is not called by a name that resolves to it", async () => {
    const lookup = resolver("10.0.0.1");
    const { get } = outbound({ lookup });
    await expect(get("http://intranet.example/")).rejects.toMatchObject({
      ...REFUSED,
      message: "supplier: the host intranet.example is not on the public internet",
    });
    expect(lookup.asked()).toBe(1);
  });

  it("is not called when a name turns to it between two requests (DNS rebinding)", async () => {
    const server = await loopback((_request, response) => void response.writeHead(200, { connection: "close" }).end());
    const lookup = resolver("127.0.0.1", "169.254.169.254");
    const { get } = outbound({ lookup });
    expect((await get(`http://rebound.example:${server.port}/`)).status).toBe(200);
    await expect(get(`http://rebound.example:${server.port}/`)).rejects.toMatchObject(REFUSED);
    expect(lookup.asked()).toBe(2);
    expect(server.requests).toHaveLength(1);
  });

  it("is not reached through a redirect to its address", async () => {
    const server = await loopback(answer(302, { location: METADATA }));
    const { get } = outbound();
    await expect(get(server.url)).rejects.toMatchObject(REFUSED);
    expect(server.requests).toHaveLength(1);
  });

  it("is not reached through a redirect to a name that resolves to it", async () => {
    const lookup = resolver("192.168.1.1");
    const server = await loopback(answer(307, { location: "http://inside.example/" }));
    const { get } = outbound({ lookup });
    await expect(get(server.url)).rejects.toMatchObject(REFUSED);
  });

  it("is refused by default: loopback gets no connection", async () => {
    const server = await loopback(answer(200));
    const client = createHttpClient({ metrics: NO_METRICS, log: NO_LOG, now: () => 0 });
    await expect(request(client, server.url)).rejects.toMatchObject(REFUSED);
    await expect(request(client, `http://localhost:${server.port}/`)).rejects.toMatchObject(REFUSED);
    expect(server.requests).toHaveLength(0);
  });

  it("may be called where the configuration allows it, for the laptop", async () => {
    const server = await loopback(answer(200));
    const client = createHttpClient({ metrics: NO_METRICS, log: NO_LOG, now: () => 0, allowPrivateAddresses: true });
    expect((await request(client, `http://localhost:${server.port}/`)).status).toBe(200);
  });
});

describe("redirects", () => {
  it("are followed five times, with the last answer's body", async () => {
    const hop = answer(302, { location: "/again" });
    const server = await loopback(hop, hop, hop, hop, hop, answer(200));
    const { get } = outbound();
    expect((await get(server.url)).status).toBe(200);
    expect(server.requests).toHaveLength(6);
  });

  it("are not followed in a loop", async () => {
    const server = await loopback(answer(302, { location: "/again" }));
    const { get } = outbound();
    await expect(get(server.url)).rejects.toMatchObject({
      name: "PermanentError",
      message: "supplier: redirects more than 5 times",
    });
    expect(server.requests).toHaveLength(6);
  });

  it("carry no credentials to another host", async () => {
    const other = await loopback(answer(200));
    const server = await loopback(answer(302, { location: `http://127.0.0.1:${other.port}/` }));
    const { get } = outbound();
    await get(server.url, { headers: { Authorization: "Bearer secret", "X-Api-Key": "secret", Accept: "text/csv" } });
    expect(server.requests[0]?.headers).toMatchObject({ authorization: "Bearer secret", "x-api-key": "secret" });
    expect(JSON.stringify(other.requests[0]?.headers)).not.toContain("secret");
    expect(other.requests[0]?.headers.accept).toBe("text/csv");
  });
});
