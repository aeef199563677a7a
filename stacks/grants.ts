import type { WorkQueue } from "./queues.ts";
import type { Stage } from "./stage.ts";
import type { Storage } from "./storage.ts";

/**
 * Who may do what, action by action. An SST link to a table, queue or bucket would grant `dynamodb:*`, `sqs:*`
 * or `s3:*` on it, table deletion included; no function here needs that.
 */
export type Grant = sst.aws.FunctionPermissionArgs;

/** Reads and writes of items, alone, in batches and in transactions. No Scan: nothing on any path may. */
export function readAndWriteItems({ table }: Storage): Grant {
  return {
    actions: [
      "dynamodb:GetItem",
      "dynamodb:BatchGetItem",
      "dynamodb:Query",
      "dynamodb:PutItem",
      "dynamodb:UpdateItem",
      "dynamodb:DeleteItem",
      "dynamodb:BatchWriteItem",
      "dynamodb:ConditionCheckItem",
    ],
    resources: [table.arn, $interpolate`${table.arn}/index/*`],
  };
}

/** Also what presigned uploads and downloads can do: a presigned URL never allows more than its signer may. */
export function readAndWriteObjects({ bucket }: Storage): Grant[] {
  return [
    {
      actions: ["s3:GetObject", "s3:PutObject", "s3:AbortMultipartUpload"],
      resources: [$interpolate`${bucket.arn}/*`],
    },
    // Without it S3 answers 403 for an object that is not there, which reads as a fault instead of "not found".
    { actions: ["s3:ListBucket"], resources: [bucket.arn] },
  ];
}

/** With the attributes, which the health check asks for. */
export function sendTo(...queues: WorkQueue[]): Grant {
  return { actions: ["sqs:SendMessage", "sqs:GetQueueAttributes"], resources: queues.map(({ queue }) => queue.arn) };
}

/** Nothing where no mail leaves. */
export function sendMail({ mail }: Stage): Grant[] {
  return mail ? [{ actions: ["ses:SendEmail"], resources: [mail.identityArn] }] : [];
}

/** What Lambda's poller does with the function's role. */
export function receiveFrom({ queue }: WorkQueue): Grant {
  return {
    actions: ["sqs:ReceiveMessage", "sqs:DeleteMessage", "sqs:ChangeMessageVisibility", "sqs:GetQueueAttributes"],
    resources: [queue.arn],
  };
}

/** What Lambda's stream poller does with the function's role; ListStreams is asked of the table's own streams. */
export function readStream({ table }: Storage): Grant {
  return {
    actions: ["dynamodb:DescribeStream", "dynamodb:GetRecords", "dynamodb:GetShardIterator", "dynamodb:ListStreams"],
    resources: [table.nodes.table.streamArn],
  };
}
