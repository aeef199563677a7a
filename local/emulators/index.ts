import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startDynoxide } from "./dynoxide.ts";
import { startFauxqs } from "./fauxqs.ts";
import { freePort } from "./free-port.ts";
import type { SupervisedChild } from "./supervised-child.ts";
import type { Say } from "../machine/say.ts";

/** Base URLs of the services, as the SDK's own variables give them. */
export interface Endpoints {
  dynamodb: string;
  dynamodbStreams: string;
  sqs: string;
  s3: string;
}

/** Which endpoints are somebody else's: those are neither started, stopped nor trimmed here. */
export type External = Partial<Record<"dynamodb" | "dynamodbStreams" | "sqs" | "s3", string>>;

export interface Emulators {
  endpoints: Endpoints;
  external: External;
  /** Process ids of what runs, by name; for tests that end one. */
  pids(): Record<"dynamodb" | "queues", number | undefined>;
  stop(): Promise<void>;
}

export interface EmulatorOptions {
  dataDir: string;
  env: Record<string, string | undefined>;
  /** Ports to use where they are free, so that presigned addresses outlive a restart. */
  preferredPorts?: { dynamodb?: number; queues?: number };
  say?: Say;
}

/** Endpoints that the environment already names. */
export function externalEndpoints(env: Record<string, string | undefined>): External {
  const every = env["AWS_ENDPOINT_URL"];
  const dynamodb = env["AWS_ENDPOINT_URL_DYNAMODB"] ?? every;
  const streams = env["AWS_ENDPOINT_URL_DYNAMODB_STREAMS"] ?? every ?? (dynamodb && streamsBeside(dynamodb));
  const sqs = env["AWS_ENDPOINT_URL_SQS"] ?? every;
  const s3 = env["AWS_ENDPOINT_URL_S3"] ?? every;
  return {
    ...(dynamodb ? { dynamodb } : {}),
    ...(dynamodb && streams ? { dynamodbStreams: streams } : {}),
    ...(sqs ? { sqs } : {}),
    ...(s3 ? { s3 } : {}),
  };
}

/** Emulators serve streams at the same address; AWS at `streams.dynamodb.…`. */
function streamsBeside(dynamodb: string): string {
  return dynamodb.replace(/^https:\/\/dynamodb\.(.*amazonaws\.com)/, "https://streams.dynamodb.$1");
}

/** Starts what the environment does not already point to. On failure, stops what it had started. */
export async function startEmulators(options: EmulatorOptions): Promise<Emulators> {
  const { dataDir, env, preferredPorts = {}, say = () => undefined } = options;
  mkdirSync(dataDir, { recursive: true });
  const logFile = join(dataDir, "emulators.log");
  const external = externalEndpoints(env);
  const ports = { dynamodb: await freePort(preferredPorts.dynamodb), queues: await freePort(preferredPorts.queues) };
  while (ports.queues === ports.dynamodb) ports.queues = await freePort();
  const needsQueues = !external.sqs || !external.s3;

  const started = await Promise.allSettled([
    external.dynamodb ? undefined : startDynoxide({ dataDir, port: ports.dynamodb, logFile, say }),
    needsQueues ? startFauxqs({ dataDir, port: ports.queues, logFile, say }) : undefined,
  ]);
  const children = started.map((each) => (each.status === "fulfilled" ? each.value : undefined));
  const stop = async () => {
    await Promise.all(children.flatMap((child) => (child ? [child.stop()] : [])));
  };
  const failed = started.find((each) => each.status === "rejected");
  if (failed) {
    await stop();
    throw failed.reason;
  }

  const local = { dynamodb: `http://127.0.0.1:${ports.dynamodb}`, queues: `http://127.0.0.1:${ports.queues}` };
  const [dynamodb, queues]: (SupervisedChild | undefined)[] = children;
  return {
    endpoints: {
      dynamodb: external.dynamodb ?? local.dynamodb,
      dynamodbStreams: external.dynamodbStreams ?? external.dynamodb ?? local.dynamodb,
      sqs: external.sqs ?? local.queues,
      s3: external.s3 ?? local.queues,
    },
    external,
    pids: () => ({ dynamodb: dynamodb?.pid(), queues: queues?.pid() }),
    stop,
  };
}
