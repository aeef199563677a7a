import type { Cloud } from "./cloud.ts";
import { QUEUES, type QueueName } from "./definitions.ts";
import { createFunction } from "./function.ts";
import { type Grant, readAndWriteItems, readAndWriteObjects, receiveFrom, sendTo } from "./grants.ts";

/**
 * Most workers of one queue at a time. An account's Lambda concurrency is shared (a new account has 10), so a burst
 * of imports must not take what the API answers with; the queue keeps what waits.
 */
const MAXIMUM_CONCURRENCY = 5;

export type Workers = ReturnType<typeof createWorkers>;

export function createWorkers(cloud: Cloud) {
  return {
    imports: createWorker("ImportsWorker", "imports", cloud),
    supplierSync: createWorker("SupplierSyncWorker", "supplierSync", cloud),
    purchases: createWorker("PurchasesWorker", "purchases", cloud, []),
    channelUpdates: createWorker("ChannelUpdatesWorker", "channelUpdates", cloud, []),
    channelOrders: createWorker("ChannelOrdersWorker", "channelOrders", cloud, []),
    webhookEvents: createWorker("WebhookEventsWorker", "webhookEvents", cloud),
    outboundWebhooks: createWorker("OutboundWebhooksWorker", "outboundWebhooks", cloud, []),
  };
}

/** Works its own queue, and sends itself the next page of its work. */
function createWorker(
  name: string,
  queueName: QueueName,
  { stage, storage, queues, environment }: Cloud,
  more: Grant[] = readAndWriteObjects(storage),
) {
  const workload = QUEUES[queueName];
  const own = queues[queueName];
  const worker = createFunction(name, {
    stage,
    workload,
    environment: environment.full,
    grants: [readAndWriteItems(storage), ...more, receiveFrom(own), sendTo(own)],
  });
  own.queue.subscribe(worker.arn, {
    batch: { size: workload.batchSize, partialResponses: true },
    transform: { eventSourceMapping: { scalingConfig: { maximumConcurrency: MAXIMUM_CONCURRENCY } } },
  });
  return worker;
}
