/**
 * What exists, as plain data: the one place that `stacks/` (the cloud) and `local/` (the laptop) both read,
 * so that a table, queue or schedule cannot exist in one of them only.
 */

/** The single table. Keys are strings; every partition key begins with the organisation (docs/data-model.md). */
export const TABLE = {
  name: "main",
  hashKey: "pk",
  rangeKey: "sk",
  /** Seconds since the epoch; DynamoDB deletes lazily, so readers filter on it too. */
  ttlAttribute: "expiresAt",
  stream: "new-and-old-images",
  indexes: {
    /** Products of one status, newest first. */
    gsi1: { hashKey: "gsi1pk", rangeKey: "gsi1sk" },
    /** Products of one category, newest first. */
    gsi2: { hashKey: "gsi2pk", rangeKey: "gsi2sk" },
  },
} as const;

/** A failed message is tried this many times before it moves to the dead-letter queue. */
export const MAX_RECEIVE_COUNT = 5;

/** AWS's rule for SQS event sources: a message stays hidden six times as long as the function may run. */
export const VISIBILITY_FACTOR = 6;

/** Queue → the function that works it. `timeoutSeconds` is the function's; `batchSize` messages come at once. */
export const QUEUES = {
  imports: { handler: "functions/queues/imports.handler", timeoutSeconds: 120, memoryMb: 1024, batchSize: 1 },
  supplierSync: {
    handler: "functions/queues/supplier-sync.handler",
    timeoutSeconds: 120,
    memoryMb: 1024,
    batchSize: 1,
  },
  /** Purchase orders at suppliers. Few at once: each takes several calls, one after the other. */
  purchases: {
    handler: "functions/queues/purchases.handler",
    timeoutSeconds: 60,
    memoryMb: 512,
    batchSize: 5,
  },
  /** What listings should say on their channels. Ten at once: channels take many quantities in one call. */
  channelUpdates: {
    handler: "functions/queues/channel-updates.handler",
    timeoutSeconds: 60,
    memoryMb: 512,
    batchSize: 10,
  },
  /** Channels' orders, read page by page, and what channels are told of what was sent. */
  channelOrders: {
    handler: "functions/queues/channel-orders.handler",
    timeoutSeconds: 120,
    memoryMb: 512,
    batchSize: 1,
  },
  /** What providers told us, to be applied. */
  webhookEvents: {
    handler: "functions/queues/webhook-events.handler",
    timeoutSeconds: 60,
    memoryMb: 512,
    batchSize: 10,
  },
  /** What receivers are to be told. Ten at once: a worker mostly waits for answers. */
  outboundWebhooks: {
    handler: "functions/queues/outbound-webhooks.handler",
    timeoutSeconds: 60,
    memoryMb: 512,
    batchSize: 10,
  },
} as const;

export type QueueName = keyof typeof QUEUES;

/** Schedules (EventBridge Scheduler expressions) → the function that each one calls. */
export const SCHEDULES = {
  dueSyncs: {
    handler: "functions/schedules/due-syncs.handler",
    rate: "rate(1 minute)",
    timeoutSeconds: 60,
    memoryMb: 512,
  },
  stuckWork: {
    handler: "functions/schedules/stuck-work.handler",
    rate: "rate(1 minute)",
    timeoutSeconds: 60,
    memoryMb: 512,
  },
  expiredStock: {
    handler: "functions/schedules/expired-stock.handler",
    rate: "rate(1 minute)",
    timeoutSeconds: 60,
    memoryMb: 512,
  },
  /** A function of its own: many retries of one tenant's webhooks must not keep another's reservations waiting. */
  dueWebhooks: {
    handler: "functions/schedules/due-webhooks.handler",
    rate: "rate(1 minute)",
    timeoutSeconds: 60,
    memoryMb: 512,
  },
} as const;

export type ScheduleName = keyof typeof SCHEDULES;

/** The table stream's consumer: search projection, quantities of listings and domain events. */
export const STREAM = {
  handler: "functions/stream.handler",
  timeoutSeconds: 60,
  memoryMb: 1024,
  batchSize: 100,
  /** Only changes of these entities are consumed; the index, guards and progress write ten times as much, unread. */
  entities: ["product", "event", "stock", "order", "listing", "location-directory", "mail"],
  /** A poison record is halved out of its batch and, after this many tries, sent to the stream's own DLQ. */
  maximumRetryAttempts: 10,
} as const;

/** The HTTP functions. `docs` is apart so that the API's bundle does not carry the documentation page's assets. */
export const HTTP = {
  api: { handler: "functions/api/index.handler", route: "$default", timeoutSeconds: 29, memoryMb: 1024 },
  docs: { handler: "functions/docs/index.handler", route: "GET /docs/{proxy+}", timeoutSeconds: 10, memoryMb: 256 },
} as const;

/** Uploads, fetched feeds, refused-row files and webhooks' large bodies; keys are `<kind>/<organizationId>/…`. */
export const BUCKET = {
  name: "files",
  /** Days until objects under these prefixes are removed. */
  lifecycle: { "uploads/": 30, "feeds/": 30, "refused/": 90, "webhooks/": 90 },
} as const;

/** Environment variables by which functions find the above; values come from the stacks or from `local/`. */
export const ENVIRONMENT = {
  table: "TABLE_NAME",
  bucket: "BUCKET_NAME",
  queueUrl: {
    imports: "IMPORTS_QUEUE_URL",
    supplierSync: "SUPPLIER_SYNC_QUEUE_URL",
    purchases: "PURCHASES_QUEUE_URL",
    channelUpdates: "CHANNEL_UPDATES_QUEUE_URL",
    channelOrders: "CHANNEL_ORDERS_QUEUE_URL",
    webhookEvents: "WEBHOOK_EVENTS_QUEUE_URL",
    outboundWebhooks: "OUTBOUND_WEBHOOKS_QUEUE_URL",
  },
} as const;
