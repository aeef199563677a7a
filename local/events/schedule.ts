import { randomUUID } from "node:crypto";
import type { ScheduledEvent } from "aws-lambda";
import { LOCAL_REGION } from "../names.ts";

/** The event of a schedule at `nowMs` (milliseconds since the epoch). */
export function toScheduledEvent(name: string, nowMs: number): ScheduledEvent {
  return {
    version: "0",
    id: randomUUID(),
    "detail-type": "Scheduled Event",
    source: "aws.scheduler",
    account: "000000000000",
    time: new Date(nowMs).toISOString().replace(/\.\d+Z$/, "Z"),
    region: LOCAL_REGION,
    resources: [`arn:aws:scheduler:${LOCAL_REGION}:000000000000:schedule/default/${name}`],
    detail: {},
  };
}

const UNIT_MS = { minute: 60_000, hour: 3_600_000, day: 86_400_000 };

/** `rate(5 minutes)` in milliseconds. Throws on any other expression: the definitions use no cron so far. */
export function rateMs(expression: string): number {
  const match = /^rate\((\d+) (minute|hour|day)s?\)$/.exec(expression);
  const unit = match?.[2];
  if (!match || (unit !== "minute" && unit !== "hour" && unit !== "day")) {
    throw new Error(`The schedule ${expression} is not of the form rate(n minutes|hours|days)`);
  }
  return Number(match[1]) * UNIT_MS[unit];
}
