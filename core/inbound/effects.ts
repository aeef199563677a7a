import type { Context } from "../platform/context.ts";
import type { Write } from "../platform/table.ts";

export const PROVIDERS = ["stripe", "shopify", "ebay", "generic"] as const;

export type Provider = (typeof PROVIDERS)[number];

/** What a provider told us, verified and kept, as effects see it. */
export interface InboundEvent {
  /** Ours (`whe_…`). */
  id: string;
  provider: Provider;
  /** The organisation's own source it came by; absent for the instance's own account. */
  sourceId?: string;
  /** The provider's id of it. */
  externalEventId: string;
  /** The provider's own word: `invoice.paid`, `orders/create`. */
  eventType: string;
  /** By the provider's clock, milliseconds since the epoch; of Stripe's events whole seconds. */
  occurredAtMs: number;
  /** The body's JSON, unchecked: the effect parses what it reads. */
  payload: unknown;
  /** 1 the first time. */
  attempt: number;
}

/**
 * What an event comes to. The pipeline commits the writes in one transaction with marking the event as processed or
 * ignored, under its lease: each effect is applied exactly once, or not at all.
 */
export interface Effect {
  outcome: "processed" | "ignored";
  /** At most 99, and none of them on a key twice. */
  writes: Write[];
  /** Shown to the operator; why it was ignored, where it was. */
  note?: string;
}

/**
 * Decides an event's effect, acting as the system in the event's organisation. It may read and call out, and must not
 * write: it runs again when a write's condition did not hold, when it throws, and when its worker dies. What it throws
 * is tried again with growing pauses, and shown to the operator when that does not help.
 */
export type EffectHandler = (ctx: Context, event: InboundEvent) => Promise<Effect>;

/** What a provider's events come to, by type. */
export interface Effects {
  handlers: Readonly<Record<string, EffectHandler>>;
  /** Types that are known and left alone on purpose, with the reason. A type in neither is ignored as unknown. */
  ignored?: Readonly<Record<string, string>>;
}

/** Loaded with the first event of the provider: a worker pays only for what it does. */
export type EffectRegistry = Readonly<Partial<Record<Provider, () => Promise<Effects>>>>;
