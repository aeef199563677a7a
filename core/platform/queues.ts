import type { SQSClient } from "@aws-sdk/client-sqs";
import { type AroundCall, passThrough } from "./calls.ts";
import { DependencyError } from "./errors.ts";

export type QueueName =
  | "imports"
  | "supplierSync"
  | "purchases"
  | "channelUpdates"
  | "channelOrders"
  | "webhookEvents"
  | "outboundWebhooks";

/** What a message may hold: ids and small facts. Bodies go to S3 or the table (SQS takes 256 KB). */
export type Message = Record<string, string | number | boolean>;

export interface Queues {
  send(queue: QueueName, message: Message, options?: { delaySeconds?: number }): Promise<void>;
  /** Any number, ten a call. Throws DependencyError when some were refused, after sending the rest. */
  sendAll(queue: QueueName, messages: Message[]): Promise<void>;
  /** Asks the service for a queue's attributes: resolves when it answers. */
  ping(): Promise<void>;
}

const BATCH = 10;

export interface QueuesOptions {
  /** Loaded on first use: a request that queues nothing should not pay for the client. */
  client: () => Promise<SQSClient>;
  urls: Record<QueueName, string>;
  around?: AroundCall;
}

export function createQueues({ client, urls, around = passThrough }: QueuesOptions): Queues {
  const sdk = () => import("@aws-sdk/client-sqs");

  return {
    async send(queue, message, options = {}) {
      const [sqs, { SendMessageCommand }] = await Promise.all([client(), sdk()]);
      const command = new SendMessageCommand({
        QueueUrl: urls[queue],
        MessageBody: JSON.stringify(message),
        ...(options.delaySeconds ? { DelaySeconds: Math.min(900, options.delaySeconds) } : {}),
      });
      await around({ service: "sqs", operation: "SendMessage" }, () => sqs.send(command));
    },

    async sendAll(queue, messages) {
      const [sqs, { SendMessageBatchCommand }] = await Promise.all([client(), sdk()]);
      let refused = 0;
      for (let start = 0; start < messages.length; start += BATCH) {
        const entries = messages
          .slice(start, start + BATCH)
          .map((message, index) => ({ Id: String(index), MessageBody: JSON.stringify(message) }));
        const command = new SendMessageBatchCommand({ QueueUrl: urls[queue], Entries: entries });
        const answer = await around({ service: "sqs", operation: "SendMessageBatch" }, () => sqs.send(command));
        refused += answer.Failed?.length ?? 0;
      }
      if (refused > 0) throw new DependencyError("queue", `${refused} messages were refused by the queue ${queue}`);
    },

    async ping() {
      const [sqs, { GetQueueAttributesCommand }] = await Promise.all([client(), sdk()]);
      const command = new GetQueueAttributesCommand({ QueueUrl: urls.imports, AttributeNames: ["QueueArn"] });
      await around({ service: "sqs", operation: "GetQueueAttributes" }, () => sqs.send(command));
    },
  };
}
