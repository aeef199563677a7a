import type { Resources } from "../platform/context.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { inParallel } from "../platform/in-parallel.ts";
import type { Key } from "../platform/keys.ts";
import type { Message } from "../platform/queues.ts";
import type { Item } from "../platform/table.ts";
import { ConditionFailed } from "../platform/table-errors.ts";
import { AGENDA_SHARDS, agenda, agendaBound, agendaShard } from "./agenda.ts";
import { enqueueAll, messageOf } from "./queue.ts";

const PAGE = 100;
const AT_ONCE = 10;

/**
 * Queues what is due by now, over all organisations: retries that were further off than a message can wait, and what
 * lost its message or its worker. Each gets a new place on the agenda first, so that a queue that is behind is not sent
 * the same again every minute. Stops between two pages at `until` (milliseconds since the epoch). Returns how many.
 */
export async function wakeDueWebhooks(resources: Resources, { until }: { until: number }): Promise<number> {
  const { now } = resources;
  let woken = 0;
  // A page of each in turn: what many retries stand in one does not keep the others waiting.
  let open = Array.from({ length: AGENDA_SHARDS }, (_, shard) => ({
    pk: agendaShard(shard),
    startKey: undefined as Item | undefined,
  }));
  const to = agendaBound(now());
  while (open.length > 0 && now() < until) {
    const next: typeof open = [];
    for (const { pk, startKey } of open) {
      const page = await resources.table.query<Item>({
        index: "gsi2",
        pk,
        to,
        limit: PAGE,
        ...(startKey ? { startKey } : {}),
      });
      woken += await wake(resources, page.items);
      if (page.lastKey) next.push({ pk, startKey: page.lastKey });
    }
    open = next;
  }
  return woken;
}

async function wake(resources: Resources, items: Item[]): Promise<number> {
  const messages: Message[] = [];
  await inParallel(items, AT_ONCE, async (item) => {
    if (await putOff(resources, item)) messages.push(toMessage(item));
  });
  await enqueueAll(resources, messages);
  return messages.length;
}

function toMessage(item: Item): Message {
  return messageOf(String(item["pk"]).split("#", 1)[0] as OrganizationId, idOf(item));
}

/** A lane is named by its endpoint, what else there is by its own id. */
const idOf = (item: Item) => String(item["entity"] === "webhook-lane" ? item["endpointId"] : item["id"]);

/** STILL_DUE: the index lags, and another sweep may be at it. */
async function putOff({ table, now }: Resources, item: Item): Promise<boolean> {
  const { gsi2sk } = agenda(idOf(item), now());
  const key = { pk: item["pk"], sk: item["sk"] } as Key;
  try {
    await table.update(
      key,
      { expression: "SET gsi2sk = :later", values: { ":later": gsi2sk } },
      { expression: "gsi2sk = :seen", values: { ":seen": item["gsi2sk"] } },
    );
    return true;
  } catch (error) {
    if (error instanceof ConditionFailed) return false;
    throw error;
  }
}
