import type { Clients } from "./clients.ts";
import type { Resources, ResourceNames } from "./names.ts";
import { startQueue } from "./loops/queue.ts";
import { startSchedule } from "./loops/schedule.ts";
import { startStream, type StreamLoop } from "./loops/stream.ts";
import { fileCheckpoint } from "./loops/stream-checkpoint.ts";
import type { Functions, FunctionSpec } from "./machine/functions.ts";
import { FUNCTIONS } from "./machine/specs.ts";
import { QUEUES, STREAM } from "../stacks/definitions.ts";
import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { Say } from "./machine/say.ts";

export interface CloudOptions {
  clients: Clients;
  names: ResourceNames;
  resources: Resources;
  functions: Functions;
  /** The functions whose code is there; the triggers of others are not started. */
  imported: ReadonlySet<FunctionSpec>;
  checkpointFile: string;
  say: Say;
}

export interface Cloud {
  /** Something may have been written. */
  wake(): void;
  /** Takes no new work; resolves when what is in flight is done. */
  stop(): Promise<void>;
}

/** Starts every trigger but HTTP: stream, queues, schedules. */
export function startCloud(options: CloudOptions): Cloud {
  const { clients, names, resources, functions, imported, say } = options;
  const stream = imported.has(FUNCTIONS.stream) ? startTableStream(options) : undefined;
  const onWork = () => stream?.wake();
  const queues = FUNCTIONS.queues
    .filter(({ spec }) => imported.has(spec))
    .map(({ name, spec }) =>
      startQueue({
        sqs: clients.sqs,
        queueName: names.queues[name],
        queueUrl: resources.queueUrls[name],
        batchSize: QUEUES[name].batchSize,
        invoke: functions.get(spec),
        say,
        onWork,
      }),
    );
  const schedules = FUNCTIONS.schedules
    .filter(({ spec }) => imported.has(spec))
    .map(({ name, rate, spec }) => startSchedule({ name, rate, invoke: functions.get(spec), say, onWork }));
  return {
    wake: onWork,
    async stop() {
      await Promise.all([...schedules, ...queues].map((loop) => loop.stop()));
      await stream?.stop();
    },
  };
}

function startTableStream({ clients, resources, functions, checkpointFile, say }: CloudOptions): StreamLoop {
  return startStream({
    streams: clients.streams,
    streamArn: resources.streamArn,
    functionName: FUNCTIONS.stream.name,
    invoke: functions.get(FUNCTIONS.stream),
    batchSize: STREAM.batchSize,
    entities: STREAM.entities,
    maximumRetryAttempts: STREAM.maximumRetryAttempts,
    checkpoint: fileCheckpoint(checkpointFile, resources.streamArn),
    async sendDeadLetter(letter) {
      const body = JSON.stringify(letter);
      await clients.sqs.send(new SendMessageCommand({ QueueUrl: resources.streamDeadLettersUrl, MessageBody: body }));
    },
    say,
  });
}
