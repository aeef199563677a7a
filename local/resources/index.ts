import type { Clients } from "../clients.ts";
import type { Endpoints, External } from "../emulators/index.ts";
import type { ResourceNames, Resources } from "../names.ts";
import { ensureBucket } from "./bucket.ts";
import { ensureQueues } from "./queues.ts";
import { ensureTable } from "./table.ts";

/** Makes table, queues and bucket from `stacks/definitions.ts`; what exists already is left, or brought up to it. */
export async function ensureResources(
  clients: Clients,
  names: ResourceNames,
  at: { endpoints: Endpoints; external: External },
): Promise<Resources> {
  const [streamArn, queues] = await Promise.all([
    ensureTable(clients.dynamodb, names.table),
    ensureQueues(clients.sqs, names, at.external.sqs ? undefined : at.endpoints.sqs),
    ensureBucket(clients.s3, names.bucket),
  ]);
  return { tableName: names.table, streamArn, bucketName: names.bucket, ...queues };
}
