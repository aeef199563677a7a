import type { Batch } from "../ingest/index.ts";
import type { Context } from "../platform/context.ts";
import { outboxWrite } from "../platform/events.ts";
import type { Write } from "../platform/table.ts";
import type { Offer } from "./offer.ts";
import { offerWrite } from "./offer.store.ts";

/** DynamoDB takes 100 writes in a transaction; one is kept for the event. */
const WRITES_PER_TRANSACTION = 99;

/** Writes offers, each group of them with the event that says so. May be repeated. */
export async function writeOffers(ctx: Context, batch: Batch, offers: Offer[]): Promise<void> {
  for (let start = 0; start < offers.length; start += WRITES_PER_TRANSACTION) {
    const group = offers.slice(start, start + WRITES_PER_TRANSACTION);
    const writes: Write[] = group.map((offer) => offerWrite(ctx, offer));
    const { supplierId } = group[0] ?? {};
    const ids = group.map(({ externalId }) => externalId);
    await ctx.table.transact([
      ...writes,
      outboxWrite(ctx, "offers.changed", { supplierId, syncId: batch.id, externalIds: ids }),
    ]);
  }
}
