import * as z from "zod";
import { PROVIDERS, STATUSES } from "../../../core/inbound/index.ts";
import { resource } from "./resource.ts";

export const ReceivedAnswer = z.lazy(() =>
  z
    .object({
      received: z.literal(true),
      id: z.string().describe("Ours, of the event; of a duplicate the first's"),
      outcome: z.enum(["received", "duplicate", "conflict"]),
    })
    .meta({ id: "WebhookReceived" }),
);

export const ChallengeAnswer = z.lazy(() => z.object({ challengeResponse: z.string() }));

const fields = () => ({
  id: z.string(),
  provider: z.enum(PROVIDERS),
  sourceId: z.string().optional().describe("Absent of events of the instance's own account"),
  externalEventId: z.string().describe("The provider's id"),
  eventType: z.string(),
  status: z.enum(STATUSES),
  payloadHash: z.string().describe("SHA-256 of the body as it came, in hex"),
  occurredAt: z.iso.datetime().describe("By the provider's clock"),
  processedAt: z.iso.datetime().optional(),
  errorMessage: z.string().optional(),
  note: z.string().optional().describe("What it came to, or why it was ignored"),
  retryCount: z.int().describe("Attempts that failed"),
  nextAttemptAt: z.iso.datetime().optional(),
  conflicts: z.int().optional().describe("Other events that came under its id"),
  conflictOf: z.string().optional().describe("Of a conflict: the event that came first"),
  replays: z.int().optional(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export const WebhookEventAnswer = z.lazy(() => z.object(fields()).meta({ id: "WebhookEvent" }));

export const WholeWebhookEventAnswer = z.lazy(() =>
  z.object({ ...fields(), payload: z.unknown() }).meta({ id: "WholeWebhookEvent" }),
);

export const ReplayedAnswer = z.lazy(() =>
  z
    .object({ replayed: z.int(), hasMore: z.boolean().describe("Ask again for the rest") })
    .meta({ id: "WebhooksReplayed" }),
);

export const RecoveryAnswer = z.lazy(() =>
  z
    .object({
      status: z.enum(["idle", "requested", "running"]),
      requestedAt: z.iso.datetime().optional(),
      startedAt: z.iso.datetime().optional(),
      finishedAt: z.iso.datetime().optional(),
    })
    .meta({ id: "WebhookRecovery" }),
);

export const WebhookSourceAnswer = z.lazy(() =>
  z
    .object({
      ...resource(),
      provider: z.enum(PROVIDERS),
      name: z.string(),
      path: z.string().describe("Where the provider sends to"),
      endpoint: z.string().optional().describe("Of eBay: the whole address, where requests arrive under another"),
      secrets: z
        .array(z.object({ addedAt: z.iso.datetime(), expiresAt: z.iso.datetime().optional() }))
        .describe("What is in use, newest first; the secrets themselves are in no answer"),
    })
    .meta({ id: "WebhookSource" }),
);

const event = {
  id: "whe_01KAKQ3SJ0E8XQ8V6ZP1M4T7WB",
  provider: "stripe",
  externalEventId: "evt_1SVxK2ExampleKj0Q",
  eventType: "invoice.paid",
  status: "processed",
  payloadHash: "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
  occurredAt: "2026-11-21T11:50:58.000Z",
  processedAt: "2026-11-21T11:51:00.000Z",
  retryCount: 0,
  createdAt: "2026-11-21T11:50:59.000Z",
  updatedAt: "2026-11-21T11:51:00.000Z",
};

const { processedAt: _processedAt, ...open } = event;

export const EXAMPLES = {
  received: { received: true, id: event.id, outcome: "received" },
  event: { ...event, payload: { id: event.externalEventId, object: "event", type: event.eventType } },
  events: { items: [event] },
  replayed: { ...open, status: "pending", replays: 1 },
};
