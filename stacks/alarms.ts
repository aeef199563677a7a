import type { Api } from "./api.ts";
import { QUEUES, type QueueName, VISIBILITY_FACTOR } from "./definitions.ts";
import type { Queues } from "./queues.ts";
import type { Schedules } from "./schedules.ts";
import type { Stage } from "./stage.ts";
import type { Storage } from "./storage.ts";
import type { Stream } from "./stream.ts";
import type { Workers } from "./workers.ts";

const FIVE_MINUTES = 300;
const API_FAULTS = 5;
const STREAM_LAG_MS = 10 * 60 * 1000;

interface Watched {
  stage: Stage;
  storage: Storage;
  queues: Queues;
  api: Api;
  workers: Workers;
  stream: Stream;
  schedules: Schedules;
}

/** Someone is told when work was given up, fails, is refused or waits. docs/deploy.md says what to do then. */
export function createAlarms({ stage, storage, queues, api, workers, stream, schedules }: Watched): void {
  const topic = new aws.sns.Topic("Alarms");
  if (stage.alarmEmail !== undefined) {
    new aws.sns.TopicSubscription("AlarmsEmail", {
      topic: topic.arn,
      protocol: "email",
      endpoint: stage.alarmEmail,
    });
  }

  deadLetterAlarm("Stream", stream.deadLetters);
  deadLetterAlarm("Schedules", schedules.deadLetters);
  for (const name of Object.keys(QUEUES) as QueueName[]) {
    const title = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    deadLetterAlarm(title, queues[name].deadLetters);
    alarm(`${title}Age`, `The oldest message of ${name} has waited through two tries`, {
      namespace: "AWS/SQS",
      metricName: "ApproximateAgeOfOldestMessage",
      dimensions: { QueueName: queues[name].queue.nodes.queue.name },
      statistic: "Maximum",
      threshold: 2 * QUEUES[name].timeoutSeconds * VISIBILITY_FACTOR,
    });
  }

  const functions = { ...api.functions, ...workers, stream: stream.consumer, ...schedules.functions };
  for (const [name, watched] of Object.entries(functions)) {
    const title = `${name.charAt(0).toUpperCase()}${name.slice(1)}`;
    for (const metricName of ["Errors", "Throttles"]) {
      alarm(`${title}${metricName}`, `The function ${name} has ${metricName.toLowerCase()}`, {
        namespace: "AWS/Lambda",
        metricName,
        dimensions: { FunctionName: watched.name },
        statistic: "Sum",
        threshold: 0,
      });
    }
  }

  alarm("StreamLag", "Search and events run behind the table", {
    namespace: "AWS/Lambda",
    metricName: "IteratorAge",
    dimensions: { FunctionName: stream.consumer.name },
    statistic: "Maximum",
    threshold: STREAM_LAG_MS,
  });
  alarm("ApiFaults", `The API answered 5xx more than ${API_FAULTS} times in five minutes`, {
    namespace: "AWS/ApiGateway",
    metricName: "5xx",
    dimensions: { ApiId: api.gateway.nodes.api.id },
    statistic: "Sum",
    threshold: API_FAULTS,
  });
  for (const metricName of ["ReadThrottleEvents", "WriteThrottleEvents"]) {
    alarm(`Table${metricName}`, `The table has ${metricName}`, {
      namespace: "AWS/DynamoDB",
      metricName,
      dimensions: { TableName: storage.table.name },
      statistic: "Sum",
      threshold: 0,
    });
  }

  function deadLetterAlarm(owner: string, deadLetters: sst.aws.Queue) {
    alarm(`${owner}DeadLetters`, `Work of ${owner} was given up and waits to be looked at`, {
      namespace: "AWS/SQS",
      metricName: "ApproximateNumberOfMessagesVisible",
      dimensions: { QueueName: deadLetters.nodes.queue.name },
      statistic: "Maximum",
      threshold: 0,
    });
  }

  function alarm(name: string, description: string, metric: Metric) {
    new aws.cloudwatch.MetricAlarm(`${name}Alarm`, {
      name: `${$app.name}-${$app.stage}-${name}`,
      alarmDescription: description,
      ...metric,
      comparisonOperator: "GreaterThanThreshold",
      period: FIVE_MINUTES,
      evaluationPeriods: 1,
      treatMissingData: "notBreaching",
      alarmActions: [topic.arn],
      okActions: [topic.arn],
    });
  }
}

type Metric = Required<
  Pick<aws.cloudwatch.MetricAlarmArgs, "namespace" | "metricName" | "dimensions" | "statistic" | "threshold">
>;
