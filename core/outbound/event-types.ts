import { type Context, requirePermission } from "../platform/context.ts";
import { EVENT_EXAMPLES } from "./event-examples.ts";

/** A type of event that an endpoint can ask for, with `data` as it comes. */
export interface EventType {
  type: string;
  description: string;
  example: Record<string, unknown>;
}

/** What a test sends when it is not asked for another type. No filter lets it through, and nothing else sends it. */
export const TEST_EVENT = "webhook.test";

/** Every type there is, by name. A test holds this list against what the nouns write. */
export const EVENT_TYPES: readonly EventType[] = Object.entries(EVENT_EXAMPLES).map(
  ([type, [description, example]]) => ({ type, description, example }),
);

const NAMES: readonly string[] = EVENT_TYPES.map(({ type }) => type);

export function eventTypeNames(): readonly string[] {
  return NAMES;
}

export function findEventType(type: string): EventType | undefined {
  return EVENT_TYPES.find((known) => known.type === type);
}

/** Every type with an example, in one page. */
export async function listEventTypes(ctx: Context): Promise<{ items: readonly EventType[] }> {
  requirePermission(ctx, "webhooks.read");
  return { items: EVENT_TYPES };
}
