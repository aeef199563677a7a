import { mkdtempSync, rmSync } from "node:fs";
import { networkInterfaces, tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { GetItemCommand, PutItemCommand } from "@aws-sdk/client-dynamodb";
import { GetBucketLifecycleConfigurationCommand, GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { ReceiveMessageCommand, SendMessageCommand } from "@aws-sdk/client-sqs";
import { expect, onTestFinished, test, vi } from "vitest";
import { type Clients, createClients } from "../../../local/clients.ts";
import { dynoxideBinary, dynoxideFile } from "../../../local/emulators/dynoxide.ts";
import { type Emulators, externalEndpoints, startEmulators } from "../../../local/emulators/index.ts";
import { trimStreamRecords } from "../../../local/emulators/stream-records.ts";
import { resourceNames, type Resources } from "../../../local/names.ts";
import { ensureResources } from "../../../local/resources/index.ts";
import { describeTable, tableFaults } from "../../../local/resources/table.ts";

const NAMES = resourceNames("emulators-test");
const SOON = { timeout: 20_000, interval: 25 };

function newDataDir(): string {
  const dataDir = mkdtempSync(join(tmpdir(), "stockwright-emulators-"));
  onTestFinished(() => rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 }));
  return dataDir;
}

async function startOn(dataDir: string): Promise<{ emulators: Emulators; clients: Clients; resources: Resources }> {
  const emulators = await startEmulators({ dataDir, env: {} });
  const clients = createClients(emulators.endpoints);
  onTestFinished(async () => {
    clients.close();
    await emulators.stop();
  });
  return { emulators, clients, resources: await ensureResources(clients, NAMES, emulators) };
}

test("table, indexes, stream, time to live and lifecycle rules are as defined, however often they are made", async () => {
  const { emulators, clients } = await startOn(newDataDir());
  await ensureResources(clients, NAMES, emulators);
  const table = await describeTable(clients.dynamodb, NAMES.table);
  expect(table && (await tableFaults(clients.dynamodb, table))).toEqual([]);
  const lifecycle = await clients.s3.send(new GetBucketLifecycleConfigurationCommand({ Bucket: NAMES.bucket }));
  expect(lifecycle.Rules?.map((rule) => rule.Filter?.Prefix)).toContain("uploads/");
});

test("an emulator that dies is started again on its address, with its data", async () => {
  const { emulators, clients, resources } = await startOn(newDataDir());
  const Key = { pk: { S: "p" }, sk: { S: "s" } };
  await clients.dynamodb.send(new PutItemCommand({ TableName: NAMES.table, Item: Key }));
  const QueueUrl = resources.queueUrls.imports;
  await clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "kept" }));
  for (const pid of Object.values(emulators.pids())) if (pid !== undefined) process.kill(pid, "SIGKILL");

  await vi.waitFor(async () => {
    const { Item } = await clients.dynamodb.send(new GetItemCommand({ TableName: NAMES.table, Key }));
    expect(Item).toEqual(Key);
  }, SOON);
  await vi.waitFor(async () => {
    const { Messages } = await clients.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
    expect(Messages?.[0]?.Body).toBe("kept");
  }, SOON);
});

test("messages in flight when everything stopped are visible at the next start, with their count of deliveries", async () => {
  const dataDir = newDataDir();
  const first = await startOn(dataDir);
  const QueueUrl = first.resources.queueUrls.imports;
  await first.clients.sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: "in flight" }));
  await first.clients.sqs.send(new ReceiveMessageCommand({ QueueUrl }));
  await first.emulators.stop();

  const second = await startOn(dataDir);
  const command = new ReceiveMessageCommand({
    QueueUrl: second.resources.queueUrls.imports,
    MessageSystemAttributeNames: ["ApproximateReceiveCount"],
  });
  const { Messages = [] } = await second.clients.sqs.send(command);
  expect(Messages).toMatchObject([{ Body: "in flight", Attributes: { ApproximateReceiveCount: "2" } }]);
});

test("S3 takes objects as large as a supplier's feed", async () => {
  const { clients } = await startOn(newDataDir());
  const Body = Buffer.alloc(25 * 1024 * 1024, "x");
  await clients.s3.send(new PutObjectCommand({ Bucket: NAMES.bucket, Key: "uploads/feed.csv", Body }));
  const command = new GetObjectCommand({ Bucket: NAMES.bucket, Key: "uploads/feed.csv", Range: "bytes=0-9" });
  const { ContentRange, Body: start } = await clients.s3.send(command);
  expect(ContentRange).toBe(`bytes 0-9/${Body.length}`);
  expect(await start?.transformToString()).toBe("x".repeat(10));
});

test("nothing listens beyond this machine", async () => {
  const { emulators } = await startOn(newDataDir());
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .filter((address) => !address.internal && address.family === "IPv4");
  for (const { address } of outside) {
    for (const endpoint of [emulators.endpoints.dynamodb, emulators.endpoints.sqs]) {
      await expect(fetch(endpoint.replace("127.0.0.1", address))).rejects.toThrow("fetch failed");
    }
  }
});

test("what the environment names is used and not started", async () => {
  const env = { AWS_ENDPOINT_URL_DYNAMODB: "http://127.0.0.1:1", AWS_ENDPOINT_URL: "http://127.0.0.1:2" };
  const emulators = await startEmulators({ dataDir: newDataDir(), env });
  expect(emulators.pids()).toEqual({ dynamodb: undefined, queues: undefined });
  expect(emulators.endpoints).toMatchObject({ dynamodb: "http://127.0.0.1:1", sqs: "http://127.0.0.1:2" });
});

test("a host without a dynoxide is told what can stand in", () => {
  expect(() => dynoxideBinary("sunos-sparc")).toThrow(
    /sunos-sparc[\s\S]*DynamoDB Local[\s\S]*AWS_ENDPOINT_URL_DYNAMODB/,
  );
});

test("beside DynamoDB itself, streams are read at AWS's address for streams", () => {
  const env = { AWS_ENDPOINT_URL_DYNAMODB: "https://dynamodb.eu-west-1.amazonaws.com" };
  expect(externalEndpoints(env).dynamodbStreams).toBe("https://streams.dynamodb.eu-west-1.amazonaws.com");
});

test("the queries that dynoxide makes for every streamed write use an index", async () => {
  const dataDir = newDataDir();
  await startOn(dataDir);
  const database = new DatabaseSync(dynoxideFile(dataDir));
  onTestFinished(() => database.close());
  const plan = (query: string) =>
    database
      .prepare(`EXPLAIN QUERY PLAN ${query}`)
      .all()
      .map((step) => String(step["detail"]))
      .join("; ");
  const next =
    "SELECT COALESCE(MAX(CAST(sequence_number AS INTEGER)), 0) + 1 FROM _stream_records WHERE table_name = 't'";
  expect(plan(next)).toContain("stockwright_stream_last");
  const read = `SELECT event_name FROM _stream_records WHERE table_name = 't' AND shard_id = 's'
    AND CAST(sequence_number AS INTEGER) > 5 ORDER BY CAST(sequence_number AS INTEGER) ASC LIMIT 10`;
  expect(plan(read)).toContain("stockwright_stream_read");
  expect(plan(read)).not.toContain("TEMP B-TREE");
});

test("trimming takes old records that were consumed, and never the last, from which the next number is counted", async () => {
  const dataDir = newDataDir();
  const { emulators, clients, resources } = await startOn(dataDir);
  const put = (sk: string) =>
    clients.dynamodb.send(new PutItemCommand({ TableName: NAMES.table, Item: { pk: { S: "p" }, sk: { S: sk } } }));
  for (const sk of ["1", "2", "3", "4"]) await put(sk);
  await emulators.stop();

  const file = dynoxideFile(dataDir);
  const twoDaysOn = Date.now() + 2 * 24 * 60 * 60 * 1000;
  const trim = (sequenceNumber: string, nowMs: number, streamArn = resources.streamArn) =>
    trimStreamRecords(file, NAMES.table, { streamArn, sequenceNumber }, nowMs);
  expect(trim("4", Date.now()), "younger than a day").toBe(0);
  expect(trim("4", twoDaysOn, `${resources.streamArn}0`), "of another stream").toBe(0);
  expect(trim("2", twoDaysOn), "consumed up to 2").toBe(2);
  expect(trim("4", twoDaysOn), "all but the last").toBe(1);

  const again = await startOn(dataDir);
  await again.clients.dynamodb.send(
    new PutItemCommand({ TableName: NAMES.table, Item: { pk: { S: "p" }, sk: { S: "5" } } }),
  );
  const database = new DatabaseSync(file);
  onTestFinished(() => database.close());
  const kept = database.prepare("SELECT sequence_number AS number FROM _stream_records ORDER BY id").all();
  expect(kept.map((row) => row["number"])).toEqual(["4", "5"]);
});
