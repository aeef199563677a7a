import {
  ChangeMessageVisibilityBatchCommand,
  DeleteMessageBatchCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { failedItems } from "../events/batch.ts";
import { toQueueEvent } from "../events/queue.ts";
import type { Invoke } from "../machine/functions.ts";
import { createWaiter, doubling, type Waiter } from "./wait.ts";
import type { Say } from "../machine/say.ts";

export interface QueueOptions {
  sqs: SQSClient;
  queueName: string;
  queueUrl: string;
  batchSize: number;
  invoke: Invoke;
  /** How many batches of this queue are worked at once. */
  concurrency?: number;
  /** Seconds until a message is tried again that failed for the n-th time. */
  retrySeconds?: (receiveCount: number) => number;
  say: Say;
  onWork?: () => void;
}

export interface QueueLoop {
  /** Receives no more; resolves when the batches in flight are done. */
  stop(): Promise<void>;
}

const LONG_POLL_SECONDS = 20;
const AFTER_ERROR_MS = 500;

/** In the cloud a failed message waits out its visibility timeout, 12 minutes; on a laptop nobody wants to. */
const FIRST_RETRY_SECONDS = 1;
const LONGEST_RETRY_SECONDS = 60;

function backoffSeconds(receiveCount: number): number {
  return doubling(receiveCount, FIRST_RETRY_SECONDS, LONGEST_RETRY_SECONDS);
}

/** Calls a queue's function with its messages, as Lambda's event source mapping does. */
export function startQueue(options: QueueOptions): QueueLoop {
  const waiter = createWaiter();
  const abort = new AbortController();
  const workers = Array.from({ length: options.concurrency ?? 2 }, () => work(options, waiter, abort.signal));
  return {
    async stop() {
      waiter.stop();
      abort.abort();
      await Promise.all(workers);
    },
  };
}

async function work(options: QueueOptions, waiter: Waiter, signal: AbortSignal): Promise<void> {
  while (!waiter.stopped) {
    try {
      const messages = await receive(options, signal);
      if (messages.length > 0) await workBatch(options, messages);
    } catch (error) {
      if (waiter.stopped) return;
      options.say(`The queue ${options.queueName}`, error);
      await waiter.pause(AFTER_ERROR_MS);
    }
  }
}

async function receive({ sqs, queueUrl, batchSize }: QueueOptions, signal: AbortSignal): Promise<Message[]> {
  const command = new ReceiveMessageCommand({
    QueueUrl: queueUrl,
    MaxNumberOfMessages: batchSize,
    WaitTimeSeconds: LONG_POLL_SECONDS,
    MessageAttributeNames: ["All"],
    MessageSystemAttributeNames: ["All"],
  });
  return (await sqs.send(command, { abortSignal: signal })).Messages ?? [];
}

async function workBatch(options: QueueOptions, messages: Message[]): Promise<void> {
  const failed = await invoke(options, messages);
  options.onWork?.();
  const done = messages.filter((message) => !failed.has(message.MessageId ?? ""));
  await Promise.all([
    remove(options, done),
    postpone(
      options,
      messages.filter((message) => !done.includes(message)),
    ),
  ]);
}

async function invoke(options: QueueOptions, messages: Message[]): Promise<Set<string>> {
  const identifiers = messages.map((message) => message.MessageId ?? "");
  try {
    return failedItems(await options.invoke(toQueueEvent(messages, options.queueName)), identifiers);
  } catch (error) {
    options.say(`The function of the queue ${options.queueName} failed`, error);
    return new Set(identifiers);
  }
}

async function remove({ sqs, queueUrl }: QueueOptions, messages: Message[]): Promise<void> {
  if (messages.length === 0) return;
  const Entries = messages.map((message, index) => ({ Id: String(index), ReceiptHandle: message.ReceiptHandle }));
  await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
}

async function postpone(options: QueueOptions, messages: Message[]): Promise<void> {
  if (messages.length === 0) return;
  const { sqs, queueUrl, retrySeconds = backoffSeconds } = options;
  const Entries = messages.map((message, index) => ({
    Id: String(index),
    ReceiptHandle: message.ReceiptHandle,
    VisibilityTimeout: retrySeconds(Number(message.Attributes?.ApproximateReceiveCount ?? 1)),
  }));
  await sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries }));
}
