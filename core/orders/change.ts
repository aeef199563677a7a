import * as z from "zod";
import * as Finance from "../finance/index.ts";
import { type Context, requirePermission } from "../platform/context.ts";
import { VersionConflictError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { type Commit, idempotent } from "../platform/idempotency.ts";
import { revise } from "../platform/resources.ts";
import type { Write } from "../platform/table.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { dueRemovals } from "./expire.ts";
import { isFromStock, type Order } from "./order.ts";
import {
  attentionWrites,
  historyWrite,
  readOrder,
  replaceOrderWrite,
  statusCountWrite,
  storedOrder,
} from "./order.store.ts";
import { type OrderAction, requireAllowed } from "./transitions.ts";

/** Of a step that needs to be told nothing. */
export const BareStepSchema = z.lazy(() => z.strictObject({}).prefault({}));

export interface ChangeRequest {
  id: string;
  expectedVersion?: number | undefined;
  input?: unknown;
}

/** How often a change is begun anew because the order was changed by someone else in between. */
const MAX_ATTEMPTS = 6;

/**
 * One step of an order's life: read, checked against the state table, changed, and committed with everything that
 * belongs to it under the condition that nobody changed the order meanwhile. Who loses that race reads again, and is
 * refused if the other's step does not allow this one any more. Throws NOT_FOUND, STATE_CONFLICT with reasons,
 * VERSION_CONFLICT where the caller named a version.
 */
export async function changeOrder(
  ctx: Context,
  action: OrderAction,
  { id, expectedVersion, input }: ChangeRequest,
  step: (current: Order, commit: Commit<Order>) => Promise<Order>,
): Promise<Order> {
  requirePermission(ctx, "orders.write");
  const run = async (commit: Commit<Order>) => {
    for (let attempt = 1; ; attempt++) {
      const current = await readOrder(ctx, id);
      if (expectedVersion !== undefined && expectedVersion !== current.version)
        throw new VersionConflictError("Order", id, expectedVersion, current.version);
      requireAllowed(action, current);
      try {
        return await step(current, commit);
      } catch (error) {
        if (!(error instanceof TransactionCanceled) || !error.failedAt(0)) throw error;
        if (attempt >= MAX_ATTEMPTS) throw new VersionConflictError("Order", id, current.version);
      }
    }
  };
  return idempotent(ctx, `orders.${action}`, { id, input: input ?? {} }, run, storedOrder(ctx));
}

/** The context of a further step of one request: a repeat of the request finds each step's own record. */
export function stepOf(ctx: Context, step: number): Context {
  return step === 0 || ctx.idempotencyKey === undefined
    ? ctx
    : { ...ctx, idempotencyKey: `${ctx.idempotencyKey}#${step}` };
}

export interface Step {
  action: string;
  /** The event's type. */
  event: string;
  /** What the event says besides the order and its status. */
  news?: Record<string, unknown>;
  details?: Record<string, unknown>;
}

/** What a step sets; a field that is given as undefined goes. */
type OrderChanges = { [Name in keyof Order]?: Order[Name] | undefined };

/** The order as it shall be, its version raised. */
export function nextOrder(ctx: Context, current: Order, changes: OrderChanges): Order {
  return revise(ctx, "Order", current, changes as Partial<Order>);
}

/** What a step writes besides stock and money: the order first, under its condition; counters, history, event. */
export function stepWrites(ctx: Context, before: Order, after: Order, { action, event, news, details }: Step): Write[] {
  const { id, channel, status } = after;
  return [
    replaceOrderWrite(ctx, after),
    ...(before.status === status ? [] : [statusCountWrite(ctx, after, before.status)]),
    historyWrite(ctx, after, { action, from: before.status, ...(details ? { details } : {}) }),
    outboxWrite(ctx, event, { id, channel, status, from: before.status, ...news }),
    ...attentionWrites(ctx, after, before),
    ...unsoldWrites(ctx, before, after),
    ...(after.reservedUntil === undefined ? dueRemovals(ctx, before) : []),
  ];
}

/** Units that were sold, not from stock, and are not sold any more: the purchases they are matched with are told. */
function unsoldWrites(ctx: Context, before: Order, after: Order): Write[] {
  if (before.paidMinor === 0) return [];
  const gone = new Map(before.lines.map(({ id, cancelled, returned }) => [id, cancelled + returned]));
  const lines = after.lines.flatMap((line) => {
    const quantity = line.cancelled + line.returned - (gone.get(line.id) ?? 0);
    return quantity > 0 && !isFromStock(after, line) ? [{ lineId: line.id, quantity }] : [];
  });
  if (lines.length === 0) return [];
  const { id: orderId, version } = after;
  return [Finance.returnedUnitsWrite(ctx, { orderId, causeId: `${orderId}#${version}`, lines })];
}
