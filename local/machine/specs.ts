import { HTTP, QUEUES, type QueueName, SCHEDULES, type ScheduleName, STREAM } from "../../stacks/definitions.ts";
import { kebab, QUEUE_NAMES } from "../names.ts";
import type { FunctionSpec } from "./functions.ts";

const PREFIX = "stockwright-local";

function spec(name: string, definition: Omit<FunctionSpec, "name">): FunctionSpec {
  const { handler, timeoutSeconds, memoryMb } = definition;
  return { name: `${PREFIX}-${kebab(name)}`, handler, timeoutSeconds, memoryMb };
}

const SCHEDULE_NAMES = Object.keys(SCHEDULES) as ScheduleName[];

/** Every function of the definitions, by what triggers it. */
export const FUNCTIONS = {
  api: spec("api", HTTP.api),
  docs: spec("docs", HTTP.docs),
  stream: spec("stream", STREAM),
  queues: QUEUE_NAMES.map((name): { name: QueueName; spec: FunctionSpec } => ({
    name,
    spec: spec(name, QUEUES[name]),
  })),
  schedules: SCHEDULE_NAMES.map((name) => ({ name, rate: SCHEDULES[name].rate, spec: spec(name, SCHEDULES[name]) })),
};

export function allFunctions(): FunctionSpec[] {
  const { api, docs, stream, queues, schedules } = FUNCTIONS;
  return [api, docs, stream, ...queues.map((queue) => queue.spec), ...schedules.map((schedule) => schedule.spec)];
}
