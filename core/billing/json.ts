/** Reading what Stripe sends: fields move between its versions, so nothing is taken for granted. */
export type Json = Readonly<Record<string, unknown>>;

export const text = (value: unknown): string | undefined =>
  typeof value === "string" && value !== "" ? value : undefined;

export const integer = (value: unknown): number | undefined =>
  Number.isSafeInteger(value) ? Number(value) : undefined;

export const record = (value: unknown): Json =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as Json) : {};

export const list = (value: unknown): Json[] => (Array.isArray(value) ? value.map(record) : []);

/** Stripe names another object by its id, or puts it there whole where it was asked to expand it. */
export const idOf = (value: unknown): string | undefined => text(value) ?? text(record(value)["id"]);

/** Stripe's seconds since the epoch as RFC 3339 UTC. */
export function timeOf(seconds: unknown): string | undefined {
  const whole = integer(seconds);
  return whole === undefined || Math.abs(whole) > 8.64e12 ? undefined : new Date(whole * 1000).toISOString();
}
