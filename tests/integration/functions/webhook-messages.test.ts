import type { Context as LambdaContext } from "aws-lambda";
import { expect, inject, it } from "vitest";
import * as Inbound from "../../../core/inbound/index.ts";
import { handler } from "../../../functions/queues/webhook-events.ts";
import { toQueueEvent } from "../../../local/events/queue.ts";
import { cloudContext } from "../../support/cloud.ts";
import { deliver, heldQueue, registered, stripeEvent, withStripe } from "../../support/webhooks.ts";

const lambda = { awsRequestId: "req_test", getRemainingTimeInMillis: () => 60_000 } as LambdaContext;

it("a message of the webhook-events queue that cannot be read costs the others of its batch nothing, and may come again", async () => {
  const secrets = { ENVIRONMENT: "test", SECRET_KEY: "a-secret-of-the-tests-only-0123456789" };
  Object.assign(process.env, inject("cloud").environment, secrets);
  const held = heldQueue();
  const ctx = withStripe(await registered(cloudContext()), { queues: held.queues });
  const { organizationId } = ctx.actor;
  const { id } = await deliver(ctx, stripeEvent({ type: "of.no.known.type" }, { metadata: { organizationId } }));
  const good = JSON.stringify(held.take()[0]);
  const unknown = JSON.stringify({ scope: "stripe", externalEventId: "evt_nobody_sent", part: "EVENT" });
  const bodies = ["not JSON", "null", '{"scope":7}', unknown, good, good];
  const event = toQueueEvent(
    bodies.map((Body, index) => ({ MessageId: `m${index}`, Body })),
    "webhookEvents",
  );
  const unreadable = { batchItemFailures: ["m0", "m1", "m2"].map((itemIdentifier) => ({ itemIdentifier })) };
  expect(await handler(event, lambda)).toEqual(unreadable);
  expect(await Inbound.getEvent(ctx, id)).toMatchObject({ status: "ignored", retryCount: 0 });
  expect(await handler(event, lambda)).toEqual(unreadable);
});
