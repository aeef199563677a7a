import type { Resources } from "../platform/context.ts";
import type { DomainEvent } from "../platform/events.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { inParallel } from "../platform/in-parallel.ts";
import type { Message } from "../platform/queues.ts";
import type { Item } from "../platform/table.ts";
import { ConditionFailed, TransactionCanceled } from "../platform/table-errors.ts";
import { bodyOf, type Delivery, deliveryId, KEPT_MS } from "./delivery.ts";
import { createDeliveryWrite, deliveryOf } from "./delivery.store.ts";
import type { Directories } from "./directories.ts";
import type { DirectoryEntry } from "./endpoint.store.ts";
import { matchesFilter } from "./filter.ts";
import { arrival, enterWrite, laneKey } from "./lane.store.ts";
import { enqueueAll, messageOf } from "./queue.ts";

/** An item before and after a write, as the table's stream tells it. */
export interface Change {
  old?: Item;
  new?: Item;
}

interface Planned {
  organizationId: OrganizationId;
  delivery: Delivery;
}

const AT_ONCE = 10;

/**
 * Makes a delivery of each event for each endpoint that asks for it, and queues those that are new. May be called
 * twice, and side by side: a delivery's id follows from event and endpoint. What was made and not queued (the process
 * died in between) is queued by the repetition, and found by the sweep.
 */
export async function fanOut(
  { table, queues, now }: Pick<Resources, "table" | "queues" | "now">,
  directories: Directories,
  changes: readonly Change[],
): Promise<void> {
  const events = changes.flatMap(({ old, new: item }) =>
    item?.["entity"] === "event" && !old && item["organizationId"] ? [item as unknown as DomainEvent] : [],
  );
  if (events.length === 0) return;
  const found = await directories.of(table, events);
  const planned = events.flatMap((event) =>
    (found.get(event.organizationId) ?? []).flatMap((entry) =>
      isFor(entry, event, now())
        ? [{ organizationId: event.organizationId as OrganizationId, delivery: newDelivery(event, entry, now()) }]
        : [],
    ),
  );
  const messages: Message[] = [];
  const lanes = new Map<string, Planned>();
  await inParallel(planned, AT_ONCE, async ({ organizationId, delivery }) => {
    const isToBeSent = await record({ table, now }, { organizationId, delivery });
    if (!isToBeSent) return;
    if (delivery.ordering) lanes.set(`${organizationId}#${delivery.endpointId}`, { organizationId, delivery });
    else messages.push(messageOf(organizationId, delivery.id));
  });
  await inParallel([...lanes.values()], AT_ONCE, async ({ organizationId, delivery: { endpointId } }) => {
    await table.update(laneKey(organizationId, endpointId), arrival({ now }, endpointId));
    messages.push(messageOf(organizationId, endpointId));
  });
  await enqueueAll({ queues }, messages);
}

/** A disabled endpoint's deliveries are noted as such for as long as they could be replayed. */
function isFor(
  { id, eventTypes, status, disabledAt }: DirectoryEntry,
  { type, data }: DomainEvent,
  now: number,
): boolean {
  if (!matchesFilter(eventTypes, type)) return false;
  // Nobody is told by an endpoint what becomes of that endpoint.
  if (type.startsWith("webhookEndpoint.") && data["endpointId"] === id) return false;
  return status === "enabled" || now - Date.parse(disabledAt ?? "") < KEPT_MS;
}

function newDelivery(event: DomainEvent, { id: endpointId, ordering, status }: DirectoryEntry, now: number): Delivery {
  const { id: eventId, type, occurredAt, data } = event;
  const made: Delivery = {
    id: deliveryId(eventId, endpointId),
    endpointId,
    eventId,
    eventType: type,
    occurredAt,
    body: bodyOf({ id: eventId, type, occurredAt, data }),
    ordering,
    status: "pending",
    attempts: 0,
    step: 0,
    createdAt: new Date(now).toISOString(),
  };
  if (status === "enabled") return made;
  return { ...made, status: "failed", failure: { code: "ENDPOINT_DISABLED", message: "The endpoint was disabled" } };
}

/** Whether it is still to be sent for the first time: new, or made by a process that may have died of it. */
async function record(
  { table, now }: Pick<Resources, "table" | "now">,
  { organizationId, delivery }: Planned,
): Promise<boolean> {
  const write = createDeliveryWrite({ now }, organizationId, delivery);
  try {
    if (delivery.status === "pending" && delivery.ordering)
      await table.transact([write, enterWrite(organizationId, delivery)]);
    else await table.put(write.put, write.condition);
    return delivery.status === "pending";
  } catch (error) {
    const there =
      error instanceof ConditionFailed
        ? error.item
        : error instanceof TransactionCanceled && error.failedAt(0)
          ? error.reasons[0]?.item
          : undefined;
    if (!there) throw error;
    const { status, attempts } = deliveryOf(there);
    return status === "pending" && attempts === 0;
  }
}
