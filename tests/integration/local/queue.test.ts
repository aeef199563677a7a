import { randomUUID } from "node:crypto";
import {
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
} from "@aws-sdk/client-sqs";
import type { SQSEvent } from "aws-lambda";
import { expect, inject, onTestFinished, test, vi } from "vitest";
import { createClients } from "../../../local/clients.ts";
import { type QueueOptions, startQueue } from "../../../local/loops/queue.ts";
import { resourceNames } from "../../../local/names.ts";
import { ensureQueues } from "../../../local/resources/queues.ts";
import { MAX_RECEIVE_COUNT, QUEUES, VISIBILITY_FACTOR } from "../../../stacks/definitions.ts";

const { endpoints, external } = inject("cloud");

/** Queues of a test's own, and what tests do with them. */
async function newQueues() {
  const clients = createClients(endpoints, external);
  onTestFinished(() => clients.close());
  const { sqs } = clients;
  const names = resourceNames(`q-${randomUUID()}`);
  const made = await ensureQueues(sqs, names, external.sqs ? undefined : endpoints.sqs);
  const queueUrl = made.queueUrls.imports;
  return {
    sqs,
    queueUrl,
    deadLetterUrl: made.deadLetterUrls.imports,
    remake: () => ensureQueues(sqs, names, external.sqs ? undefined : endpoints.sqs),
    async send(...bodies: string[]) {
      const Entries = bodies.map((body, index) => ({ Id: String(index), MessageBody: body }));
      await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
    },
    /** Messages in the queue, seen and unseen. */
    async depth(url = queueUrl) {
      const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] });
      const { Attributes = {} } = await sqs.send(command);
      return (
        Number(Attributes["ApproximateNumberOfMessages"]) + Number(Attributes["ApproximateNumberOfMessagesNotVisible"])
      );
    },
    start(invoke: (event: SQSEvent) => unknown, options: Partial<QueueOptions> = {}) {
      const loop = startQueue({
        sqs,
        queueUrl,
        queueName: names.queues.imports,
        batchSize: 10,
        retrySeconds: () => 0.001,
        say: () => undefined,
        ...options,
        invoke: async (event) => invoke(event as SQSEvent),
      });
      onTestFinished(() => loop.stop());
      return loop;
    },
  };
}

test("queues are made with their dead-letter queue, redrive and six times the function's timeout, however often", async () => {
  const { sqs, queueUrl, deadLetterUrl, remake } = await newQueues();
  await remake();
  const attributesOf = async (url: string) => {
    const command = new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["All"] });
    return (await sqs.send(command)).Attributes ?? {};
  };
  const queue = await attributesOf(queueUrl);
  const deadLetters = await attributesOf(deadLetterUrl);
  expect(queue["VisibilityTimeout"]).toBe(String(QUEUES.imports.timeoutSeconds * VISIBILITY_FACTOR));
  expect(JSON.parse(queue["RedrivePolicy"] ?? "{}")).toEqual({
    deadLetterTargetArn: deadLetters["QueueArn"],
    maxReceiveCount: MAX_RECEIVE_COUNT,
  });
});

test("messages come as Lambda's SQSEvent", async () => {
  const queues = await newQueues();
  const { promise, resolve } = Promise.withResolvers<SQSEvent>();
  queues.start(resolve);
  const MessageAttributes = { kind: { DataType: "String", StringValue: "test" } };
  await queues.sqs.send(
    new SendMessageCommand({ QueueUrl: queues.queueUrl, MessageBody: '{"id":1}', MessageAttributes }),
  );
  expect(await promise).toEqual({
    Records: [
      {
        messageId: expect.any(String),
        receiptHandle: expect.any(String),
        body: '{"id":1}',
        attributes: {
          ApproximateReceiveCount: "1",
          SentTimestamp: expect.stringMatching(/^\d{13}$/),
          SenderId: expect.any(String),
          ApproximateFirstReceiveTimestamp: expect.stringMatching(/^\d{13}$/),
        },
        messageAttributes: { kind: { dataType: "String", stringValue: "test" } },
        md5OfBody: expect.stringMatching(/^[0-9a-f]{32}$/),
        eventSource: "aws:sqs",
        eventSourceARN: expect.stringMatching(/^arn:aws:sqs:.*-imports$/),
        awsRegion: "us-east-1",
      },
    ],
  });
  await vi.waitFor(async () => expect(await queues.depth()).toBe(0));
});

test("of a batch that fails in part, only the failed messages come again", async () => {
  const queues = await newQueues();
  await queues.send("good", "bad", "fine");
  const seen: string[] = [];
  queues.start(({ Records }) => {
    seen.push(...Records.map((record) => record.body));
    const failed = Records.filter(
      (record) => record.body === "bad" && record.attributes.ApproximateReceiveCount === "1",
    );
    return { batchItemFailures: failed.map((record) => ({ itemIdentifier: record.messageId })) };
  });
  await vi.waitFor(async () => expect(await queues.depth()).toBe(0), { timeout: 10_000 });
  expect(seen.toSorted()).toEqual(["bad", "bad", "fine", "good"]);
});

test.for([
  ["throws", () => Promise.reject(new Error("down"))],
  ["names a message that is not of the batch", () => ({ batchItemFailures: [{ itemIdentifier: "unknown" }] })],
  ["answers something else", () => ({ batchItemFailures: "all" })],
] as const)("a function that %s fails the whole batch", async ([, answer]) => {
  const queues = await newQueues();
  await queues.send("one", "two");
  const counts = new Map<string, number>();
  queues.start(({ Records }) => {
    for (const { body } of Records) counts.set(body, (counts.get(body) ?? 0) + 1);
    return Records.some((record) => record.attributes.ApproximateReceiveCount === "1") ? answer() : undefined;
  });
  await vi.waitFor(async () => expect(await queues.depth()).toBe(0), { timeout: 10_000 });
  expect(Object.fromEntries(counts)).toEqual({ one: 2, two: 2 });
});

test("a message that always fails is tried as often as defined and then lies in the dead-letter queue", async () => {
  const queues = await newQueues();
  const tries: string[] = [];
  queues.start(({ Records }) => {
    tries.push(...Records.map((record) => record.attributes.ApproximateReceiveCount));
    throw new Error("poison");
  });
  await queues.send("poison");
  const command = new ReceiveMessageCommand({ QueueUrl: queues.deadLetterUrl, WaitTimeSeconds: 20 });
  const { Messages = [] } = await queues.sqs.send(command);
  expect(Messages.map((message) => message.Body)).toEqual(["poison"]);
  expect(tries).toEqual(["1", "2", "3", "4", "5"].slice(0, MAX_RECEIVE_COUNT));
  expect(await queues.depth()).toBe(0);
});

test("no more batches run at once than allowed, and a stop waits for those that run", async () => {
  const queues = await newQueues();
  await queues.send("1", "2", "3", "4", "5");
  const gate = Promise.withResolvers<void>();
  const both = Promise.withResolvers<void>();
  let running = 0;
  let most = 0;
  const loop = queues.start(
    async () => {
      most = Math.max(most, ++running);
      if (running === 2) both.resolve();
      await gate.promise;
      running--;
    },
    { batchSize: 1, concurrency: 2 },
  );
  await both.promise;
  const stopped = loop.stop();
  gate.resolve();
  await stopped;
  expect({ running, most, left: await queues.depth() }).toEqual({ running: 0, most: 2, left: 3 });
});
