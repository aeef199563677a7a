import * as Organizations from "../organizations/index.ts";
import { createContext, type Resources, systemActor } from "../platform/context.ts";
import { NotFoundError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import type { Item } from "../platform/table.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { type EventRecord, type EventView, viewEvent } from "./event.ts";
import { DUE_SHARDS, eventOf, listedEvents, replayWrite, UNASSIGNED } from "./event.store.ts";

const PAGE = 100;

/**
 * Events of the instance's own account of which nobody knows whose they are: those that were given up, then those that
 * still wait for it to be known. For whoever runs the instance; no tenant sees them.
 */
export async function* unassignedEvents({ table }: Pick<Resources, "table">): AsyncGenerator<EventRecord> {
  for (const pk of [UNASSIGNED, ...DUE_SHARDS]) {
    let startKey: Item | undefined;
    do {
      const page = await listedEvents(table, { index: "gsi2", pk, limit: PAGE, ...(startKey ? { startKey } : {}) });
      // Whose an event is that has just come, its first attempt finds out.
      for (const event of page.items.map(eventOf))
        if (event.currency === undefined && event.errorMessage !== undefined) yield event;
      startKey = page.lastKey;
    } while (startKey);
  }
}

/**
 * Says whose an event is, and begins it anew: within a minute or two it is applied there. Throws NOT_FOUND for an event
 * that is not among them, or an organisation that there is not.
 */
export async function assignEvent(
  resources: Resources,
  { id, organizationId, by }: { id: string; organizationId: string; by: string },
): Promise<EventView> {
  const organization = await Organizations.organizationNamed(resources, organizationId);
  if (!organization) throw new NotFoundError("Organization", organizationId);
  const found = await eventNamed(resources, id);
  const { id: owner, currency } = organization;
  const assigned: EventRecord = { ...found, organizationId: owner, currency, assignedBy: by };
  const ctx = createContext(resources, {
    actor: systemActor(owner, currency, `command:${by}`),
    requestId: resources.newId("request"),
  });
  const event = outboxWrite(ctx, "webhookEvent.assigned", { eventId: id, eventType: found.eventType, by });
  try {
    await resources.table.transact([replayWrite(resources, assigned, ["failed", "pending"]), event]);
  } catch (error) {
    if (error instanceof TransactionCanceled && error.failedAt(0)) throw new NotFoundError("Webhook event", id);
    throw error;
  }
  return viewEvent({ ...assigned, status: "pending" });
}

async function eventNamed(resources: Resources, id: string): Promise<EventRecord> {
  for await (const event of unassignedEvents(resources)) if (event.id === id) return event;
  throw new NotFoundError("Webhook event", id);
}
