import type { Context as LambdaContext } from "aws-lambda";
import { expect, inject, it, vi } from "vitest";
import * as Outbound from "../../../core/outbound/index.ts";
import { handler } from "../../../functions/queues/outbound-webhooks.ts";
import { handler as sweep } from "../../../functions/schedules/due-webhooks.ts";
import { processResources } from "../../../functions/resources.ts";
import { toQueueEvent } from "../../../local/events/queue.ts";
import { cloudContext } from "../../support/cloud.ts";
import { answer, loopback } from "../../support/loopback.ts";
import { atHome } from "../../support/outbound.ts";

const lambda = { awsRequestId: "req_test", getRemainingTimeInMillis: () => 60_000 } as LambdaContext;

it("reports messages that cannot be read by their own ids, and delivers for several organisations side by side", async () => {
  Object.assign(process.env, inject("cloud").environment, {
    ENVIRONMENT: "test",
    SECRET_KEY: "a-secret-of-the-tests-only-0123456789",
    ALLOW_PRIVATE_ADDRESSES: "true",
  });
  const receiver = await loopback(answer(200));
  const bodies: string[] = [];
  const shops = await Promise.all(
    [1, 2].map(async () => {
      const ctx = atHome(cloudContext());
      const { id: endpointId } = await Outbound.createEndpoint(ctx, { url: receiver.url });
      const { id } = await Outbound.testEndpoint(ctx, { id: endpointId });
      bodies.push(JSON.stringify({ organizationId: ctx.actor.organizationId, id }));
      return { ctx, id };
    }),
  );
  const [good = "", other = ""] = bodies;
  const stranger = JSON.stringify({ ...JSON.parse(good), organizationId: cloudContext().actor.organizationId });
  const raw = ["not JSON", "null", '{"id":7}', good, other, good, stranger, '{"organizationId":"org_1","id":"evt_1"}'];
  const event = toQueueEvent(
    raw.map((Body, index) => ({ MessageId: `m${index}`, Body })),
    "outboundWebhooks",
  );
  expect(await handler(event, lambda)).toEqual({
    batchItemFailures: ["m0", "m1", "m2"].map((itemIdentifier) => ({ itemIdentifier })),
  });
  expect(receiver.requests).toHaveLength(2);
  for (const { ctx, id } of shops) expect(await Outbound.getDelivery(ctx, id)).toMatchObject({ status: "delivered" });

  const failing = vi.spyOn(processResources().table, "batchGet").mockRejectedValue(new Error("down"));
  const again = toQueueEvent([{ MessageId: "m", Body: good }], "outboundWebhooks");
  expect(await handler(again, lambda)).toEqual({ batchItemFailures: [{ itemIdentifier: "m" }] });
  failing.mockRestore();
});

it("every minute each part of the agenda is looked at", async () => {
  // The agenda is of every test that runs now.
  const query = vi.spyOn(processResources().table, "query").mockResolvedValue({ items: [], count: 0 });
  await sweep();
  const looked = query.mock.calls.map(([{ pk }]) => pk);
  query.mockRestore();
  expect(looked).toEqual(Array.from({ length: 8 }, (_, shard) => `SCHEDULE#OUTBOUND#${shard}`));
});
