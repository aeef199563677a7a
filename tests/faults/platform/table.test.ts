import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { describe, expect, inject, it } from "vitest";
import { attributesOf } from "../../../core/platform/attributes.ts";
import type { AroundCall } from "../../../core/platform/calls.ts";
import { type Key, orgPartition } from "../../../core/platform/keys.ts";
import { createTable, type Item } from "../../../core/platform/table.ts";
import { TransactionCanceled } from "../../../core/platform/table-errors.ts";
import { freshOrganization } from "../../support/context.ts";
import { type Fate, sdkError, storeFaults, transactionCanceled } from "../../support/store-faults.ts";

/** The real table under a layer of faults; waits are noted, not waited. */
function faulty(decide: (number: number) => Fate, wrap: (around: AroundCall) => AroundCall = (around) => around) {
  const { environment, resources } = inject("cloud");
  Object.assign(process.env, environment);
  const { around, calls } = storeFaults((_call, number) => decide(number));
  const waits: number[] = [];
  const sleep = (ms: number) => Promise.resolve(void waits.push(ms));
  const table = createTable({ client: new DynamoDBClient({}), name: resources.tableName, around: wrap(around), sleep });
  const pk = orgPartition(freshOrganization(), "THING");
  return { table, calls, waits, key: (sk: string): Key => ({ pk, sk }) };
}

const NEW = { expression: "attribute_not_exists(pk)" };
const failing =
  (times: number, error: Error) =>
  (number: number): Fate =>
    number <= times ? { failWith: error } : "pass";

describe("other people's traffic", () => {
  it.each([
    ["a conflict between transactions", transactionCanceled("None", "TransactionConflict")],
    ["a throttled transaction", transactionCanceled("ThrottlingError")],
    ["a throttled call", sdkError("ThrottlingException")],
    ["an overrun capacity", sdkError("ProvisionedThroughputExceededException")],
    ["a fault of DynamoDB's own", sdkError("InternalServerError")],
  ])("is waited out: %s", async (_what, error) => {
    const { table, calls, waits, key } = faulty(failing(7, error));
    await table.transact([{ put: { ...key("a") }, condition: NEW }]);
    expect(calls).toHaveLength(8);
    expect(waits).toHaveLength(7);
    expect(await table.get(key("a"), { consistent: true })).toBeDefined();
  });

  it("is not waited out for ever: after eight attempts the database is busy, and the caller may try again later", async () => {
    const error = transactionCanceled("TransactionConflict");
    const { table, calls, waits, key } = faulty(failing(Number.POSITIVE_INFINITY, error));
    await expect(table.transact([{ put: { ...key("a") } }])).rejects.toMatchObject({
      code: "DEPENDENCY_UNAVAILABLE",
      retryable: true,
    });
    expect(calls).toHaveLength(8);
    expect(waits.every((ms) => ms >= 0 && ms <= 2_000)).toBe(true);
  });

  it("is not confused with a condition that failed beside it", async () => {
    const error = transactionCanceled("TransactionConflict", "ConditionalCheckFailed");
    const { table, calls, key } = faulty(failing(1, error));
    await expect(table.transact([{ put: { ...key("a") } }])).rejects.toBeInstanceOf(TransactionCanceled);
    expect(calls).toHaveLength(1);
  });

  it.each(["AccessDeniedException", "ResourceNotFoundException", "ValidationException"])(
    "is not what %s is: that is thrown at once",
    async (name) => {
      const { table, calls, key } = faulty(failing(1, sdkError(name)));
      await expect(table.get(key("a"))).rejects.toMatchObject({ name });
      expect(calls).toHaveLength(1);
    },
  );
});

describe("a transaction whose answer is lost", () => {
  it("is not refused by its own writes when it is sent again", async () => {
    const lost = sdkError("InternalServerError");
    const { table, key } = faulty((number) => (number === 2 ? { loseAnswerWith: lost } : "pass"));
    await table.put({ ...key("stock"), available: 5 });
    await table.transact([
      { put: { ...key("order") }, condition: NEW },
      { update: key("stock"), set: { expression: "SET available = available - :q", values: { ":q": 2 } } },
    ]);
    expect(await table.get(key("stock"), { consistent: true })).toMatchObject({ available: 3 });
  });
});

describe("a batch that is answered in part", () => {
  /** DynamoDB's way to throttle a batch: the rest comes back as unprocessed. */
  function partial(field: "UnprocessedKeys" | "UnprocessedItems", times: number): (around: AroundCall) => AroundCall {
    const { resources } = inject("cloud");
    let left = times;
    return (around) => async (call, next) => {
      if (!call.operation.startsWith("Batch") || left-- <= 0) return around(call, next);
      return around(
        call,
        () => Promise.resolve({ [field]: { [resources.tableName]: pending } }) as ReturnType<typeof next>,
      );
    };
  }
  let pending: unknown;

  it("is asked for what is missing until all has come", async () => {
    const { table, waits, key } = faulty(() => "pass", partial("UnprocessedKeys", 3));
    await table.put({ ...key("a"), n: 1 });
    pending = { Keys: [attributesOf({ ...key("a") })] };
    expect(await table.batchGet<Item>([key("a")])).toMatchObject([{ n: 1 }]);
    expect(waits).toHaveLength(3);
  });

  it("is written again where it was left unprocessed", async () => {
    const { table, waits, key } = faulty(() => "pass", partial("UnprocessedItems", 2));
    pending = [{ PutRequest: { Item: attributesOf({ ...key("a"), n: 1 }) } }];
    await table.batchWrite([{ put: { ...key("a"), n: 1 } }]);
    expect(waits).toHaveLength(2);
    expect(await table.get(key("a"), { consistent: true })).toMatchObject({ n: 1 });
  });

  it("is given up after eight attempts, loudly", async () => {
    const endless = Number.POSITIVE_INFINITY;
    const reads = faulty(() => "pass", partial("UnprocessedKeys", endless));
    pending = { Keys: [attributesOf({ ...reads.key("a") })] };
    await expect(reads.table.batchGet([reads.key("a")])).rejects.toMatchObject({ code: "DEPENDENCY_UNAVAILABLE" });
    expect(reads.waits).toHaveLength(7);
    const writes = faulty(() => "pass", partial("UnprocessedItems", endless));
    pending = [{ PutRequest: { Item: attributesOf({ ...writes.key("a") }) } }];
    await expect(writes.table.batchWrite([{ put: { ...writes.key("a") } }])).rejects.toMatchObject({
      code: "DEPENDENCY_UNAVAILABLE",
    });
  });
});
