import { BUCKET, TABLE } from "./definitions.ts";
import type { Stage } from "./stage.ts";

/** Parts of an upload that never finished are paid for until they are dropped. */
const INCOMPLETE_UPLOAD_DAYS = 2;

export type Storage = ReturnType<typeof createStorage>;

export function createStorage(stage: Stage) {
  return { table: createTable(stage), bucket: createBucket(stage) };
}

function createTable(stage: Stage) {
  const keys = [TABLE, ...Object.values(TABLE.indexes)].flatMap((index) => [index.hashKey, index.rangeKey]);
  return new sst.aws.Dynamo("Table", {
    fields: Object.fromEntries(keys.map((key) => [key, "string" as const])),
    primaryIndex: { hashKey: TABLE.hashKey, rangeKey: TABLE.rangeKey },
    globalIndexes: TABLE.indexes,
    stream: TABLE.stream,
    ttl: TABLE.ttlAttribute,
    deletionProtection: stage.isProduction,
    transform: {
      // The component's own default, said here so that no upgrade takes it away unseen.
      table: { pointInTimeRecovery: { enabled: true } },
    },
  });
}

function createBucket(stage: Stage) {
  return new sst.aws.Bucket("Files", {
    enforceHttps: true,
    cors: {
      allowOrigins: stage.corsOrigins,
      // PUT for presigned uploads; GET for presigned downloads that a page reads itself.
      allowMethods: ["PUT", "GET", "HEAD"],
      allowHeaders: ["content-type", "content-length"],
      exposeHeaders: ["ETag"],
      maxAge: "1 hour",
    },
    lifecycle: Object.entries(BUCKET.lifecycle).map(([prefix, days]) => ({
      id: `expire-${prefix.replace("/", "")}`,
      prefix,
      expiresIn: `${days} days` as const,
    })),
    transform: {
      // Removing a stage empties its bucket; production's is never emptied by a command.
      bucket: { forceDestroy: !stage.isProduction },
      lifecycle: (args) => {
        args.rules = $output(args.rules ?? []).apply((rules) => [
          ...rules,
          {
            id: "abort-incomplete-uploads",
            status: "Enabled",
            filter: {},
            abortIncompleteMultipartUpload: { daysAfterInitiation: INCOMPLETE_UPLOAD_DAYS },
          },
        ]);
        return undefined;
      },
    },
  });
}
