import type { Context } from "../platform/context.ts";
import type { OrganizationId } from "../platform/ids.ts";
import { type Key, orgPartition } from "../platform/keys.ts";
import type { Item, Write } from "../platform/table.ts";
import { ConditionFailed } from "../platform/table-errors.ts";

/** How an endpoint does, apart from what its owner says of it: written by workers, and often. */
export interface EndpointState {
  /** Since when nothing but failures; absent after a success. Milliseconds since the epoch, as all times here. */
  failingSince?: number;
  /** The second in which was delivered last under a throttle, and how many in it. */
  second?: number;
  sent?: number;
  /** Up to when throttled deliveries have been given their turns. */
  turnsUntil?: number;
}

export function stateKey(organizationId: OrganizationId, endpointId: string): Key {
  return { pk: orgPartition(organizationId, "WEBHOOK_STATE"), sk: endpointId };
}

const own = (ctx: Context, endpointId: string) => stateKey(ctx.actor.organizationId, endpointId);

/** The first failure after a success begins the clock; later ones change nothing. Returns since when. */
export async function noteFailing(ctx: Context, endpointId: string): Promise<number> {
  const state = await ctx.table.update<Item & EndpointState>(own(ctx, endpointId), {
    expression: "SET failingSince = if_not_exists(failingSince, :now), entity = :entity",
    values: { ":now": ctx.now(), ":entity": "webhook-state" },
  });
  return state.failingSince ?? ctx.now();
}

export function forgetFailingWrite(ctx: Context, endpointId: string): Write {
  return { update: own(ctx, endpointId), set: { expression: "REMOVE failingSince" } };
}

export function removeStateWrite(ctx: Context, endpointId: string): Write {
  return { remove: own(ctx, endpointId) };
}

const SECOND_MS = 1_000;

/**
 * IN_THIS_SECOND: many workers deliver to one endpoint at once. Each counts itself into the second before it sends, and
 * no more are let in than the throttle says. Returns 0, or when to try again, milliseconds since the epoch: each that is
 * sent away gets a turn of its own, so that they do not all come back together.
 */
export async function takeTurn(ctx: Context, endpointId: string, perSecond: number): Promise<number> {
  const now = ctx.now();
  const second = Math.floor(now / SECOND_MS);
  const key = own(ctx, endpointId);
  const names = { "#second": "second" };
  const passes = (expression: string, condition: string, values: Item) =>
    attempt(() => ctx.table.update<Item>(key, { expression, names, values }, { expression: condition }));
  if (
    await passes("SET sent = sent + :one", "#second = :s AND sent < :most", {
      ":one": 1,
      ":s": second,
      ":most": perSecond,
    })
  )
    return 0;
  const anew = "attribute_not_exists(#second) OR #second < :s";
  if (await passes("SET #second = :s, sent = :one", anew, { ":one": 1, ":s": second })) return 0;
  // Of two that begin a second, one has begun it.
  if (
    await passes("SET sent = sent + :one", "#second = :s AND sent < :most", {
      ":one": 1,
      ":s": second,
      ":most": perSecond,
    })
  )
    return 0;
  const step = SECOND_MS / perSecond;
  const first = (second + 1) * SECOND_MS;
  const later = await attempt(() =>
    ctx.table.update<Item & EndpointState>(
      key,
      { expression: "SET turnsUntil = turnsUntil + :step", values: { ":step": step } },
      { expression: "turnsUntil >= :first", values: { ":first": first } },
    ),
  );
  if (later) return (later.turnsUntil ?? first) - step;
  await ctx.table.update(key, { expression: "SET turnsUntil = :next", values: { ":next": first + step } });
  return first;
}

async function attempt<T>(update: () => Promise<T>): Promise<T | undefined> {
  try {
    return await update();
  } catch (error) {
    if (error instanceof ConditionFailed) return undefined;
    throw error;
  }
}
