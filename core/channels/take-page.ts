import * as Orders from "../orders/index.ts";
import type { Context } from "../platform/context.ts";
import { inParallel } from "../platform/in-parallel.ts";
import type { Counts, OrdersSync } from "./orders-sync.ts";
import { keepUnreadable, type UnreadableOrder } from "./unreadable.ts";

const AT_ONCE = 4;

/**
 * Keeps a page of a channel's orders: new ones are recorded, known ones brought up to date, and what cannot be read or
 * recorded is kept with its reasons. May be called again with the same page, or with one that holds an order twice.
 */
export async function takePage(
  ctx: Context,
  { id: accountId, provider, affectsStock }: OrdersSync,
  orders: readonly unknown[],
): Promise<Counts> {
  if (!Orders.isMarketplace(provider)) throw new Error(`Nobody knows how ${provider} writes its orders`);
  const read = Orders.readOrders(provider, orders);
  const unreadable: UnreadableOrder[] = [];
  const newest = new Map<string, Extract<Orders.OrderOnPage, { draft: unknown }>>();
  for (const one of read) {
    if (!("draft" in one)) unreadable.push({ original: one.original, faults: one.faults });
    else {
      const { externalId = "" } = one.draft;
      const before = newest.get(externalId);
      // A page of a living list may hold an order twice: what changed last is true.
      if (!before || (one.draft.updatedAt ?? "") >= (before.draft.updatedAt ?? "")) newest.set(externalId, one);
    }
  }
  const drafts = [...newest.values()];
  const results = await Orders.recordOrders(ctx, drafts, { affectsStock, accountId });
  let [recorded, changed] = [0, 0];
  await inParallel([...results.entries()], AT_ONCE, async ([index, result]) => {
    const one = drafts[index];
    if (!one) return;
    if ("error" in result) {
      const { code, message } = result.error;
      unreadable.push({ original: one.original, faults: [{ path: "", code, message }] });
    } else if (!result.duplicate) recorded++;
    else if ((await Orders.refreshOrder(ctx, result.orderId, one.draft)).changed) changed++;
  });
  const kept = await keepUnreadable(ctx, { accountId, channel: provider, affectsStock }, unreadable);
  return { read: orders.length, recorded, changed, unreadable: kept };
}

/** One order of a channel, recorded or brought up to date. Returns its id. Throws what recording it throws. */
export async function recordOrRefresh(
  ctx: Context,
  draft: Orders.OrderDraft,
  from: { affectsStock: boolean; accountId?: string | undefined },
): Promise<string> {
  const { orderId, duplicate } = await Orders.recordOrder(ctx, draft, from);
  if (duplicate) await Orders.refreshOrder(ctx, orderId, draft);
  return orderId;
}
