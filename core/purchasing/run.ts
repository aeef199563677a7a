import type { Connection, PurchaseOrder as Ordered, PurchaseTarget, Urgency } from "../connectors/index.ts";
import type { Context } from "../platform/context.ts";
import { AppError } from "../platform/errors.ts";
import { OutboundError } from "../platform/http/errors.ts";
import { inParallel } from "../platform/in-parallel.ts";
import * as Orders from "../orders/index.ts";
import { GiveUp } from "./give-up.ts";
import type { Attention, PurchaseOrder } from "./purchase-order.ts";
import { readPurchaseOrder } from "./purchase-order.store.ts";
import { MOST_ATTEMPTS, type PurchaseWork, retryAfterMs } from "./purchase-work.ts";
import { claimWork, workWrites } from "./purchase-work.store.ts";
import { openShipTo, recipientOf } from "./ship-to.ts";

/** Opens the account by which a purchase is made. */
export type OpenAccount = (
  ctx: Context,
  accountId: string,
  options: { urgency: Urgency },
) => Promise<{ connector: { purchases?: PurchaseTarget }; connection: Connection }>;

/** A piece of work that this worker has for itself. */
export interface Job {
  order: PurchaseOrder;
  work: PurchaseWork;
  openAccount: OpenAccount;
}

export type Run = (ctx: Context, job: Job) => Promise<void>;

export interface Runs {
  run: Run;
  /** It will not succeed by itself, and a person is told why. */
  giveUp: (ctx: Context, job: Job, attention: Attention) => Promise<void>;
  /** What a person is told where the supplier could not be asked. */
  codeOf: (order: PurchaseOrder, error: OutboundError) => Attention["code"];
}

/** Suppliers take their time: several purchases at once, each one call after the other. */
const AT_ONCE = 5;

/**
 * Works an organisation's purchase orders. A message may come twice, early or late; one that finds nothing due does
 * nothing. Returns the ids that could not be worked, with why: what a supplier refused is no such thing.
 */
export async function workOn(
  ctx: Context,
  { ids, openAccount }: { ids: readonly string[]; openAccount: OpenAccount },
  runs: Record<PurchaseWork["kind"], Runs>,
): Promise<Map<string, unknown>> {
  const failed = new Map<string, unknown>();
  await inParallel([...new Set(ids)], AT_ONCE, async (id) => {
    try {
      const work = await claimWork(ctx, id);
      if (!work) return;
      const job = { order: await readPurchaseOrder(ctx, id), work, openAccount };
      await runOne(ctx, job, runs[work.kind]);
    } catch (error) {
      failed.set(id, error);
    }
  });
  return failed;
}

async function runOne(ctx: Context, job: Job, { run, giveUp, codeOf }: Runs): Promise<void> {
  try {
    await run(ctx, job);
  } catch (error) {
    if (error instanceof GiveUp) return giveUp(ctx, job, error.attention);
    if (!(error instanceof OutboundError)) throw error;
    const { order, work } = job;
    ctx.log.warn("A supplier could not be asked about a purchase order", { id: order.id, code: error.code, error });
    const again = retried(ctx, work, error);
    if (!again) return giveUp(ctx, job, { code: codeOf(order, error), message: error.message });
    await ctx.table.transact(workWrites(ctx, work, again));
  }
}

/** The work as it is tried again later; undefined where that is useless, or was done often enough. */
export function retried(ctx: Context, work: PurchaseWork, error: OutboundError): PurchaseWork | undefined {
  const attempts = work.attempts + 1;
  if (!error.retryable || attempts >= MOST_ATTEMPTS) return undefined;
  const dueAt = new Date(ctx.now() + retryAfterMs(attempts, error.retryAfterSeconds)).toISOString();
  return { ...work, attempts, dueAt };
}

export interface Target {
  purchases: PurchaseTarget;
  connection: Connection;
}

/** Throws GiveUp where there is no account, or none that takes orders. */
export async function openTarget(ctx: Context, { order, openAccount }: Job, urgency: Urgency): Promise<Target> {
  if (order.accountId === undefined) throw new GiveUp("NO_CONNECTION", "It names no account");
  const { connector, connection } = await openAccount(ctx, order.accountId, { urgency }).catch((error: unknown) => {
    if (error instanceof AppError && !error.retryable && !(error instanceof OutboundError))
      throw new GiveUp("NO_CONNECTION", error.message);
    throw error;
  });
  if (!connector.purchases) throw new GiveUp("NO_CONNECTION", `${connection.provider} takes no orders from us`);
  return { purchases: connector.purchases, connection };
}

/** The order in the supplier's words. Throws GiveUp where an address is missing, or the buyer does not want it any more. */
export async function orderedOf(ctx: Context, order: PurchaseOrder): Promise<Ordered> {
  const { recipient: own, customsCode } = openShipTo(ctx, order);
  let recipient = own;
  if (order.orderId !== undefined) {
    const sale = await Orders.orderToBuyFor(ctx, order.orderId);
    requireWanted(order, sale);
    recipient = recipientOf(sale);
  }
  if (!recipient) throw new GiveUp("ADDRESS_INCOMPLETE", "It does not say to whom and where it goes");
  return {
    ...askedOf(order),
    recipient,
    ...(order.notes === undefined ? {} : { note: order.notes }),
    ...(customsCode === undefined ? {} : { customsCode }),
  };
}

/** What an order is found by: our number, and its lines. */
export function askedOf({ id, lines }: PurchaseOrder): Pick<Ordered, "reference" | "lines"> {
  return {
    reference: id,
    lines: lines.map(({ id: lineId, externalId, optionId, quantity }) => ({
      id: lineId,
      externalId,
      quantity,
      ...(optionId === undefined ? {} : { optionId }),
    })),
  };
}

function requireWanted({ lines }: PurchaseOrder, sale: Orders.Order): void {
  const wanted = new Map<string, number>();
  for (const { lineId, quantity } of lines.flatMap(({ covers = [] }) => covers))
    wanted.set(lineId, (wanted.get(lineId) ?? 0) + quantity);
  for (const [lineId, quantity] of wanted) {
    const line = sale.lines.find(({ id }) => id === lineId);
    const open = line ? line.quantity - line.fulfilled - line.cancelled : 0;
    if (open < quantity)
      throw new GiveUp(
        "ORDER_CHANGED",
        `Only ${open} units of line ${lineId} of order ${sale.orderNumber} are still wanted`,
      );
  }
}
