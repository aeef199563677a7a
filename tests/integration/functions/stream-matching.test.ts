import { marshall } from "@aws-sdk/util-dynamodb";
import type { DynamoDBRecord } from "aws-lambda";
import { expect, inject, it } from "vitest";
import * as Finance from "../../../core/finance/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import type { Write } from "../../../core/platform/table.ts";
import { handler } from "../../../functions/stream.ts";
import { cloudContext } from "../../support/cloud.ts";
import { minor, usd } from "../finance/shop.ts";

/** A context that also keeps what the table's stream would bring of its transactions. */
function streamed(): { ctx: Context; records: DynamoDBRecord[] } {
  const { environment } = inject("cloud");
  const secrets = { ENVIRONMENT: "test", SECRET_KEY: "a-secret-of-the-tests-only-0123456789" };
  Object.assign(process.env, environment, secrets);
  const ctx = cloudContext();
  const records: DynamoDBRecord[] = [];
  const transact = async (writes: Write[]) => {
    await ctx.table.transact(writes);
    for (const write of writes) {
      if (!("put" in write) || write.put["entity"] !== "event") continue;
      const NewImage = marshall(write.put, { removeUndefinedValues: true }) as NonNullable<
        DynamoDBRecord["dynamodb"]
      >["NewImage"];
      records.push({
        eventName: "INSERT",
        dynamodb: { SequenceNumber: `${records.length}`, ...(NewImage ? { NewImage } : {}) },
      });
    }
  };
  return { ctx: { ...ctx, table: { ...ctx.table, transact } }, records };
}

it("a sale and a purchase are matched by what the table's stream brings of them, also when it brings it twice", async () => {
  const { ctx, records } = streamed();
  await Finance.createPurchase(ctx, { sku: "A", quantity: 3, unitCost: usd("40.00"), purchasedAt: "2026-10-01" });
  const lines = [{ lineId: "oln_1", quantity: 2, amount: minor(20_000), fromStock: false, sku: "A" }];
  const sale = { orderId: "ord_1", channel: "stockx", occurredAt: "2026-11-01T00:00:00Z", currency: "USD", lines };
  await ctx.table.transact(Finance.saleWrites(ctx, sale));
  expect(records).toHaveLength(2);
  expect(await handler({ Records: records })).toEqual({ batchItemFailures: [] });
  expect(await handler({ Records: records })).toEqual({ batchItemFailures: [] });
  const { items } = await Finance.listMatches(ctx, { orderId: "ord_1" });
  expect(items).toMatchObject([{ status: "matched", quantity: 2, decidedBy: "system:matching" }]);
});
