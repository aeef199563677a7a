import * as Inventory from "../../core/inventory/index.ts";
import type { Context } from "../../core/platform/context.ts";
import { runDue } from "../../core/platform/due.ts";

/** The schedules are of every organisation; what other tests left there is not this one's. */
export function only(ctx: Context): Context {
  const query: Context["table"]["query"] = async (input) => {
    const page = await ctx.table.query(input);
    const mine = page.items.filter((item) => item["organizationId"] === ctx.actor.organizationId);
    return { ...page, items: mine } as never;
  };
  const isGlobal = (pk: string) => pk.startsWith("SCHEDULE#");
  return {
    ...ctx,
    table: {
      ...ctx.table,
      query: (input) => (isGlobal(input.pk) ? query(input) : ctx.table.query(input)),
    },
  };
}

const until = Number.POSITIVE_INFINITY;

/** What the schedule does about reservations, for this context's organisation. Returns how many it ended. */
export const sweepReservations = (ctx: Context) =>
  runDue(only(ctx), { [Inventory.RESERVATION_DUE]: Inventory.expireReservation }, { until });

/** What the schedule does about lots. Returns how many it took off sale. */
export const sweepLots = (ctx: Context) => Inventory.blockExpiredLots(only(ctx), { until });
