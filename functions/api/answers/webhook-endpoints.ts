import * as z from "zod";
import * as Outbound from "../../../core/outbound/index.ts";
import { resource } from "./resource.ts";

const endpoint = () => ({
  ...resource(),
  url: z.string(),
  description: z.string().optional(),
  eventTypes: z.array(z.string()),
  ordering: z.boolean(),
  throttlePerSecond: z.int().optional(),
  status: z.enum(["enabled", "disabled"]),
  disabledReason: z.enum(Outbound.DISABLED_REASONS).optional(),
  disabledAt: z.iso.datetime().optional(),
  secrets: z
    .array(z.object({ createdAt: z.iso.datetime(), until: z.iso.datetime().optional() }))
    .describe("What is signed with, newest first; a former one until its time is over"),
});

export const EndpointAnswer = z.lazy(() => z.object(endpoint()).meta({ id: "WebhookEndpoint" }));

export const EndpointWithSecretAnswer = z.lazy(() =>
  z
    .object({ ...endpoint(), secret: z.string().describe("Shown in this answer only") })
    .meta({ id: "WebhookEndpointWithSecret" }),
);

const failure = () => z.object({ code: z.string(), message: z.string() });

const delivery = () => ({
  id: z.string(),
  endpointId: z.string(),
  eventId: z.string().describe("What the receiver gets as webhook-id"),
  eventType: z.string(),
  occurredAt: z.iso.datetime(),
  test: z.boolean().optional(),
  status: z.enum(Outbound.DELIVERY_STATUSES),
  attempts: z.int(),
  nextAttemptAt: z.iso.datetime().optional(),
  failure: failure().optional(),
  createdAt: z.iso.datetime(),
  deliveredAt: z.iso.datetime().optional(),
});

export const DeliveryAnswer = z.lazy(() => z.object(delivery()).meta({ id: "WebhookDelivery" }));

export const DeliveryDetailsAnswer = z.lazy(() =>
  z
    .object({
      ...delivery(),
      body: z.string().describe("What is sent, byte for byte"),
      attemptLog: z.array(
        z.object({
          number: z.int(),
          at: z.iso.datetime().optional(),
          durationMs: z.int().optional(),
          request: z
            .object({ url: z.string(), headers: z.record(z.string(), z.string()) })
            .optional()
            .describe("Without the signature"),
          response: z
            .object({ status: z.int(), headers: z.record(z.string(), z.string()), body: z.string() })
            .optional()
            .describe("The first KiB of the body"),
          error: failure().optional(),
        }),
      ),
    })
    .meta({ id: "WebhookDeliveryDetails" }),
);

export const WebhookReplayAnswer = z.lazy(() =>
  z
    .object({
      id: z.string(),
      endpointId: z.string(),
      since: z.iso.datetime(),
      deliveries: z.enum(["failed", "all"]),
    })
    .meta({ id: "WebhookReplay" }),
);

export const EventTypesAnswer = z.lazy(() =>
  z
    .object({
      items: z.array(
        z.object({ type: z.string(), description: z.string(), example: z.record(z.string(), z.unknown()) }),
      ),
    })
    .meta({ id: "EventTypes" }),
);
