import { PermanentError } from "../../platform/http/errors.ts";
import type { Outcome, PriceTarget, QuantityTarget } from "../capabilities.ts";
import type { Connection, WireRequest } from "../wire.ts";
import { MAX_SKU, REVISIONS } from "./constants.ts";
import { refusalOf } from "./errors.ts";
import { bulkUpdateRequest, offersRequest } from "./requests.ts";
import { BulkAnswerSchema, type BulkPart, type Offer, OffersSchema } from "./wire.ts";

const refused = (id: string, code: string, message: string): Outcome => ({
  id,
  ok: false,
  transient: false,
  code,
  message,
});

/**
 * What a listing shows is the lesser of its offer's quantity and the item's over all marketplaces, so both are set, and
 * the published offers of every marketplace: one of them alone would go on selling.
 */
export const listings: QuantityTarget = {
  maxBatch: 1,
  revisions: REVISIONS,
  async setQuantities(connection, updates) {
    const outcomes: Outcome[] = [];
    for (const { id, platformSku: sku, quantity } of updates) {
      const offers = await publishedOffers(connection, sku);
      if (offers.length > 0) {
        const request = bulkUpdateRequest(connection.settings, { sku, quantity, offers });
        outcomes.push(await told(connection, id, request, offers));
        continue;
      }
      // What has ended sells nothing.
      outcomes.push(quantity === 0 ? { id, ok: true } : notPublished(id));
    }
    return outcomes;
  },
};

/** Prices are the marketplace's own, in its currency. */
export const prices: PriceTarget = {
  maxBatch: 1,
  revisions: REVISIONS,
  async setPrices(connection, updates) {
    const { marketplaceId } = connection.settings;
    const outcomes: Outcome[] = [];
    for (const { id, platformSku: sku, price } of updates) {
      const offers = (await publishedOffers(connection, sku)).filter((offer) => offer.marketplaceId === marketplaceId);
      const other = offers.find(
        ({ pricingSummary }) => (pricingSummary?.price?.currency ?? price.currency) !== price.currency,
      );
      if (offers.length === 0) outcomes.push(notPublished(id));
      else if (other) outcomes.push(refused(id, "CURRENCY_DIFFERS", `Its price on eBay is not in ${price.currency}`));
      else {
        const priced = offers.map(({ offerId }) => ({ offerId, price }));
        outcomes.push(
          await told(connection, id, bulkUpdateRequest(connection.settings, { sku, offers: priced }), offers),
        );
      }
    }
    return outcomes;
  },
};

const notPublished = (id: string) => refused(id, "NOT_PUBLISHED", "eBay has no published offer with this SKU");

async function publishedOffers(connection: Connection, sku: string): Promise<Offer[]> {
  // Longer ones cannot exist there, and are refused in words that do not say so.
  if (sku.length > MAX_SKU) return [];
  try {
    const { offers } = await connection.call(offersRequest(sku), OffersSchema);
    return offers.filter(({ status }) => status === "PUBLISHED");
  } catch (error) {
    // A SKU without an offer is no empty list there but a 404 (25713).
    if (error instanceof PermanentError && error.upstreamStatus === 404) return [];
    throw error;
  }
}

/** A 207 tells of each offer apart: the update has happened when all of them have taken it. */
async function told(
  connection: Connection,
  id: string,
  request: WireRequest,
  offers: readonly Offer[],
): Promise<Outcome> {
  const { responses } = await connection.call(request, BulkAnswerSchema);
  const failed = responses.find(({ statusCode }) => statusCode >= 300);
  if (failed) return refusalOf(id, failed.statusCode, failed.errors ?? []);
  const isTold = ({ offerId }: Offer) => responses.some((part: BulkPart) => part.offerId === offerId);
  if (offers.every(isTold)) return { id, ok: true };
  return { id, ok: false, transient: true, code: "NO_ANSWER", message: "eBay said nothing of one of its offers" };
}
