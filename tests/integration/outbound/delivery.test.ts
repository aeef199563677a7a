import { describe, expect, it } from "vitest";
import * as Outbound from "../../../core/outbound/index.ts";
import { sign } from "../../../core/outbound/signature.ts";
import { cloudContext } from "../../support/cloud.ts";
import { answer, loopback } from "../../support/loopback.ts";
import { allDeliveries, atHome, drain, eventOf, fan, keptQueue } from "../../support/outbound.ts";
import { stoppedClock } from "../../support/recording.ts";

function shop() {
  const clock = stoppedClock();
  return { clock, ...keptQueue(atHome(cloudContext({ now: clock.now }))) };
}

describe("an event that an endpoint asks for", () => {
  it("arrives as a signed POST with its type, time and data, and the log says so", async () => {
    const { ctx, due, clock } = shop();
    const receiver = await loopback(answer(200, { "content-type": "text/plain" }, "thanks"));
    const { id: endpointId, secret } = await Outbound.createEndpoint(ctx, { url: `${receiver.url}/hook` });
    const event = eventOf(ctx, "order.placed", { id: "ord_7" });
    await fan(ctx, event);
    clock.advance(250);
    expect(await drain(ctx, due)).toEqual(new Map());
    const [request] = receiver.requests;
    expect(receiver.requests).toHaveLength(1);
    const eventId = String(event.new["id"]);
    const timestamp = Math.floor(ctx.now() / 1000);
    expect(request).toMatchObject({
      method: "POST",
      path: "/hook",
      headers: {
        "content-type": "application/json",
        "webhook-id": eventId,
        "webhook-timestamp": String(timestamp),
        "webhook-signature": sign(secret, { id: eventId, timestamp, body: request?.body ?? "" }),
      },
    });
    expect(JSON.parse(request?.body ?? "")).toEqual({
      id: eventId,
      type: "order.placed",
      timestamp: event.new["occurredAt"],
      data: { id: "ord_7", channel: "shop", status: "pending" },
    });
    const [delivery] = await allDeliveries(ctx, { endpointId });
    expect(delivery).toMatchObject({ status: "delivered", attempts: 1, eventId, eventType: "order.placed" });
    const details = await Outbound.getDelivery(ctx, delivery?.id ?? "");
    expect(details).toMatchObject({
      body: request?.body,
      attemptLog: [
        {
          number: 1,
          request: { url: `${receiver.url}/hook`, headers: { "webhook-id": eventId } },
          response: { status: 200, body: "thanks" },
        },
      ],
    });
    expect(JSON.stringify(details)).not.toContain("signature");
  });

  it("arrives once, however often and wherever the stream repeats it", async () => {
    const { ctx, due } = shop();
    const receiver = await loopback(answer(204));
    await Outbound.createEndpoint(ctx, { url: receiver.url });
    const events = [eventOf(ctx), eventOf(ctx, "stock.adjusted")];
    await Promise.all([fan(ctx, ...events), fan(ctx, ...events), fan(ctx, ...events)]);
    await drain(ctx, due);
    await fan(ctx, ...events);
    await drain(ctx, due);
    expect(receiver.requests).toHaveLength(2);
    expect(await allDeliveries(ctx)).toHaveLength(2);
  });

  it("goes to each endpoint whose filter lets it through, and to no other organisation's", async () => {
    const { ctx, due } = shop();
    const stranger = shop();
    const receiver = await loopback(answer(200));
    const at = (path: string, eventTypes: string[]) =>
      Outbound.createEndpoint(ctx, { url: `${receiver.url}/${path}`, eventTypes });
    await at("all", ["*"]);
    await at("orders", ["order.*"]);
    await at("one", ["order.placed"]);
    await at("other", ["stock.*", "product.created"]);
    await Outbound.createEndpoint(stranger.ctx, { url: `${receiver.url}/stranger` });
    await fan(ctx, eventOf(ctx, "order.placed"), eventOf(ctx, "order.paid"));
    await drain(ctx, due);
    expect(receiver.requests.map(({ path }) => path).toSorted()).toEqual([
      "/all",
      "/all",
      "/one",
      "/orders",
      "/orders",
    ]);
  });

  it("is that of its first moment: nothing is missed between an endpoint's creation and what is remembered of before", async () => {
    const { ctx, due, clock } = shop();
    const directories = Outbound.createDirectories(ctx.now);
    await Outbound.fanOut(ctx, directories, [eventOf(ctx)]);
    const receiver = await loopback(answer(200));
    await Outbound.createEndpoint(ctx, { url: receiver.url });
    clock.advance(1);
    await Outbound.fanOut(ctx, directories, [eventOf(ctx)]);
    await drain(ctx, due);
    expect(receiver.requests).toHaveLength(1);
  });
});
