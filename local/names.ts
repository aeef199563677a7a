import { BUCKET, ENVIRONMENT, QUEUES, type QueueName, TABLE } from "../stacks/definitions.ts";

/** One region and key pair for everything local: the emulators keep resources apart by region, and check no signature. */
export const LOCAL_REGION = "us-east-1";
export const LOCAL_CREDENTIALS = { accessKeyId: "local", secretAccessKey: "local" };

export const QUEUE_NAMES = Object.keys(QUEUES) as QueueName[];

/** What the resources are called on this machine: the cloud's names with another prefix. */
export interface ResourceNames {
  table: string;
  bucket: string;
  queues: Record<QueueName, string>;
  /** Where stream records go that the stream's function cannot take. */
  streamDeadLetters: string;
}

export function resourceNames(prefix = "stockwright-local"): ResourceNames {
  return {
    table: `${prefix}-${TABLE.name}`,
    bucket: `${prefix}-${BUCKET.name}`,
    queues: Object.fromEntries(QUEUE_NAMES.map((name) => [name, `${prefix}-${kebab(name)}`])) as Record<
      QueueName,
      string
    >,
    streamDeadLetters: `${prefix}-stream-dlq`,
  };
}

/** The dead-letter queue beside a queue. */
export function deadLettersOf(queue: string): string {
  return `${queue}-dlq`;
}

/** Created resources by the names and addresses that functions need. */
export interface Resources {
  tableName: string;
  streamArn: string;
  bucketName: string;
  queueUrls: Record<QueueName, string>;
  deadLetterUrls: Record<QueueName, string>;
  streamDeadLettersUrl: string;
}

/** The environment variables by which functions find the resources. */
export function resourceEnvironment(resources: Resources): Record<string, string> {
  return {
    [ENVIRONMENT.table]: resources.tableName,
    [ENVIRONMENT.bucket]: resources.bucketName,
    ...Object.fromEntries(QUEUE_NAMES.map((name) => [ENVIRONMENT.queueUrl[name], resources.queueUrls[name]])),
  };
}

/** supplierSync → supplier-sync, as the stacks and AWS spell names. */
export function kebab(name: string): string {
  return name.replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
