import { MAX_RECEIVE_COUNT, QUEUES, type QueueName, VISIBILITY_FACTOR } from "./definitions.ts";

const DAY_SECONDS = 24 * 60 * 60;

/** The longest that SQS keeps anything: time to look at a failure and replay it. */
const DEAD_LETTER_RETENTION_SECONDS = 14 * DAY_SECONDS;

/** A dead letter's age counts from its first sending, so a queue must forget well before its DLQ does. */
const RETENTION_SECONDS = 4 * DAY_SECONDS;

export interface WorkQueue {
  queue: sst.aws.Queue;
  deadLetters: sst.aws.Queue;
}

export type Queues = Record<QueueName, WorkQueue>;

export function createQueues(): Queues {
  return {
    imports: createQueue("imports"),
    supplierSync: createQueue("supplierSync"),
    purchases: createQueue("purchases"),
    channelUpdates: createQueue("channelUpdates"),
    channelOrders: createQueue("channelOrders"),
    webhookEvents: createQueue("webhookEvents"),
    outboundWebhooks: createQueue("outboundWebhooks"),
  };
}

function createQueue(name: QueueName): WorkQueue {
  const logicalName = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
  const deadLetters = createDeadLetterQueue(logicalName);
  const queue = new sst.aws.Queue(logicalName, {
    visibilityTimeout: `${QUEUES[name].timeoutSeconds * VISIBILITY_FACTOR} seconds`,
    dlq: { queue: deadLetters.arn, retry: MAX_RECEIVE_COUNT },
    transform: { queue: { sqsManagedSseEnabled: true, messageRetentionSeconds: RETENTION_SECONDS } },
  });
  return { queue, deadLetters };
}

export function createDeadLetterQueue(owner: string): sst.aws.Queue {
  return new sst.aws.Queue(`${owner}DeadLetters`, {
    transform: { queue: { sqsManagedSseEnabled: true, messageRetentionSeconds: DEAD_LETTER_RETENTION_SECONDS } },
  });
}
