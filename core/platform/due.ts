import { type Context, createContext, type Resources, systemActor } from "./context.ts";
import type { OrganizationId } from "./ids.ts";
import { globalPartition, type Key } from "./keys.ts";
import type { Item, Write } from "./table.ts";

/** Something that must be done at a time if nothing else has happened by then: a reservation ends, an order was not paid. */
export interface Due {
  /** Says what is to be done: the name in the registry of `runDue`. */
  kind: string;
  id: string;
  /** RFC 3339 UTC. */
  dueAt: string;
}

export interface DueItem extends Due {
  organizationId: string;
  currency: string;
}

/**
 * What to do when it is due, as the system in the item's organisation. It must remove the item (`dueRemoval`) in the
 * transaction of its effect, guarded by its own record's version or status: items come twice, late, and to two sweeps at
 * once. Returns whether it was the one that did it.
 */
export type DueWork = (ctx: Context, due: DueItem) => Promise<boolean>;

/** Every organisation's items stand by their time: spread, so that many at once do not queue up behind one key. */
const SHARDS = 8;
const PAGE = 100;
const AT_ONCE = 10;

/** Remembers it, in the transaction of what it is about. */
export function dueWrite(ctx: Context, due: Due): Write {
  const { organizationId, currency } = ctx.actor;
  const { kind, id, dueAt } = due;
  return { put: { ...dueKey(organizationId, due), entity: "due", kind, id, dueAt, organizationId, currency } };
}

/** Forgets it, in the transaction that makes it needless or does it. */
export function dueRemoval(ctx: Context, due: Due): Write {
  return { remove: dueKey(ctx.actor.organizationId, due) };
}

/**
 * Does what is due by now, over all organisations, and returns how much; what fails stays due and costs the others
 * nothing. Stops between two pages at `until` (milliseconds since the epoch): the next sweep goes on. Throws
 * AggregateError at the end when some could not be done.
 */
export async function runDue(
  resources: Resources,
  registry: Readonly<Record<string, DueWork>>,
  { until }: { until: number },
): Promise<number> {
  const failures: unknown[] = [];
  let done = 0;
  const run = async (item: DueItem) => {
    try {
      const work = registry[item.kind];
      if (!work) throw new Error(`Nobody knows what to do when a ${item.kind} is due`);
      if (await work(contextOf(resources, item), item)) done++;
    } catch (error) {
      failures.push(error);
    }
  };
  await sweepPages(
    resources,
    Array.from({ length: SHARDS }, (_, shard) => dueShard(shard)).map((pk) => ({ pk, to: timeBound(resources.now()) })),
    run,
    until,
  );
  if (failures.length > 0) throw new AggregateError(failures, `${failures.length} due items were not done`);
  return done;
}

/** A context in which the product itself acts for an organisation. */
export function contextOf(
  resources: Resources,
  { organizationId, currency, kind }: Pick<DueItem, "organizationId" | "currency" | "kind">,
): Context {
  const actor = systemActor(organizationId as OrganizationId, currency, `schedule:${kind}`);
  return createContext(resources, { actor, requestId: resources.newId("request") });
}

/** Calls `run` for each item of the ranges, some at once; `run` must not throw. */
export async function sweepPages<T>(
  { table, now }: Pick<Resources, "table" | "now">,
  ranges: readonly { pk: Key["pk"]; to: string }[],
  run: (item: T) => Promise<void>,
  until: number,
): Promise<void> {
  for (const range of ranges) {
    let startKey: Item | undefined;
    do {
      const page = await table.query<Item>({
        ...range,
        limit: PAGE,
        consistent: true,
        ...(startKey ? { startKey } : {}),
      });
      for (let start = 0; start < page.items.length; start += AT_ONCE)
        await Promise.all(page.items.slice(start, start + AT_ONCE).map((item) => run(item as T)));
      startKey = page.lastKey;
    } while (startKey && now() < until);
  }
}

const dueShard = (shard: number) => globalPartition("SCHEDULE", `DUE#${shard}`);

function dueKey(organizationId: string, { kind, id, dueAt }: Due): Key {
  const shard = (id.charCodeAt(id.length - 1) + id.charCodeAt(id.length - 2)) % SHARDS;
  return { pk: dueShard(shard), sk: [dueAt, organizationId, kind, id].join("#") };
}

/** Sorts after every key of this moment and before those of the next millisecond. */
const timeBound = (now: number) => `${new Date(now).toISOString()}~`;
