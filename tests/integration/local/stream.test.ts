import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DeleteItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import type { DynamoDBStreamEvent } from "aws-lambda";
import { expect, inject, onTestFinished, test, vi } from "vitest";
import { createClients } from "../../../local/clients.ts";
import { startStream } from "../../../local/loops/stream.ts";
import { consumedUpTo, fileCheckpoint } from "../../../local/loops/stream-checkpoint.ts";
import type { DeadLetter } from "../../../local/loops/stream-dead-letter.ts";
import type { ShardOptions } from "../../../local/loops/stream-shard.ts";
import { ensureTable } from "../../../local/resources/table.ts";

const { endpoints, external } = inject("cloud");

/** A table of a test's own with its stream, and a consumer that may be started again. */
async function newTable() {
  const clients = createClients(endpoints, external);
  const directory = mkdtempSync(join(tmpdir(), "stockwright-stream-"));
  onTestFinished(() => {
    clients.close();
    rmSync(directory, { recursive: true, force: true });
  });
  const TableName = `t-${randomUUID()}`;
  const streamArn = await ensureTable(clients.dynamodb, TableName);
  const checkpointFile = join(directory, "checkpoint.json");
  const letters: DeadLetter[] = [];
  return {
    letters,
    checkpointFile,
    streamArn,
    async put(...names: string[]) {
      for (const sk of names) {
        await clients.dynamodb.send(new PutItemCommand({ TableName, Item: { pk: { S: "p" }, sk: { S: sk } } }));
      }
    },
    async putEntity(sk: string, entity: string) {
      const Item = { pk: { S: "p" }, sk: { S: sk }, entity: { S: entity } };
      await clients.dynamodb.send(new PutItemCommand({ TableName, Item }));
    },
    async remove(sk: string) {
      await clients.dynamodb.send(new DeleteItemCommand({ TableName, Key: { pk: { S: "p" }, sk: { S: sk } } }));
    },
    start(invoke: (event: DynamoDBStreamEvent) => unknown, options: Partial<ShardOptions> = {}) {
      const loop = startStream({
        streams: clients.streams,
        streamArn,
        functionName: "test-stream",
        batchSize: 100,
        maximumRetryAttempts: 3,
        checkpoint: fileCheckpoint(checkpointFile, streamArn),
        sendDeadLetter: async (letter) => void letters.push(letter),
        retryMs: () => 0,
        say: () => undefined,
        ...options,
        invoke: async (event) => invoke(event as DynamoDBStreamEvent),
      });
      onTestFinished(() => loop.stop());
      return loop;
    },
  };
}

const namesOf = (event: DynamoDBStreamEvent) => event.Records.map(({ dynamodb }) => dynamodb?.Keys?.["sk"]?.S ?? "");
const sequenceOf = (event: DynamoDBStreamEvent, name: string) =>
  event.Records.find(({ dynamodb }) => dynamodb?.Keys?.["sk"]?.S === name)?.dynamodb?.SequenceNumber ?? "";
const SOON = { timeout: 10_000, interval: 10 };

test("changes come as Lambda's DynamoDBStreamEvent, with both images", async () => {
  const table = await newTable();
  const records: DynamoDBStreamEvent["Records"] = [];
  await table.put("a");
  await table.remove("a");
  table.start((event) => void records.push(...event.Records));
  await vi.waitFor(() => expect(records).toHaveLength(2), SOON);
  const keys = { pk: { S: "p" }, sk: { S: "a" } };
  expect(records[0]).toEqual({
    eventID: expect.any(String),
    eventName: "INSERT",
    eventVersion: "1.1",
    eventSource: "aws:dynamodb",
    awsRegion: "us-east-1",
    eventSourceARN: table.streamArn,
    dynamodb: {
      ApproximateCreationDateTime: expect.any(Number),
      Keys: keys,
      NewImage: keys,
      SequenceNumber: expect.any(String),
      SizeBytes: expect.any(Number),
      StreamViewType: "NEW_AND_OLD_IMAGES",
    },
  });
  expect(records[1]).toMatchObject({ eventName: "REMOVE", dynamodb: { OldImage: keys } });
});

test("batches keep the order of the writes and hold no more than the batch size", async () => {
  const table = await newTable();
  const names = Array.from({ length: 25 }, (_, index) => String(index).padStart(2, "0"));
  await table.put(...names);
  const batches: string[][] = [];
  table.start((event) => void batches.push(namesOf(event)), { batchSize: 10 });
  await vi.waitFor(() => expect(batches.flat()).toHaveLength(25), SOON);
  expect(batches.flat()).toEqual(names);
  expect(batches.map((batch) => batch.length)).toEqual([10, 10, 5]);
});

test("only changes of the consumed entities are handed over, by the image before or after", async () => {
  const table = await newTable();
  await table.put("no entity");
  await table.putEntity("other", "batch-page");
  await table.putEntity("product", "product");
  await table.remove("product");
  await table.putEntity("event", "event");
  const seen: string[] = [];
  table.start((event) => void seen.push(...namesOf(event)), { entities: ["product", "event"] });
  await vi.waitFor(() => expect(seen).toEqual(["product", "product", "event"]), SOON);
});

test("what is written while the consumer runs is seen at once after a wake", async () => {
  const table = await newTable();
  const seen: string[] = [];
  const loop = table.start((event) => void seen.push(...namesOf(event)));
  await table.put("later");
  loop.wake();
  await vi.waitFor(() => expect(seen).toEqual(["later"]), SOON);
});

test("after a partial failure the failed record and those behind it come again, those before it do not", async () => {
  const table = await newTable();
  await table.put("a", "b", "c", "d");
  const batches: string[][] = [];
  table.start((event) => {
    batches.push(namesOf(event));
    return batches.length === 1 ? { batchItemFailures: [{ itemIdentifier: sequenceOf(event, "c") }] } : undefined;
  });
  await vi.waitFor(() => expect(batches.flat().at(-1)).toBe("d"), SOON);
  await vi.waitFor(
    () =>
      expect(batches).toEqual([
        ["a", "b", "c", "d"],
        ["c", "d"],
      ]),
    SOON,
  );
  expect(table.letters).toEqual([]);
});

test("a poison record is tried as often as allowed, its place goes to the dead-letter queue, and the stream goes on", async () => {
  const table = await newTable();
  await table.put("a", "poison", "z");
  let tries = 0;
  let poison = "";
  const done: string[] = [];
  const said: string[] = [];
  table.start(
    (event) => {
      const names = namesOf(event);
      const at = names.indexOf("poison");
      done.push(...(at < 0 ? names : names.slice(0, at)));
      if (at < 0) return undefined;
      tries++;
      poison = sequenceOf(event, "poison");
      return { batchItemFailures: [{ itemIdentifier: poison }] };
    },
    { say: (line) => void said.push(line) },
  );
  await vi.waitFor(() => expect(done).toEqual(["a", "z"]), SOON);
  expect(tries).toBe(1 + 3);
  expect(table.letters).toMatchObject([
    {
      requestContext: { condition: "RetryAttemptsExhausted", approximateInvokeCount: 4 },
      DDBStreamBatchInfo: {
        shardId: expect.any(String),
        startSequenceNumber: poison,
        endSequenceNumber: poison,
        batchSize: 1,
        streamArn: table.streamArn,
      },
    },
  ]);
  expect(said.join("\n")).toContain(`${poison} of`);
});

test("a function that throws for one record of many ends up with that record alone in the dead-letter queue", async () => {
  const table = await newTable();
  const names = ["a", "b", "c", "poison", "e", "f", "g"];
  await table.put(...names);
  const done = new Set<string>();
  table.start((event) => {
    if (namesOf(event).includes("poison")) throw new Error("poison");
    for (const name of namesOf(event)) done.add(name);
  });
  await vi.waitFor(() => expect([...done]).toEqual(["a", "b", "c", "e", "f", "g"]), SOON);
  expect(table.letters).toHaveLength(1);
});

test("a dead letter that cannot be sent is not lost: the record is tried again", async () => {
  const table = await newTable();
  await table.put("poison");
  let refused = 0;
  table.start(
    () => {
      throw new Error("poison");
    },
    {
      maximumRetryAttempts: 0,
      async sendDeadLetter(letter) {
        if (refused++ === 0) throw new Error("SQS is down");
        table.letters.push(letter);
      },
    },
  );
  await vi.waitFor(() => expect(table.letters).toHaveLength(1), SOON);
});

test("after a restart the stream goes on where it was: nothing lost, nothing over again", async () => {
  const table = await newTable();
  const first: string[] = [];
  await table.put("a", "b");
  const loop = table.start((event) => void first.push(...namesOf(event)));
  await vi.waitFor(() => expect(first).toEqual(["a", "b"]), SOON);
  await loop.stop();
  await table.put("c");
  const second: string[] = [];
  table.start((event) => void second.push(...namesOf(event)));
  await vi.waitFor(() => expect(second).toEqual(["c"]), SOON);
  await vi.waitFor(() => expect(consumedUpTo(table.checkpointFile)?.streamArn).toBe(table.streamArn), SOON);
});

test("a checkpoint of another stream is not used", async () => {
  const table = await newTable();
  fileCheckpoint(table.checkpointFile, "arn:of-a-table-that-is-gone").set("shard", { after: "999999" });
  expect(fileCheckpoint(table.checkpointFile, table.streamArn).get("shard")).toBeUndefined();
});
