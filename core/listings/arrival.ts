import { type Context, timestamp } from "../platform/context.ts";
import { outboxWrite } from "../platform/events.ts";
import { revise } from "../platform/resources.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import type { Listing } from "./listing.ts";
import { replaceWrite } from "./listing.store.ts";
import { isDue, recordPresale } from "./presale.ts";
import { presaleWrite } from "./presale.store.ts";
import { type StockLevel, unitsInStock } from "./publishable.ts";

/**
 * Ends a presale whose day has come and whose goods are there: from now on its quantity is what is in stock. Returns the
 * listing without the mark, undefined when there is nothing to end or somebody else has just changed it (whose change
 * comes here by itself).
 */
export async function arrive(
  ctx: Context,
  listing: Listing,
  levels: readonly StockLevel[],
): Promise<Listing | undefined> {
  const { id, presale, status } = listing;
  if (!presale || status === "ended" || !isDue(presale, ctx.now()) || unitsInStock(listing, levels) === 0)
    return undefined;
  const change = { change: "arrived" as const, ...presale, by: ctx.actor.id, at: timestamp(ctx) };
  const { presale: _ended, ...rest } = listing;
  const revised = revise(ctx, "Listing", rest as Listing, { presaleChanges: recordPresale(listing, change) });
  const event = outboxWrite(ctx, "listing.presaleArrived", { id, productId: listing.productId });
  try {
    await ctx.table.transact([replaceWrite(ctx, revised), presaleWrite(ctx, revised), event]);
    return revised;
  } catch (error) {
    if (error instanceof TransactionCanceled && error.failedAt(0)) return undefined;
    throw error;
  }
}
