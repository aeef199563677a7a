import type { Cloud } from "./cloud.ts";
import { STREAM } from "./definitions.ts";
import { createFunction } from "./function.ts";
import { readAndWriteItems, readStream, sendMail, sendTo } from "./grants.ts";
import { createDeadLetterQueue } from "./queues.ts";

export type Stream = ReturnType<typeof createStream>;

/** The table's stream, consumed in order per item: search projection, quantities of listings, domain events. */
export function createStream({ stage, storage, queues, environment }: Cloud) {
  const deadLetters = createDeadLetterQueue("Stream");
  const consumer = createFunction("StreamConsumer", {
    stage,
    workload: STREAM,
    environment: environment.full,
    grants: [
      readAndWriteItems(storage),
      readStream(storage),
      sendTo(queues.channelUpdates, queues.channelOrders, queues.outboundWebhooks),
      ...sendMail(stage),
      { actions: ["sqs:SendMessage"], resources: [deadLetters.arn] },
    ],
  });
  storage.table.subscribe("Consumer", consumer.arn, {
    transform: {
      eventSourceMapping: {
        batchSize: STREAM.batchSize,
        filterCriteria: { filters: ["NewImage", "OldImage"].map(ofConsumedEntities) },
        // From the oldest record: what was written before the first deploy finished must not be missed.
        startingPosition: "TRIM_HORIZON",
        functionResponseTypes: ["ReportBatchItemFailures"],
        bisectBatchOnFunctionError: true,
        maximumRetryAttempts: STREAM.maximumRetryAttempts,
        destinationConfig: { onFailure: { destinationArn: deadLetters.arn } },
      },
    },
  });
  return { consumer, deadLetters };
}

/** Lambda's event filter: the image has one of the entities. Several filters are alternatives. */
function ofConsumedEntities(image: string) {
  return { pattern: JSON.stringify({ dynamodb: { [image]: { entity: { S: STREAM.entities } } } }) };
}
