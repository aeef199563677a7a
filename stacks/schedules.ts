import type { Cloud } from "./cloud.ts";
import { SCHEDULES } from "./definitions.ts";
import { createFunction } from "./function.ts";
import { type Grant, readAndWriteItems, readAndWriteObjects, sendMail, sendTo } from "./grants.ts";
import { createDeadLetterQueue } from "./queues.ts";

/**
 * The event that EventBridge itself sends; Scheduler fills in the `<aws.scheduler.…>` words at each slot. Said here
 * because the component would send `{}`, and a handler needs the slot's time to run it once.
 */
const SLOT_EVENT = {
  version: "0",
  id: "<aws.scheduler.execution-id>",
  "detail-type": "Scheduled Event",
  source: "aws.scheduler",
  time: "<aws.scheduler.scheduled-time>",
  resources: ["<aws.scheduler.schedule-arn>"],
  detail: {},
};

export type Schedules = ReturnType<typeof createSchedules>;

export function createSchedules(cloud: Cloud) {
  const { storage, queues } = cloud;
  const deadLetters = createDeadLetterQueue("Schedules");
  const items = readAndWriteItems(storage);

  const dueSyncs = createSchedule("DueSyncs", "dueSyncs", [items, sendTo(queues.supplierSync)]);
  const stuckWork = createSchedule("StuckWork", "stuckWork", [
    items,
    sendTo(queues.imports, queues.supplierSync, queues.channelUpdates, queues.webhookEvents),
    ...sendMail(cloud.stage),
    // Events that are fetched may be as large as those that come.
    ...readAndWriteObjects(storage),
  ]);
  const expiredStock = createSchedule("ExpiredStock", "expiredStock", [
    items,
    sendTo(queues.purchases, queues.channelOrders),
  ]);
  const dueWebhooks = createSchedule("DueWebhooks", "dueWebhooks", [items, sendTo(queues.outboundWebhooks)]);
  return { functions: { dueSyncs, stuckWork, expiredStock, dueWebhooks }, deadLetters };

  function createSchedule(name: string, scheduleName: keyof typeof SCHEDULES, grants: Grant[]) {
    const workload = SCHEDULES[scheduleName];
    const { stage, environment } = cloud;
    const job = createFunction(name, { stage, workload, environment: environment.full, grants });
    // A slot that failed is not tried again an unknown time later: the next slot is the retry.
    new aws.lambda.FunctionEventInvokeConfig(`${name}Invocation`, {
      functionName: job.name,
      maximumRetryAttempts: 0,
    });
    new sst.aws.CronV2(`${name}Schedule`, {
      schedule: workload.rate,
      function: job,
      event: SLOT_EVENT,
      retries: 2,
      dlq: deadLetters.arn,
    });
    return job;
  }
}
