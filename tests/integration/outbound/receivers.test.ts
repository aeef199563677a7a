import { createServer, type Socket } from "node:net";
import type { AddressInfo } from "node:net";
import { gzipSync } from "node:zlib";
import { describe, expect, it, onTestFinished } from "vitest";
import * as Outbound from "../../../core/outbound/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import type { HttpClientOptions } from "../../../core/platform/http/resilient-client.ts";
import { resolver } from "../../faults/platform/http/support.ts";
import { cloudContext } from "../../support/cloud.ts";
import { type Answer, answer, loopback } from "../../support/loopback.ts";
import { allDeliveries, atHome, drain, eventOf, fan, keptQueue } from "../../support/outbound.ts";
import { stoppedClock } from "../../support/recording.ts";

const IMPATIENT = { remainingMs: () => 600_000, timeoutMs: 150 };

function home(options: Partial<HttpClientOptions> = {}) {
  return keptQueue(atHome(cloudContext({ now: stoppedClock().now }), options));
}

/** Sends one event there, once. Returns what the log says of it. */
async function deliverTo(url: string, { ctx, due } = home()): Promise<Outbound.DeliveryDetails> {
  await Outbound.createEndpoint(ctx, { url });
  await fan(ctx, eventOf(ctx));
  expect(await Outbound.deliver(ctx, { ids: due() }, IMPATIENT)).toEqual(new Map());
  const [delivery] = await allDeliveries(ctx);
  return Outbound.getDelivery(ctx, delivery?.id ?? "");
}

const viaLoopback = async (...answers: Answer[]) => deliverTo((await loopback(...answers)).url);

/** A server that writes just these bytes to whoever connects. */
async function rawServer(reply: (socket: Socket) => void): Promise<string> {
  const sockets = new Set<Socket>();
  const server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("data", () => reply(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    return new Promise((resolve) => server.close(() => resolve()));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

describe("a receiver", () => {
  it("that does not answer in time has failed, and is tried again", async () => {
    expect(await viaLoopback(() => {})).toMatchObject({
      status: "pending",
      failure: { code: "NO_ANSWER", message: "did not answer within 150 ms" },
      attemptLog: [{ number: 1, error: { code: "NO_ANSWER" } }],
    });
  });

  it("that redirects has failed: nobody is followed, and its secret body goes nowhere else", async () => {
    const elsewhere = await loopback(answer(200));
    const details = await viaLoopback(answer(307, { location: elsewhere.url }));
    expect(details).toMatchObject({
      status: "pending",
      failure: { message: "The receiver answered 307" },
      attemptLog: [{ response: { status: 307, headers: { location: elsewhere.url } } }],
    });
    expect(elsewhere.requests).toEqual([]);
  });

  it.each([400, 401, 404, 418, 500, 503, 304])("that answers %i has failed", async (status) => {
    expect(await viaLoopback(answer(status))).toMatchObject({ status: "pending", failure: { code: "BAD_STATUS" } });
  });

  it.each([200, 201, 202, 204, 299])("that answers %i has it", async (status) => {
    expect(await viaLoopback(answer(status))).toMatchObject({ status: "delivered" });
  });

  it("that answers without end is read for a KiB and no further", async () => {
    const details = await viaLoopback((_request, response) => {
      response.writeHead(200);
      const pour = () => {
        while (!response.destroyed && response.write("x".repeat(65_536)));
      };
      response.on("drain", pour);
      pour();
    });
    expect(details).toMatchObject({ status: "delivered", attemptLog: [{ response: { body: "x".repeat(1_024) } }] });
  });

  it("that announces a terabyte is believed its status only", async () => {
    const url = await rawServer((socket) => socket.write("HTTP/1.1 200 OK\r\ncontent-length: 1099511627776\r\n\r\nhi"));
    expect(await deliverTo(url)).toMatchObject({ status: "delivered", attemptLog: [{ response: { body: "hi" } }] });
  });

  it("that announces more than it sends has it all the same", async () => {
    const url = await rawServer((socket) => socket.end("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nshort"));
    expect(await deliverTo(url)).toMatchObject({ status: "delivered", attemptLog: [{ response: { body: "short" } }] });
  });

  it("that drips its answer holds no worker", async () => {
    const url = await rawServer((socket) => {
      socket.write("HTTP/1.1 500 Oh\r\ncontent-length: 1000\r\n\r\n");
      const drip = setInterval(() => socket.write("."), 20);
      socket.on("close", () => clearInterval(drip));
    });
    expect(await deliverTo(url)).toMatchObject({ status: "pending", attemptLog: [{ response: { status: 500 } }] });
  });

  it("that answers a bomb, or in an encoding nobody asked for, is not decoded", async () => {
    const bomb = gzipSync(Buffer.alloc(10_000_000));
    const details = await viaLoopback(answer(200, { "content-encoding": "gzip" }, bomb));
    expect(details.status).toBe("delivered");
    expect(await viaLoopback(answer(200, { "content-encoding": "rot13" }, "uv"))).toMatchObject({
      status: "delivered",
      attemptLog: [{ response: { body: "uv" } }],
    });
  });

  it.each([
    ["nonsense", "HELLO\r\n\r\n"],
    ["a header that does not end", `HTTP/1.1 200 OK\r\nx: ${"y".repeat(100_000)}\r\n\r\n`],
    ["nothing", ""],
  ])("that answers with %s has failed", async (_what, bytes) => {
    const url = await rawServer((socket) => socket.end(bytes));
    expect(await deliverTo(url)).toMatchObject({ status: "pending", failure: { code: "NO_ANSWER" } });
  });

  it("that nobody listens at has failed", async () => {
    expect(await deliverTo("http://127.0.0.1:1/")).toMatchObject({
      status: "pending",
      failure: { code: "NO_ANSWER", message: "the call failed with ECONNREFUSED" },
    });
  });

  it("that is down for long is not asked by every delivery: the others wait unsent, and lose no attempt", async () => {
    const { ctx, due } = home();
    await Outbound.createEndpoint(ctx, { url: "http://127.0.0.1:1/" });
    await fan(ctx, ...Array.from({ length: 12 }, () => eventOf(ctx)));
    for (const id of due()) await Outbound.deliver(ctx, { ids: [id] }, IMPATIENT);
    const attempts = (await allDeliveries(ctx)).map((delivery) => delivery.attempts);
    expect(attempts.filter((count) => count === 1)).toHaveLength(5);
    expect(attempts.filter((count) => count === 0)).toHaveLength(7);
  });
});

describe("a private address", () => {
  const refusing = (options: Partial<HttpClientOptions>) =>
    home({ allowPrivateAddresses: false, isAllowedAddress: (address) => address === "127.0.0.1", ...options });
  const REFUSED = { status: "pending", failure: { code: "PRIVATE_ADDRESS" } };

  it("is never called, though its name looks public", async () => {
    for (const address of ["10.0.0.8", "169.254.169.254", "192.168.0.1", "::1", "fd00::1"]) {
      const details = await deliverTo("http://hooks.example.com/", refusing({ lookup: resolver(address) }));
      expect(details).toMatchObject(REFUSED);
      expect(JSON.stringify(details.attemptLog)).not.toContain(address);
    }
  });

  it("is not called by a name that turned to it after the first delivery (DNS rebinding)", async () => {
    const receiver = await loopback(answer(200));
    const kept = refusing({ lookup: resolver("127.0.0.1", "10.0.0.8") });
    const { ctx, due } = kept;
    await Outbound.createEndpoint(ctx, { url: `http://rebound.example.com:${receiver.port}/` });
    await fan(ctx, eventOf(ctx));
    await drain(ctx, due);
    await fan(ctx, eventOf(ctx));
    await drain(ctx, due);
    expect(receiver.requests).toHaveLength(1);
    expect(await allDeliveries(ctx, { status: "delivered" })).toHaveLength(1);
    expect(await allDeliveries(ctx, { status: "pending" })).toMatchObject([REFUSED]);
  });

  it("is not taken as an endpoint's URL, nor is http, outside development", async () => {
    const { ctx } = home();
    const deployed: Context = {
      ...ctx,
      config: { ...ctx.config, environment: "production", allowPrivateAddresses: false },
    };
    for (const url of ["http://hooks.example.com/", "https://10.0.0.8/", "https://localhost/hook"])
      await expect(Outbound.createEndpoint(deployed, { url }), url).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
    const { id } = await Outbound.createEndpoint(deployed, { url: "https://hooks.example.com/" });
    await expect(
      Outbound.updateEndpoint(deployed, { id, changes: { url: "https://169.254.169.254/" } }),
    ).rejects.toMatchObject({ code: "VALIDATION_ERROR" });
  });
});
