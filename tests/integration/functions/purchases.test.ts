import type { Context as LambdaContext } from "aws-lambda";
import { expect, inject, it, onTestFinished } from "vitest";
import * as Purchasing from "../../../core/purchasing/index.ts";
import * as Suppliers from "../../../core/suppliers/index.ts";
import { handler } from "../../../functions/queues/purchases.ts";
import { toQueueEvent } from "../../../local/events/queue.ts";
import { cloudContext } from "../../support/cloud.ts";
import { testActor } from "../../support/context.ts";
import { connectedSupplier, startOwnerclan, withOwnerclan } from "../../support/ownerclan.ts";
import { finishSync } from "../../support/work.ts";

const lambda = { awsRequestId: "req_test", getRemainingTimeInMillis: () => 60_000 } as LambdaContext;

it("orders with the account's own connection, and reports messages that cannot be read by their own ids", async () => {
  const sandbox = await startOwnerclan({ size: 4 });
  onTestFinished(() => sandbox.stop());
  Object.assign(process.env, inject("cloud").environment, {
    ENVIRONMENT: "test",
    SECRET_KEY: "a-secret-of-the-tests-only-0123456789",
    ALLOW_PRIVATE_ADDRESSES: "true",
    OWNERCLAN_API_BASE: sandbox.url,
    OWNERCLAN_AUTH_BASE: sandbox.url,
  });
  const ctx = withOwnerclan(cloudContext({ actor: testActor({ currency: "KRW" }) }), sandbox);
  const supplierId = await connectedSupplier(ctx);
  await finishSync(ctx, (await Suppliers.startSync(ctx, { supplierId, input: {} })).id);
  const recipient = { name: "Demo shop", phone: "010-0000-0000", line1: "1 Demo Street", postalCode: "00000" };
  const lines = [{ externalId: "W000001", quantity: 1 }];
  const { id } = await Purchasing.createPurchaseOrder(ctx, { supplierId, recipient, lines });
  const bodies: string[] = [];
  const send: typeof ctx.queues.send = (queue, message) => {
    expect(queue).toBe("purchases");
    return Promise.resolve(void bodies.push(JSON.stringify(message)));
  };
  await Purchasing.submitPurchaseOrder({ ...ctx, queues: { ...ctx.queues, send } }, { id });
  const [body = ""] = bodies;
  expect(JSON.parse(body)).toEqual({ organizationId: ctx.actor.organizationId, currency: "KRW", id });
  const stranger = JSON.stringify({ ...JSON.parse(body), organizationId: cloudContext().actor.organizationId });
  const raw = ["not JSON", '{"id":7}', stranger, body, body];
  const event = toQueueEvent(
    raw.map((Body, index) => ({ MessageId: `m${index}`, Body })),
    "purchases",
  );
  expect(await handler(event, lambda)).toEqual({
    batchItemFailures: ["m0", "m1"].map((itemIdentifier) => ({ itemIdentifier })),
  });
  expect(await Purchasing.getPurchaseOrder(ctx, id)).toMatchObject({ status: "placed" });
  expect(sandbox.orders.all.map(({ note }) => note)).toEqual([id]);
});
