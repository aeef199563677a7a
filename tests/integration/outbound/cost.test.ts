import { expect, it } from "vitest";
import * as Outbound from "../../../core/outbound/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { testActor } from "../../support/context.ts";
import { answer, loopback } from "../../support/loopback.ts";
import { atHome, eventOf, keptQueue, PLENTY } from "../../support/outbound.ts";
import { stoppedClock } from "../../support/recording.ts";
import { storeFaults } from "../../support/store-faults.ts";

it("events of organisations without endpoints cost one read a batch, and a backlog of them one in five seconds", async () => {
  const { around, calls } = storeFaults();
  const clock = stoppedClock();
  const shops = Array.from({ length: 30 }, () => cloudContext({ actor: testActor(), now: clock.now, around }));
  const [ctx] = shops;
  if (!ctx) throw new Error("There is a first");
  const events = () => shops.flatMap((shop) => [eventOf(shop), eventOf(shop), eventOf(shop)]);
  const directories = Outbound.createDirectories(clock.now);
  const backlog = [events(), events(), events()];
  clock.advance(2_000);
  for (const batch of backlog) await Outbound.fanOut(ctx, directories, batch);
  expect(calls).toEqual(["BatchGetItem"]);
  clock.advance(5_000);
  for (const batch of backlog) await Outbound.fanOut(ctx, directories, batch);
  expect(calls).toEqual(["BatchGetItem", "BatchGetItem"]);
  await Outbound.fanOut(ctx, directories, events());
  expect(calls).toHaveLength(3);
  await Outbound.fanOut(ctx, directories, [{ new: { entity: "product", id: "prd_1" } }]);
  expect(calls).toHaveLength(3);
});

it("a delivery costs a put and its message, and at its attempt two reads for ten, a claim and one transaction", async () => {
  const { around, calls } = storeFaults();
  const clock = stoppedClock();
  const { ctx, due } = keptQueue(atHome(cloudContext({ now: clock.now, around })));
  const receiver = await loopback(answer(200));
  await Outbound.createEndpoint(ctx, { url: receiver.url });
  calls.length = 0;
  await Outbound.fanOut(
    ctx,
    Outbound.createDirectories(clock.now),
    Array.from({ length: 10 }, () => eventOf(ctx)),
  );
  expect(Object.groupBy(calls, (call) => call)).toEqual({
    BatchGetItem: ["BatchGetItem"],
    PutItem: Array(10).fill("PutItem"),
  });
  calls.length = 0;
  await Outbound.deliver(ctx, { ids: due() }, PLENTY);
  const counted = Object.entries(Object.groupBy(calls, (call) => call)).map(([name, all]) => [name, all?.length]);
  expect(Object.fromEntries(counted)).toEqual({ BatchGetItem: 2, UpdateItem: 10, TransactWriteItems: 10 });
  expect(receiver.requests).toHaveLength(10);
});
