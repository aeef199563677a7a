import * as Orders from "../orders/index.ts";
import type { Context, Resources } from "../platform/context.ts";
import { contextOf, type DueItem, dueRemoval, dueWrite } from "../platform/due.ts";
import { AppError } from "../platform/errors.ts";
import type { DomainEvent } from "../platform/events.ts";
import type { Item, Write } from "../platform/table.ts";
import { ConditionFailed, TransactionCanceled } from "../platform/table-errors.ts";
import { ask, close, isOpen } from "./checkout.ts";
import { type Checkout, checkouts } from "./checkout.store.ts";
import { isBillingOn, stripeClient } from "./stripe-client.ts";

/** The name under which pages that nobody should pay on stand among what is due. */
export const CHECKOUT_DUE = "checkoutToClose";

/** What makes a page of an order needless: nothing is due of it any more. */
const ENDINGS: ReadonlySet<unknown> = new Set(["order.cancelled", "order.paid", "order.refunded"]);

/** Puts the open pages of orders that have ended among what is due. What is brought twice is one and the same. */
export async function noteEndedOrders(
  resources: Resources,
  changes: readonly { old?: Item; new?: Item }[],
): Promise<void> {
  if (!isBillingOn(resources)) return;
  for (const { old, new: item } of changes) {
    if (item?.["entity"] !== "event" || old || !ENDINGS.has(item["type"])) continue;
    const { organizationId, data, occurredAt: dueAt } = item as Item & DomainEvent;
    const id = String(data["id"]);
    const ctx = contextOf(resources, { organizationId, currency: "USD", kind: CHECKOUT_DUE });
    const checkout = await checkouts.find(ctx, id);
    if (!checkout || !isOpen(ctx, checkout)) continue;
    const write = dueWrite(ctx, { kind: CHECKOUT_DUE, id, dueAt }) as Extract<Write, { put: object }>;
    await ctx.table.put(write.put);
  }
}

/**
 * Closes the page of an order of which nothing is to be paid any more, so that nobody pays for what will not come. While
 * Stripe does not answer it stays due. Returns whether it was closed: one that was paid just now is told of by its events.
 */
export async function closeCheckout(ctx: Context, due: DueItem): Promise<boolean> {
  const checkout = await checkouts.find(ctx, due.id);
  const isWanted = (await Orders.getOrder(ctx, due.id)).status === "pending";
  const closed =
    checkout && isOpen(ctx, checkout) && !isWanted ? await closedAtStripe(ctx, due.id, checkout) : undefined;
  const write = closed && checkouts.write(ctx, due.id, closed, { ...closed, status: "expired" });
  try {
    await ctx.table.transact([...(write ? [write] : []), dueRemoval(ctx, due)]);
    return closed !== undefined;
  } catch (error) {
    // The page's own event was faster: the next sweep finds it closed.
    if (error instanceof TransactionCanceled && error.failedAt(0)) return false;
    throw error;
  }
}

/** Undefined where it was paid just now, or somebody else is at it. */
async function closedAtStripe(ctx: Context, orderId: string, checkout: Checkout): Promise<Checkout | undefined> {
  const stripe = stripeClient(ctx);
  try {
    const asked = await ask(ctx, stripe, orderId, checkout);
    await close(stripe, asked);
    return asked;
  } catch (error) {
    const isTold = error instanceof AppError && error.code === "STATE_CONFLICT";
    if (isTold || error instanceof ConditionFailed) return undefined;
    throw error;
  }
}
