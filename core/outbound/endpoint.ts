import * as z from "zod";
import type { Resource } from "../platform/resources.ts";
import { eventTypeNames } from "./event-types.ts";
import { ALL_EVENTS, isKnownFilter } from "./filter.ts";

/** As many as one organisation may have: fan-out reads them in one item. */
export const MAX_ENDPOINTS = 50;
const MAX_FILTERS = 50;
const MAX_PER_SECOND = 1_000;

export const DISABLED_REASONS = ["byHand", "gone", "failing"] as const;
export type DisabledReason = (typeof DISABLED_REASONS)[number];

/** A signing secret as it is kept: encrypted, and when a former one stops being signed with. */
export interface KeptSecret {
  sealed: string;
  createdAt: string;
  until?: string;
}

/** Where an organisation's events are sent. */
export interface Endpoint extends Resource {
  url: string;
  description?: string;
  eventTypes: string[];
  /** One at a time, in the order in which the events happened. */
  ordering: boolean;
  /** Deliveries a second, at most. */
  throttlePerSecond?: number;
  status: "enabled" | "disabled";
  disabledReason?: DisabledReason;
  disabledAt?: string;
  /** Newest first. */
  secrets: KeptSecret[];
}

const facts = () => ({
  url: z.string().trim().min(1).max(2_000).describe("https; must be on the public internet"),
  description: z.string().trim().min(1).max(500),
  eventTypes: z
    .array(
      z
        .string()
        .max(100)
        .refine((filter) => isKnownFilter(filter, eventTypeNames()), "must be a type, a prefix such as order.*, or *"),
    )
    .min(1)
    .max(MAX_FILTERS)
    .transform((filters) => [...new Set(filters)])
    .describe("Types, prefixes such as `order.*`, or `*`: all but those about security, which need `audit.read`"),
  ordering: z.boolean().describe("One at a time, in the order in which the events happened"),
  throttlePerSecond: z.int().min(1).max(MAX_PER_SECOND).describe("Deliveries a second, at most"),
});

export const CreateEndpointSchema = z.lazy(() => {
  const { url, description, eventTypes, ordering, throttlePerSecond } = facts();
  return z.strictObject({
    url,
    description: description.optional(),
    eventTypes: eventTypes.default([ALL_EVENTS]),
    ordering: ordering.default(false),
    throttlePerSecond: throttlePerSecond.optional(),
  });
});

export const UpdateEndpointSchema = z.lazy(() => {
  const { url, description, eventTypes, ordering, throttlePerSecond } = facts();
  return z
    .strictObject({
      url: url.optional(),
      description: description.nullable().optional(),
      eventTypes: eventTypes.optional(),
      ordering: ordering.optional(),
      throttlePerSecond: throttlePerSecond.nullable().optional(),
      status: z.enum(["enabled", "disabled"]).optional(),
    })
    .refine((changes) => Object.keys(changes).length > 0, "must change something");
});

/** Of a command that needs to be told nothing. */
export const BareSchema = z.lazy(() => z.strictObject({}).prefault({}));

/** An endpoint as answers show it: of its secrets only their times. */
export interface EndpointView extends Omit<Endpoint, "secrets"> {
  secrets: { createdAt: string; until?: string }[];
}

export function viewEndpoint({ secrets, ...endpoint }: Endpoint): EndpointView {
  return {
    ...endpoint,
    secrets: secrets.map(({ createdAt, until }) => ({ createdAt, ...(until === undefined ? {} : { until }) })),
  };
}
