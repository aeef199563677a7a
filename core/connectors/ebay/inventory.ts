import { PermanentError } from "../../platform/http/errors.ts";
import type { Outcome, PriceTarget, QuantityTarget } from "../capabilities.ts";
import type { Connection, WireRequest } from "../wire.ts";
import { MAX_SKU, REVISIONS } from "./constants.ts";
import { refusalOf } from "./errors.ts";
import { bulkUpdateRequest, offersRequest, publishRequest } from "./requests.ts";
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
    for (const { id, platformSku: sku, quantity: wanted, shown } of updates) {
      const offers = await offersOf(connection, sku);
      const published = offers.filter(isPublished);
      const quantity = Math.max(0, wanted - unread(published, shown));
      if (published.length > 0) {
        const request = bulkUpdateRequest(connection.settings, { sku, quantity, offers: published });
        outcomes.push(await told(connection, id, request, published));
      }
      // What has ended sells nothing.
      else if (wanted === 0 || (quantity === 0 && mayPublish(connection))) outcomes.push({ id, ok: true });
      else outcomes.push(await publish(connection, { id, sku, quantity }, offers));
    }
    return outcomes;
  },
};

/** Units that were sold there and whose orders we have yet to read: as many fewer are left than are shown by what we know. */
function unread(published: readonly Offer[], shown = 0): number {
  // It has ended: by a sale of all that it showed, for all we know.
  if (published.length === 0) return shown;
  const left = published.flatMap(({ availableQuantity }) => availableQuantity ?? []);
  return left.length === 0 ? 0 : Math.max(0, shown - Math.min(...left));
}

/**
 * Offers of the account's marketplace become listings, where the account asks for it. The item's own quantity goes first:
 * no listing shows more than that, whatever its offer says from before.
 */
async function publish(
  connection: Connection,
  { id, sku, quantity }: { id: string; sku: string; quantity: number },
  prepared: readonly Offer[],
): Promise<Outcome> {
  const { settings } = connection;
  const offers = mayPublish(connection) ? prepared.filter((offer) => isOf(offer, settings)) : [];
  if (offers.length === 0) return notPublished(id);
  const steps = [
    { request: bulkUpdateRequest(settings, { sku, quantity, offers: [] }), of: [] },
    { request: publishRequest(settings, offers), of: offers },
    { request: bulkUpdateRequest(settings, { sku, quantity, offers }), of: offers },
  ];
  for (const { request, of } of steps) {
    const outcome = await told(connection, id, request, of);
    if (outcome.ok !== true) return outcome;
  }
  return { id, ok: true };
}

const mayPublish = ({ settings }: Connection) => settings["publish"] === "yes";
const isPublished = ({ status }: Offer) => status === "PUBLISHED";
const isOf = (offer: Offer, { marketplaceId }: Connection["settings"]) => offer.marketplaceId === marketplaceId;

/** Prices are the marketplace's own, in its currency. */
export const prices: PriceTarget = {
  maxBatch: 1,
  async setPrices(connection, updates) {
    const outcomes: Outcome[] = [];
    for (const { id, platformSku: sku, price } of updates) {
      const all = await offersOf(connection, sku);
      const offers = all.filter((offer) => isPublished(offer) && isOf(offer, connection.settings));
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

async function offersOf(connection: Connection, sku: string): Promise<Offer[]> {
  // Longer ones cannot exist there, and are refused in words that do not say so.
  if (sku.length > MAX_SKU) return [];
  try {
    const { offers } = await connection.call(offersRequest(sku), OffersSchema);
    return offers;
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
