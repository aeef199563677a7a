import { createHash } from "node:crypto";
import * as z from "zod";
import { ID_PREFIX } from "../platform/ids.ts";
import { IdSchema, PageSchema } from "../platform/resources.ts";

export const DELIVERY_STATUSES = ["pending", "delivered", "failed"] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

/** Why something did not arrive. */
export interface Failure {
  code: string;
  message: string;
}

/** One event on its way to one endpoint. */
export interface Delivery {
  id: string;
  endpointId: string;
  eventId: string;
  eventType: string;
  occurredAt: string;
  /** What is sent, byte for byte. */
  body: string;
  /** As the endpoint was when the event happened: it goes through the endpoint's lane. */
  ordering: boolean;
  test?: boolean;
  status: DeliveryStatus;
  /** Begun so far, those included whose worker died. */
  attempts: number;
  /** Of them since it was first sent, or replayed: the place in the schedule. */
  step: number;
  /** Milliseconds since the epoch. */
  nextAttemptAt?: number;
  failure?: Failure;
  createdAt: string;
  deliveredAt?: string;
  leaseOwner?: string;
  leaseUntil?: number;
}

/** One request to the receiver, and what came of it. */
export interface Attempt {
  number: number;
  at: string;
  durationMs: number;
  /** Without the signature. */
  request: { url: string; headers: Record<string, string> };
  /** The answer's status and its first KiB. */
  response?: { status: number; headers: Record<string, string>; body: string };
  error?: Failure;
}

/** Days that the log is kept, and within which something can be replayed. */
export const KEPT_DAYS = 30;
export const KEPT_MS = KEPT_DAYS * 24 * 3_600_000;

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** Before the n-th attempt, counted from the one before: Svix's schedule, 27 hours and 35 minutes in all. */
export const DELAYS_MS: readonly number[] = [
  0,
  5_000,
  5 * MINUTE_MS,
  30 * MINUTE_MS,
  2 * HOUR_MS,
  5 * HOUR_MS,
  10 * HOUR_MS,
  10 * HOUR_MS,
];

/** A receiver that asks for more is asked again after this long all the same. */
const LONGEST_RETRY_AFTER_MS = 24 * HOUR_MS;

/**
 * When to try again after the n-th attempt failed (1 the first), milliseconds since the epoch; undefined after the last.
 * A receiver may ask for more time, not for less.
 */
export function nextAttemptAfter(step: number, now: number, retryAfterMs = 0): number | undefined {
  const delay = DELAYS_MS[step];
  return delay === undefined ? undefined : now + Math.max(delay, Math.min(retryAfterMs, LONGEST_RETRY_AFTER_MS));
}

const CROCKFORD = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const TIME_CHARACTERS = 10;
const HASH_CHARACTERS = 16;

/**
 * The same for the same event and endpoint, so that what the stream repeats is the same delivery; in the order of the
 * events' times, so that lists are.
 */
export function deliveryId(eventId: string, endpointId: string): string {
  const time = eventId.slice(eventId.indexOf("_") + 1).slice(0, TIME_CHARACTERS);
  const digest = createHash("sha256").update(`${eventId}\n${endpointId}`).digest();
  const hash = Array.from(digest.subarray(0, HASH_CHARACTERS), (byte) => CROCKFORD.charAt(byte % 32)).join("");
  return `${ID_PREFIX.webhookDelivery}_${time}${hash}`;
}

/** A larger event is sent without its data: a receiver reads it by its id. */
const MAX_BODY_BYTES = 200_000;

export interface Message {
  id: string;
  type: string;
  occurredAt: string;
  data: unknown;
  test?: boolean;
}

/** What is sent, as Standard Webhooks has it: type, timestamp, data; beside them the event's id. */
export function bodyOf({ id, type, occurredAt, data, test }: Message): string {
  const head = { id, type, timestamp: occurredAt, ...(test ? { test } : {}) };
  const whole = JSON.stringify({ ...head, data });
  return Buffer.byteLength(whole) <= MAX_BODY_BYTES ? whole : JSON.stringify({ ...head, data: {}, dataOmitted: true });
}

export const ListDeliveriesSchema = z.lazy(() =>
  PageSchema.unwrap().extend({
    endpointId: IdSchema.unwrap().optional(),
    status: z.enum(DELIVERY_STATUSES).optional(),
  }),
);

export const ReplaySinceSchema = z.lazy(() =>
  z.strictObject({
    since: z.iso.datetime({ offset: true }).describe(`At most ${KEPT_DAYS} days ago`),
    deliveries: z.enum(["failed", "all"]).default("failed").describe("`all` also sends again what has arrived"),
  }),
);

export const TestSchema = z.lazy(() =>
  z.strictObject({ eventType: z.string().max(100).optional().describe("Default `webhook.test`") }).prefault({}),
);
