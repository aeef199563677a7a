import * as z from "zod";
import { backoffMs } from "../platform/backoff.ts";
import { defined } from "../platform/defined.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { PageSchema } from "../platform/resources.ts";
import { type Provider, PROVIDERS } from "./effects.ts";

/**
 * `pending`: waits to be applied, for the first time or again at `nextAttemptAt`. `processing`: a worker has it.
 * `processed`, `ignored`: done. `failed`: given up, until somebody replays it. `conflict`: came under the id of another
 * event with other content; kept, and only applied when somebody replays it.
 */
export const STATUSES = ["pending", "processing", "processed", "ignored", "failed", "conflict"] as const;

export type EventStatus = (typeof STATUSES)[number];

export const isOpen = (status: EventStatus) => status === "pending" || status === "processing";

/** What a provider told us, and what became of it. */
export interface EventRecord {
  id: string;
  provider: Provider;
  sourceId?: string;
  externalEventId: string;
  eventType: string;
  occurredAtMs: number;
  status: EventStatus;
  /** SHA-256 of the body's bytes, in hex. */
  payloadHash: string;
  /** Whose it is; absent while an event of the instance's own account has not been assigned. */
  organizationId?: OrganizationId;
  currency?: string;
  /** Who said whose it is, where nothing else did. */
  assignedBy?: string;
  /** The body as it came, or where in the bucket it is. */
  body?: string;
  bodyKey?: string;
  /** It was asked of the provider instead of sent by it. */
  fetched?: true;
  /** Attempts begun since it came or was last replayed. */
  attempts: number;
  leaseOwner?: string;
  leaseUntil?: number;
  /** RFC 3339 UTC. */
  nextAttemptAt?: string;
  processedAt?: string;
  errorMessage?: string;
  note?: string;
  /** Other events that came under its id. */
  conflicts?: number;
  /** Of a conflict: the event that came first. */
  conflictOf?: string;
  replays?: number;
  createdAt: string;
  updatedAt: string;
}

/** Attempts until an event is given up: with the pauses between them, about a day. */
export const MAX_ATTEMPTS = 16;

const FIRST_PAUSE_MS = 10_000;
const LONGEST_PAUSE_MS = 4 * 3_600_000;

/** Before the next attempt, after so many: doubled each time up to four hours, half of it by chance. */
export function pauseMs(attempts: number, random: () => number = Math.random): number {
  const whole = Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * 2 ** (attempts - 1));
  return whole / 2 + backoffMs(0, whole / 2, whole / 2, random);
}

const times = ["nextAttemptAt", "processedAt", "createdAt", "updatedAt"] as const;

export const ListEventsSchema = z.lazy(() =>
  PageSchema.unwrap().extend({ provider: z.enum(PROVIDERS).optional(), status: z.enum(STATUSES).optional() }),
);

export const ReplaySchema = z.lazy(() =>
  z
    .object({
      force: z.boolean().default(false).describe("Also when it was processed before: its effect is applied again"),
    })
    .strict()
    .prefault({}),
);

export const ReplayManySchema = z.lazy(() =>
  z
    .object({
      from: z.iso.datetime({ offset: true }).describe("When the event came, inclusive"),
      to: z.iso.datetime({ offset: true }).describe("Inclusive"),
      provider: z.enum(PROVIDERS).optional(),
      status: z.enum(["failed", "ignored"]).default("failed"),
    })
    .strict()
    .refine(({ from, to }) => Date.parse(from) <= Date.parse(to), { path: ["to"], message: "must not be before from" }),
);

export type EventView = ReturnType<typeof viewEvent>;

/** An event as answers show it. */
export function viewEvent(event: EventRecord) {
  const { id, provider, sourceId, externalEventId, eventType, status, payloadHash, attempts } = event;
  const { errorMessage, note, conflicts, conflictOf, replays } = event;
  // An attempt that goes on, or went well, is no retry yet.
  const failed = status === "pending" || status === "failed" ? attempts : Math.max(0, attempts - 1);
  return defined({
    id,
    provider,
    sourceId,
    externalEventId,
    eventType,
    status,
    payloadHash,
    occurredAt: new Date(event.occurredAtMs).toISOString(),
    errorMessage,
    note,
    retryCount: failed,
    conflicts,
    conflictOf,
    replays,
    ...defined(
      Object.fromEntries(times.map((name) => [name, event[name]])) as Pick<EventRecord, (typeof times)[number]>,
    ),
  });
}
