import type { Context as LambdaContext } from "aws-lambda";
import { describe, expect, inject, it } from "vitest";
import * as Imports from "../../../core/imports/index.ts";
import { handler } from "../../../functions/queues/imports.ts";
import { toQueueEvent } from "../../../local/events/queue.ts";
import { cloudContext } from "../../support/cloud.ts";
import { queueImport } from "../../support/work.ts";

const lambda = { awsRequestId: "req_test", getRemainingTimeInMillis: () => 600_000 } as LambdaContext;
const messages = (...bodies: string[]) =>
  toQueueEvent(
    bodies.map((Body, index) => ({ MessageId: `m${index}`, Body })),
    "imports",
  );

/** The function reads its process's environment, as in Lambda. */
function inTheFunction(): void {
  const { environment } = inject("cloud");
  const secrets = { ENVIRONMENT: "test", SECRET_KEY: "a-secret-of-the-tests-only-0123456789" };
  Object.assign(process.env, environment, secrets);
}

describe("messages of the imports queue", () => {
  it("that cannot be read are reported by their own ids, and cost a good one in the same batch nothing", async () => {
    inTheFunction();
    const ctx = cloudContext();
    const { organizationId, currency } = ctx.actor;
    const id = await queueImport(ctx, "sku,name\nA,a\n", { format: "csv", mapping: { sku: "sku", name: "name" } });
    const good = JSON.stringify({ organizationId, currency, id });
    const stranger = JSON.stringify({ organizationId: cloudContext().actor.organizationId, currency, id });
    const event = messages("not JSON", "null", '{"id":7}', stranger, good);
    expect(await handler(event, lambda)).toEqual({
      batchItemFailures: ["m0", "m1", "m2", "m3"].map((itemIdentifier) => ({ itemIdentifier })),
    });
    expect(await Imports.getImport(ctx, id)).toMatchObject({ status: "succeeded", accepted: 1 });
  });

  it("may come again when the work is done", async () => {
    inTheFunction();
    const ctx = cloudContext();
    const { organizationId, currency } = ctx.actor;
    const id = await queueImport(ctx, "sku,name\nA,a\n", { format: "csv", mapping: { sku: "sku", name: "name" } });
    const body = JSON.stringify({ organizationId, currency, id });
    expect(await handler(messages(body, body), lambda)).toEqual({ batchItemFailures: [] });
    expect(await handler(messages(body), lambda)).toEqual({ batchItemFailures: [] });
    expect(await Imports.getImport(ctx, id)).toMatchObject({ processed: 1, accepted: 1 });
  });
});
