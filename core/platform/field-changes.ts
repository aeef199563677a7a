import { canonicalJson } from "./canonical.ts";
import { type Money, toWire } from "./money.ts";

/** What a change made of each field: before, after; null where there was, or is, nothing. */
export type FieldChanges = Record<string, [before: unknown, after: unknown]>;

/** Of a value an event shows so many characters: enough to see what was done, and an item of the table ends somewhere. */
const SHOWN = 500;

/**
 * What became of these fields, for the event of a change and so for the audit log; those that are as they were are left
 * out. Nothing secret may be among `names`: whoever listens to the event is told.
 */
export function fieldChanges<T extends object>(
  before: T,
  after: T,
  names: readonly (keyof T & string)[],
): FieldChanges {
  return Object.fromEntries(
    names
      .filter((name) => canonicalJson(before[name]) !== canonicalJson(after[name]))
      .map((name): [string, [unknown, unknown]] => [name, [shown(before[name]), shown(after[name])]]),
  );
}

function shown(value: unknown): unknown {
  if (value === undefined || value === null) return null;
  if (isMoney(value)) return toWire(value);
  const text = typeof value === "string" ? value : canonicalJson(value);
  return text.length > SHOWN ? `${text.slice(0, SHOWN)}…` : value;
}

function isMoney(value: unknown): value is Money {
  return typeof value === "object" && value !== null && "minor" in value && "currency" in value;
}
