import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { type AroundCall, passThrough } from "../core/platform/calls.ts";
import { createCache } from "../core/platform/cache/layered-cache.ts";
import { upstashRemote } from "../core/platform/cache/remote.ts";
import { type Config, readConfig } from "../core/platform/config.ts";
import type { Resources } from "../core/platform/context.ts";
import { defined } from "../core/platform/defined.ts";
import { createIds } from "../core/platform/ids.ts";
import { createLog, type Log } from "../core/platform/log.ts";
import { type Mailer, NO_MAILER } from "../core/platform/mailer.ts";
import { createEmfMetrics } from "../core/platform/metrics-emf.ts";
import { type Metrics, NO_METRICS } from "../core/platform/metrics.ts";
import { createObjects } from "../core/platform/objects.ts";
import { createQueues } from "../core/platform/queues.ts";
import { createRateLimiter } from "../core/platform/rate-limit/limiter.ts";
import { upstashBuckets } from "../core/platform/rate-limit/remote-buckets.ts";
import { createTable } from "../core/platform/table.ts";
import { lateHttp } from "./late.ts";

const SERVICE = "stockwright";
/** The SDK's own pool of sockets; calls beyond it wait. */
const CONNECTIONS = 50;
/** Of `Root=1-5759e988-bd862e3fe1be46a994272793;Parent=…;Sampled=1`, as Lambda sets it for each invocation. */
const TRACE = /Root=([^;]+)/;

type Env = Record<string, string | undefined>;

export interface ResourceOptions {
  metrics?: Metrics;
  log?: Log;
  mailer?: Mailer;
  around?: AroundCall;
  now?: () => number;
}

let own: Resources | undefined;
let localMetrics: Metrics | undefined;
let localMailer: Mailer | undefined;

/** This process's resources, made from its environment on first use. Throws ConfigError naming every fault. */
export function processResources(): Resources {
  own ??= createResources(process.env, defined({ metrics: localMetrics, mailer: localMailer }));
  return own;
}

/** Where the local cloud keeps metrics; to be called before the first function is. */
export function provideMetrics(metrics: Metrics): void {
  localMetrics = metrics;
}

/** Where the local cloud takes mail; to be called before the first function is. */
export function provideMailer(mailer: Mailer): void {
  localMailer = mailer;
}

export function createResources(env: Env, options: ResourceOptions = {}): Resources {
  const config = readConfig(env);
  const now = options.now ?? Date.now;
  const metrics =
    options.metrics ?? (env["AWS_LAMBDA_FUNCTION_NAME"] ? createEmfMetrics({ service: SERVICE, now }) : NO_METRICS);
  const log =
    options.log ??
    createLog({
      level: config.logLevel,
      service: SERVICE,
      environment: config.environment,
      traceId: () => TRACE.exec(env["_X_AMZN_TRACE_ID"] ?? "")?.[1],
    });
  const { around, load } = counting(metrics, options.around ?? passThrough);
  const { tableName: name, queueUrls: urls, bucketName: bucket } = config;
  return {
    config,
    table: createTable({ client: dynamoDb(), name, around }),
    queues: createQueues({ client: once(sqs), urls, around }),
    objects: createObjects({ client: once(() => s3(env)), bucket, around }),
    cache: createCache({
      metrics,
      log,
      now,
      remote: remote(config, now),
      prefix: name,
      ttlSeconds: config.cacheTtlSeconds,
    }),
    limiter: createRateLimiter({ log, now, remote: config.redis && upstashBuckets({ ...config.redis, prefix: name }) }),
    http: lateHttp(async () => {
      const { createHttpClient } = await import("../core/platform/http/resilient-client.ts");
      return createHttpClient({ metrics, log, now, allowPrivateAddresses: config.allowPrivateAddresses });
    }),
    mailer: options.mailer ?? lateMailer(config.mailFrom),
    metrics,
    log,
    now,
    newId: createIds(now),
    load,
  };
}

function remote({ redis }: Config, now: () => number) {
  return redis && upstashRemote({ ...redis, now });
}

/** Every call has an end: a connection that hangs must not hold a request until Lambda kills it. */
const TIMEOUTS = { connectionTimeout: 1_000, requestTimeout: 10_000 };

function dynamoDb(): DynamoDBClient {
  // The stack of a kind of command is put together once, not for each: nothing is added to it later.
  const client = new DynamoDBClient({ maxAttempts: 4, requestHandler: TIMEOUTS, cacheMiddleware: true });
  // It copies every input and output for a logger that we do not give it.
  client.middlewareStack.remove("loggerMiddleware");
  // Takes as long as signing, to tell AWS for each call which SDK made it.
  client.middlewareStack.remove("getUserAgentMiddleware");
  return client;
}

// The others are imported when first used: most requests need only the table, and a cold start pays for every byte.
async function sqs() {
  const { SQSClient } = await import("@aws-sdk/client-sqs");
  return new SQSClient({ requestHandler: TIMEOUTS });
}

async function s3(env: Env) {
  const { S3Client } = await import("@aws-sdk/client-s3");
  return new S3Client({
    // An emulator on an address has no buckets as host names.
    forcePathStyle: env["AWS_ENDPOINT_URL_S3"] !== undefined,
    // A presigned upload is sent by somebody who cannot know the checksum that the SDK would sign in advance.
    requestChecksumCalculation: "WHEN_REQUIRED",
    responseChecksumValidation: "WHEN_REQUIRED",
    requestHandler: { connectionTimeout: 1_000, requestTimeout: 60_000 },
  });
}

/** Mail by SES, whose code is loaded with the first one. */
function lateMailer(from: string | undefined): Mailer {
  if (from === undefined) return NO_MAILER;
  const made = once(async () => {
    const { sesMailer } = await import("../core/platform/mail-ses.ts");
    return sesMailer({ from, client: once(ses) });
  });
  return { send: async (mail) => (await made()).send(mail) };
}

async function ses() {
  const { SESv2Client } = await import("@aws-sdk/client-sesv2");
  return new SESv2Client({ requestHandler: TIMEOUTS });
}

function once<T>(make: () => Promise<T>): () => Promise<T> {
  let made: Promise<T> | undefined;
  return () => (made ??= make());
}

/** Counts the table's calls under way, which is what this process can run out of. */
function counting(metrics: Metrics, inner: AroundCall): { around: AroundCall; load: Resources["load"] } {
  let inFlight = 0;
  const around: AroundCall = async (call, next) => {
    if (call.service !== "dynamodb") return inner(call, next);
    metrics.gauge("db_connections_active", {}, ++inFlight);
    try {
      return await inner(call, next);
    } finally {
      metrics.gauge("db_connections_active", {}, --inFlight);
    }
  };
  return { around, load: () => ({ inFlight, limit: CONNECTIONS }) };
}
