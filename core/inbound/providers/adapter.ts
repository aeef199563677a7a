import type { Resources } from "../../platform/context.ts";

/** A request of a provider, as it came. */
export interface Delivery {
  /** By its name in lower case. */
  header: (name: string) => string | undefined;
  /** The exact bytes, which are what was signed. */
  body: Uint8Array;
}

/** What a source's deliveries are verified with. */
export interface Credentials {
  /** eBay's verification token; otherwise what signatures are made with. */
  secret: string;
  /** Of eBay's application, with which its public keys are fetched. */
  clientId?: string;
  clientSecret?: string;
  sandbox?: boolean;
}

/** What is known of an event besides its payload. */
export interface Described {
  externalEventId: string;
  eventType: string;
  /** By the provider's clock, milliseconds since the epoch. */
  occurredAtMs: number;
}

export type Json = Record<string, unknown>;

/** How a provider signs, and where it says what an event is. */
export interface ProviderAdapter {
  /** Throws INVALID_SIGNATURE unless one of the credentials verifies the delivery; any of them may, while one is replaced. */
  verify(
    resources: Pick<Resources, "http" | "now" | "log">,
    delivery: Delivery,
    credentials: readonly Credentials[],
  ): Promise<void> | void;
  /** What is missing is undefined, and the event is then refused. */
  describe(delivery: Pick<Delivery, "header">, payload: Json, nowMs: number): Partial<Described>;
  /** The payload without what differs from one delivery of the same event to the next. */
  essence: (payload: Json) => Json;
}

export const text = (value: unknown): string | undefined => (typeof value === "string" ? value : undefined);

export const record = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};

/** Milliseconds of an RFC 3339 time; undefined where it is none. */
export function timeOf(value: unknown): number | undefined {
  const time = typeof value === "string" ? Date.parse(value) : Number.NaN;
  return Number.isNaN(time) ? undefined : time;
}
