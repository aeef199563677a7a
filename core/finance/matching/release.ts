import { type Context, requirePermission } from "../../platform/context.ts";
import { AppError } from "../../platform/errors.ts";
import { outboxWrite } from "../../platform/events.ts";
import type { Write } from "../../platform/table.ts";
import { TransactionCanceled } from "../../platform/table-errors.ts";
import { identifier } from "./identifier.ts";
import { ensureLines } from "./lines.ts";
import { matches, purchases, readLine } from "./match.store.ts";
import type { SaleLine } from "./sale-line.ts";
import { giveBackWrites, lineWrites, revised } from "./settle.ts";

const MAX_ATTEMPTS = 50;

export interface ReturnedUnits {
  orderId: string;
  /** A return's or a cancellation's id: the same one twice takes units off once. */
  causeId: string;
  lines: { lineId: string; quantity: number }[];
}

/** Units that were not sold from stock are not sold any more. */
export const UNITS_RETURNED = "sale.unitsReturned";

/** For the transaction of a return or cancellation: its units are taken off their matches when the stream brings it. */
export function returnedUnitsWrite(ctx: Context, { orderId, causeId, lines }: ReturnedUnits): Write {
  return outboxWrite(ctx, UNITS_RETURNED, { orderId, causeId, lines });
}

/**
 * Units of an order that were cancelled or came back are not sold any more: those that are open go first, then those
 * matched last go back to their purchases, to be matched with other sales. Lines that were sold from stock are passed over.
 */
export async function releaseUnits(ctx: Context, { orderId, causeId, lines }: ReturnedUnits): Promise<void> {
  requirePermission(ctx, "finance.write");
  const known = new Map((await ensureLines(ctx, orderId, await identifier(ctx))).map((line) => [line.lineId, line]));
  for (const { lineId, quantity } of lines) {
    const line = known.get(lineId);
    if (line) await releaseLine(ctx, line, quantity, causeId);
  }
}

/**
 * A transaction for each purchase that gets units back. The count that is left to release is kept with the cause, so that
 * a call that died halfway is gone on with where it stopped.
 */
async function releaseLine(ctx: Context, first: SaleLine, quantity: number, causeId: string): Promise<void> {
  let line: SaleLine | undefined = first;
  for (let lost = 0; line && lost < MAX_ATTEMPTS; ) {
    const left: number = Math.min(leftOf(line, causeId) ?? quantity, line.quantity);
    if (left === 0) return;
    try {
      await releaseSome(ctx, line, left, causeId);
    } catch (error) {
      if (!(error instanceof TransactionCanceled)) throw error;
      lost++;
    }
    line = await readLine(ctx, line.orderId, line.lineId);
  }
  throw new AppError("STATE_CONFLICT", "Too many others change this line's matches at this moment: try again", {
    retryable: true,
    details: { orderId: first.orderId, lineId: first.lineId },
  });
}

async function releaseSome(ctx: Context, line: SaleLine, left: number, causeId: string): Promise<void> {
  const causes = (rest: number) => [
    ...line.causes.filter((cause) => !cause.startsWith(`${causeId}=`)),
    `${causeId}=${rest}`,
  ];
  if (line.open > 0) {
    const gone = Math.min(line.open, left);
    const counts = { open: line.open - gone, quantity: line.quantity - gone, causes: causes(left - gone) };
    await ctx.table.transact(lineWrites(ctx, line, counts));
    return;
  }
  const last = line.taken.at(-1);
  if (!last) throw new RangeError(`The line ${line.lineId} has neither open nor matched units`);
  const gone = Math.min(last.quantity, left);
  const [match, purchase] = await Promise.all([matches.get(ctx, last.matchId), purchases.get(ctx, last.purchaseId)]);
  const status = gone === last.quantity ? "released" : match.status;
  const released = { ...revised(ctx, match, status), quantity: last.quantity - gone || match.quantity };
  const tie = { line, purchase, match: released, before: match.version };
  await ctx.table.transact(giveBackWrites(ctx, tie, gone, { isStillSold: false, causes: causes(left - gone) }));
}

/** Units that a cause has still to take off; undefined for one that is new. */
function leftOf({ causes }: SaleLine, causeId: string): number | undefined {
  const found = causes.find((cause) => cause.startsWith(`${causeId}=`));
  return found === undefined ? undefined : Number(found.slice(causeId.length + 1));
}
