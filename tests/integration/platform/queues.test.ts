import { CreateQueueCommand, DeleteMessageCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { beforeEach, describe, expect, inject, it } from "vitest";
import type { AroundCall } from "../../../core/platform/calls.ts";
import { createQueues } from "../../../core/platform/queues.ts";
import { cloudContext } from "../../support/cloud.ts";
import { freshOrganization } from "../../support/context.ts";
import { storeFaults } from "../../support/store-faults.ts";

let sqs: SQSClient;
let url: string;

/** A queue of the test's own: the run's queues belong to the functions. */
beforeEach(async () => {
  cloudContext();
  sqs = new SQSClient({});
  const created = await sqs.send(new CreateQueueCommand({ QueueName: `test-${freshOrganization()}` }));
  // The emulator names queues under a host that resolves only for those who set it up.
  url = new URL(new URL(created.QueueUrl ?? "").pathname, inject("cloud").endpoints.sqs).href;
});

function queues(around: AroundCall = storeFaults().around) {
  return createQueues({
    client: () => Promise.resolve(sqs),
    urls: {
      imports: url,
      supplierSync: "http://127.0.0.1:1/none",
      purchases: "http://127.0.0.1:1/none",
      channelUpdates: "http://127.0.0.1:1/none",
      channelOrders: "http://127.0.0.1:1/none",
      webhookEvents: "http://127.0.0.1:1/none",
      outboundWebhooks: "http://127.0.0.1:1/none",
    },
    around,
  });
}

/** Everything that is in the queue now. */
async function drain(): Promise<unknown[]> {
  const bodies: unknown[] = [];
  for (;;) {
    const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10 }));
    if (Messages.length === 0) return bodies;
    for (const message of Messages) {
      bodies.push(JSON.parse(message.Body ?? "null"));
      await sqs.send(new DeleteMessageCommand({ QueueUrl: url, ReceiptHandle: message.ReceiptHandle }));
    }
  }
}

describe("a queue", () => {
  it("takes one message", async () => {
    await queues().send("imports", { importId: "imp_1", page: 2 });
    expect(await drain()).toEqual([{ importId: "imp_1", page: 2 }]);
  });

  it("hides a delayed message, for fifteen minutes at most", async () => {
    await queues().send("imports", { importId: "imp_1" }, { delaySeconds: 100_000 });
    expect(await drain()).toEqual([]);
  });

  it("takes any number of messages, ten a call, each once", async () => {
    const { around, calls } = storeFaults();
    const messages = Array.from({ length: 25 }, (_, page) => ({ importId: "imp_1", page }));
    await queues(around).sendAll("imports", messages);
    expect(calls).toEqual(["SendMessageBatch", "SendMessageBatch", "SendMessageBatch"]);
    const received = (await drain()) as { page: number }[];
    expect(received.map(({ page }) => page).toSorted((a, b) => a - b)).toEqual(messages.map(({ page }) => page));
  });

  it("makes no call for no messages", async () => {
    const { around, calls } = storeFaults();
    await queues(around).sendAll("imports", []);
    expect(calls).toEqual([]);
  });

  it("reports messages that were refused, after it has sent the rest", async () => {
    let call = 0;
    const around: AroundCall = (_call, next) =>
      call++ === 0 ? (Promise.resolve({ Failed: [{ Id: "0" }, { Id: "1" }] }) as ReturnType<typeof next>) : next();
    const messages = Array.from({ length: 12 }, (_, page) => ({ page }));
    await expect(queues(around).sendAll("imports", messages)).rejects.toMatchObject({
      code: "DEPENDENCY_UNAVAILABLE",
      retryable: true,
      message: "2 messages were refused by the queue imports",
    });
    expect(await drain()).toHaveLength(2);
  });
});
