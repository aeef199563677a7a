import {
  CreateQueueCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  SetQueueAttributesCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import { MAX_RECEIVE_COUNT, QUEUES, type QueueName, VISIBILITY_FACTOR } from "../../stacks/definitions.ts";
import { deadLettersOf, QUEUE_NAMES, type ResourceNames } from "../names.ts";

/** Two weeks, the longest SQS takes: a dead letter is somebody's data. */
const DEAD_LETTER_RETENTION_SECONDS = 14 * 24 * 60 * 60;

export interface QueueUrls {
  queueUrls: Record<QueueName, string>;
  deadLetterUrls: Record<QueueName, string>;
  streamDeadLettersUrl: string;
}

/**
 * Makes every queue with its dead-letter queue, redrive and visibility. `baseUrl` is the emulator's: its own answer
 * names a host (`sqs.us-east-1.localhost`) that not every machine resolves. Without it the service's answer is used.
 */
export async function ensureQueues(
  client: SQSClient,
  names: ResourceNames,
  baseUrl: string | undefined,
): Promise<QueueUrls> {
  const ensure = async (name: string, attributes: Record<string, string>) => {
    const answered = await ensureQueue(client, name, attributes);
    return baseUrl === undefined ? answered : `${baseUrl}${new URL(answered).pathname}`;
  };
  const retention = { MessageRetentionPeriod: String(DEAD_LETTER_RETENTION_SECONDS) };

  const pairs = await Promise.all(
    QUEUE_NAMES.map(async (name) => {
      const deadLetters = await ensure(deadLettersOf(names.queues[name]), retention);
      const redrive = { deadLetterTargetArn: await arnOf(client, deadLetters), maxReceiveCount: MAX_RECEIVE_COUNT };
      const url = await ensure(names.queues[name], {
        VisibilityTimeout: String(QUEUES[name].timeoutSeconds * VISIBILITY_FACTOR),
        RedrivePolicy: JSON.stringify(redrive),
      });
      return { name, url, deadLetters };
    }),
  );
  return {
    queueUrls: byName(pairs.map(({ name, url }) => [name, url])),
    deadLetterUrls: byName(pairs.map(({ name, deadLetters }) => [name, deadLetters])),
    streamDeadLettersUrl: await ensure(names.streamDeadLetters, retention),
  };
}

/** CreateQueue refuses a queue that exists with other attributes, so an existing one is found and set right. */
async function ensureQueue(client: SQSClient, name: string, attributes: Record<string, string>): Promise<string> {
  try {
    const { QueueUrl } = await client.send(new GetQueueUrlCommand({ QueueName: name }));
    await client.send(new SetQueueAttributesCommand({ QueueUrl, Attributes: attributes }));
    if (QueueUrl) return QueueUrl;
  } catch (error) {
    if (!(error instanceof Error) || !/QueueDoesNotExist|NonExistentQueue/.test(error.name)) throw error;
  }
  const { QueueUrl } = await client.send(new CreateQueueCommand({ QueueName: name, Attributes: attributes }));
  if (!QueueUrl) throw new Error(`SQS gave no address for the queue ${name}`);
  return QueueUrl;
}

async function arnOf(client: SQSClient, url: string): Promise<string> {
  const answer = await client.send(new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ["QueueArn"] }));
  const arn = answer.Attributes?.["QueueArn"];
  if (!arn) throw new Error(`SQS gave no ARN for ${url}`);
  return arn;
}

function byName(entries: [QueueName, string][]): Record<QueueName, string> {
  return Object.fromEntries(entries) as Record<QueueName, string>;
}
