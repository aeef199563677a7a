import { type Context, requirePermission } from "../platform/context.ts";
import { decodeCursor, encodeCursor } from "../platform/cursor.ts";
import { NotFoundError } from "../platform/errors.ts";
import { parse } from "../platform/parse.ts";
import type { Page } from "../platform/resources.ts";
import type { Expression, Item, QueryInput } from "../platform/table.ts";
import type { Provider } from "./effects.ts";
import { type EventStatus, type EventView, isOpen, ListEventsSchema, viewEvent } from "./event.ts";
import { eventOf, findEvent, listedEvents, organizationPartition, statusPartition } from "./event.store.ts";
import { bodyOf } from "./keep.ts";

const WHAT = "Webhook event";
/** Reads that one request may make to fill a filtered page. */
const MAX_ROUNDS = 5;
const FILTERED_AT_ONCE = 100;

interface Filters {
  provider?: Provider | undefined;
  status?: EventStatus | undefined;
}

/** Newest first. A page may be shorter than its limit while a cursor says there is more to look through. */
export async function listEvents(ctx: Context, input: unknown): Promise<Page<EventView>> {
  requirePermission(ctx, "webhooks.read");
  const { limit, cursor, ...filters } = parse(ListEventsSchema, input);
  const query = { list: "webhook-events", ...filters };
  const source = sourceOf(ctx, filters);
  const found: EventView[] = [];
  let position = cursor === undefined ? undefined : decodeCursor<Item>(ctx, query, cursor);
  for (let round = 0; round < MAX_ROUNDS; round++) {
    const wanted = limit - found.length;
    const page = await listedEvents(ctx.table, {
      ...source,
      newestFirst: true,
      limit: source.filter ? FILTERED_AT_ONCE : wanted,
      ...(position ? { startKey: position } : {}),
    });
    const taken = page.items.slice(0, wanted);
    found.push(...taken.map((item) => viewEvent(eventOf(item))));
    const last = taken.at(-1);
    position = page.items.length > wanted && last ? placeOf(last, source.index) : page.lastKey;
    if (!position || found.length === limit) break;
  }
  return { items: found, ...(position ? { nextCursor: encodeCursor(ctx, query, position) } : {}) };
}

/** An event with its payload. Throws NotFoundError. */
export async function getEvent(ctx: Context, id: string): Promise<EventView & { payload: unknown }> {
  requirePermission(ctx, "webhooks.read");
  const event = await findEvent(ctx, id);
  if (!event) throw new NotFoundError(WHAT, id);
  return { ...viewEvent(event), payload: JSON.parse(await bodyOf(ctx, event)) as unknown };
}

/** Closed events stand in the index by their status; open ones are few, and among the newest. */
export function sourceOf(
  { actor }: Context,
  { provider, status }: Filters,
): Pick<QueryInput, "pk" | "filter"> & { index: "gsi1" | "gsi2" } {
  const byStatus = status !== undefined && !isOpen(status);
  const filter = filterOf({ provider, status: byStatus ? undefined : status });
  return {
    ...(byStatus
      ? { index: "gsi2", pk: statusPartition(actor.organizationId, status) }
      : { index: "gsi1", pk: organizationPartition(actor.organizationId) }),
    ...(filter ? { filter } : {}),
  };
}

function filterOf(wanted: Filters): Expression | undefined {
  const given = Object.entries(wanted).filter(([, value]) => value !== undefined);
  if (given.length === 0) return undefined;
  return {
    expression: given.map(([name]) => `#f_${name} = :f_${name}`).join(" AND "),
    names: Object.fromEntries(given.map(([name]) => [`#f_${name}`, name])),
    values: Object.fromEntries(given.map(([name, value]) => [`:f_${name}`, value])),
  };
}

/** DynamoDB's own key of an item in an index. */
function placeOf(item: Item, index: "gsi1" | "gsi2"): Item {
  return Object.fromEntries(["pk", "sk", `${index}pk`, `${index}sk`].map((name) => [name, item[name]]));
}
