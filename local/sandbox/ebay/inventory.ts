import type { Answered, Asked } from "../provider/server.ts";
import { errorOf, Refused } from "./errors.ts";
import type { Amount, EbayOffer, EbayState } from "./state.ts";

const MAX_OFFERS = 25;
const REVISIONS_A_DAY = 250;
const DAY_MS = 86_400_000;

export function getOffers(state: EbayState, { query }: Asked): Answered {
  const sku = query.get("sku");
  if (!sku) throw new Refused(400, 25707, "Missing SKU");
  const offers = Object.values(state.offers).filter((offer) => offer.sku === sku);
  if (offers.length === 0) throw new Refused(404, 25713, "This Offer is not available");
  return { status: 200, body: { total: offers.length, size: offers.length, limit: 100, offers: offers.map(shown) } };
}

const shown = ({ refuses: _refuses, listingId, price, ...offer }: EbayOffer) => ({
  ...offer,
  format: "FIXED_PRICE",
  pricingSummary: { price },
  ...(offer.status === "PUBLISHED" ? { listing: { listingId, listingStatus: "ACTIVE" } } : {}),
});

interface Update {
  sku?: string;
  shipToLocationAvailability?: { quantity: number };
  offers?: { offerId: string; availableQuantity?: number; price?: Amount }[];
}

/** One SKU a call; each offer is taken or refused for itself. */
export function bulkUpdate(state: EbayState, asked: Asked): Answered {
  if (!/^[a-z]{2}-[A-Z]{2}$/.test(asked.header("content-language") ?? ""))
    throw new Refused(400, 25709, "Invalid value for header Content-Language");
  const { requests = [] } = JSON.parse(asked.body) as { requests?: Update[] };
  const [update] = requests;
  if (!update || requests.length > 1) throw new Refused(400, 25709, "Only one SKU can be updated per call");
  const { sku, shipToLocationAvailability: total, offers = [] } = update;
  if (offers.length > MAX_OFFERS) throw new Refused(400, 25709, `At most ${MAX_OFFERS} offers`);
  const item = sku === undefined ? undefined : state.items[sku];
  if (total && !item) throw new Refused(400, 25702, `${sku ?? ""} could not be found`);
  if (total && total.quantity < 0) throw new Refused(400, 25709, "Invalid quantity");
  if (total && item) item.quantity = total.quantity;
  // Without offers it is the item alone.
  if (total && offers.length === 0) return { status: 200, body: { responses: [{ sku, statusCode: 200, errors: [] }] } };
  const responses = offers.map(({ offerId, availableQuantity, price }) => {
    const offer = state.offers[offerId];
    const refusal = refusalOf(state, offer, sku, asked.now);
    if (!offer || refusal) return { offerId, sku, statusCode: refusal?.status ?? 404, errors: [refusal?.error] };
    if (availableQuantity !== undefined) offer.availableQuantity = availableQuantity;
    if (price) offer.price = price;
    return { offerId, sku, statusCode: 200, errors: [], warnings: [] };
  });
  return { status: responses.every(({ statusCode }) => statusCode === 200) ? 200 : 207, body: { responses } };
}

/** Prepared offers become listings, each for itself. */
export function publishOffers(state: EbayState, { body }: Asked): Answered {
  const { requests = [] } = JSON.parse(body) as { requests?: { offerId: string }[] };
  if (requests.length > MAX_OFFERS) throw new Refused(400, 25709, `At most ${MAX_OFFERS} offers`);
  const responses = requests.map(({ offerId }) => {
    const offer = state.offers[offerId];
    const errorId = offer ? offer.refuses : 25713;
    if (!offer || errorId !== undefined)
      return { offerId, statusCode: 400, errors: [errorOf(errorId ?? 25713, "It cannot be published")] };
    if (offer.status === "PUBLISHED")
      return { offerId, statusCode: 400, errors: [errorOf(25002, "The offer is published already")] };
    offer.status = "PUBLISHED";
    return { offerId, listingId: offer.listingId, statusCode: 200, errors: [], warnings: [] };
  });
  return { status: responses.every(({ statusCode }) => statusCode === 200) ? 200 : 207, body: { responses } };
}

function refusalOf(state: EbayState, offer: EbayOffer | undefined, sku: string | undefined, now: number) {
  const refuse = (status: number, errorId: number, message: string) => ({ status, error: errorOf(errorId, message) });
  if (!offer || (sku !== undefined && offer.sku !== sku)) return refuse(404, 25713, "This Offer is not available");
  if (offer.refuses !== undefined)
    return refuse(offer.refuses === 25001 ? 500 : 400, offer.refuses, "Refused on demand");
  if (offer.status !== "PUBLISHED") return refuse(400, 25709, "The offer is not published");
  const today = (state.revisions[offer.offerId] ?? []).filter(
    (at) => Math.floor(at / DAY_MS) === Math.floor(now / DAY_MS),
  );
  if (today.length >= REVISIONS_A_DAY) return refuse(400, 25019, "Cannot revise the listing: revised 250 times today");
  state.revisions[offer.offerId] = [...today, now];
  return undefined;
}
