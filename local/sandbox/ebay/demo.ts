import { Refused } from "./errors.ts";
import { type EbayOffer, type EbayOrder, type EbayState, nextId } from "./state.ts";

const MARKETPLACES = [
  { marketplaceId: "EBAY_US", currency: "USD" },
  { marketplaceId: "EBAY_DE", currency: "EUR" },
];

/** Goods on eBay: each with an offer on the first marketplace, every fifth on the second, too. */
export function stockShelves(state: EbayState, count: number): void {
  for (let number = 1; number <= count; number++) {
    const sku = `DEMO-EBAY-${String(number).padStart(4, "0")}`;
    const quantity = 5 + (number % 20);
    state.items[sku] = { sku, title: `Demo item ${number}`, quantity };
    for (const { marketplaceId, currency } of MARKETPLACES.slice(0, number % 5 === 0 ? 2 : 1))
      putOffer(state, { sku, marketplaceId, currency, quantity, cents: 1_000 + ((number * 137) % 9_000) });
  }
}

/** A published offer of a SKU, for demonstrations and tests. */
export function putOffer(
  state: EbayState,
  ask: { sku: string; marketplaceId?: string; currency?: string; quantity: number; cents?: number },
): EbayOffer {
  const { sku, marketplaceId = "EBAY_US", currency = "USD", quantity, cents = 2_500 } = ask;
  state.items[sku] ??= { sku, title: `Demo item ${sku}`, quantity };
  const offerId = String(7_000_000_000 + nextId(state));
  const listingId = String(110_000_000_000 + nextId(state));
  const price = { value: decimal(cents), currency };
  return (state.offers[offerId] = {
    offerId,
    sku,
    marketplaceId,
    status: "PUBLISHED",
    listingId,
    availableQuantity: quantity,
    price,
  });
}

const decimal = (cents: number) => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;
const centsOf = (value: string) => Number(value.replace(".", ""));

export interface Sale {
  sku?: string;
  quantity?: number;
  marketplaceId?: string;
}

/** Somebody buys: the quantities go down at once, as they do at eBay. 409 where there is not enough. */
export function sell(state: EbayState, { sku, quantity = 1, marketplaceId }: Sale, now: number): EbayOrder {
  const offers = Object.values(state.offers).filter(
    (one) =>
      one.status === "PUBLISHED" &&
      (sku === undefined || one.sku === sku) &&
      (marketplaceId === undefined || one.marketplaceId === marketplaceId) &&
      Math.min(one.availableQuantity, state.items[one.sku]?.quantity ?? 0) >= quantity,
  );
  const offer = offers[nextId(state) % Math.max(1, offers.length)];
  const item = offer && state.items[offer.sku];
  if (!offer || !item) throw new Refused(409, 25002, "Not enough of it is for sale");
  offer.availableQuantity -= quantity;
  item.quantity -= quantity;
  const order = newOrder(state, { offer, title: item.title, quantity, now });
  state.orders[order.orderId] = order;
  return order;
}

interface Bought {
  offer: EbayOffer;
  title: string;
  quantity: number;
  now: number;
}

function newOrder(state: EbayState, { offer, title, quantity, now }: Bought): EbayOrder {
  const number = nextId(state);
  const { currency, value } = offer.price;
  const goods = centsOf(value) * quantity;
  const delivery = 499;
  const money = (cents: number) => ({ value: decimal(cents), currency });
  const total = money(goods + delivery);
  const fee = money(Math.round(goods / 10));
  const at = new Date(now).toISOString();
  const shipBy = new Date(now + 3 * 86_400_000).toISOString();
  const contact = {
    fullName: `Demo Buyer ${number}`,
    contactAddress: {
      addressLine1: `${number} Sandbox Street`,
      city: "Sampleton",
      stateOrProvince: "CA",
      postalCode: "90000",
      countryCode: "US",
    },
    primaryPhone: { phoneNumber: "555-0100" },
    email: `buyer-${number}@sandbox.invalid`,
  };
  return {
    orderId: `01-${String(10_000 + number).slice(-5)}-${String(50_000 + number).slice(-5)}`,
    legacyOrderId: `${offer.listingId}-${number}`,
    creationDate: at,
    lastModifiedDate: at,
    orderFulfillmentStatus: "NOT_STARTED",
    orderPaymentStatus: "PAID",
    sellerId: "demo_seller",
    buyer: { username: `demo_buyer_${number}`, buyerRegistrationAddress: contact },
    pricingSummary: { priceSubtotal: money(goods), deliveryCost: money(delivery), total },
    cancelStatus: { cancelState: "NONE_REQUESTED", cancelRequests: [] },
    paymentSummary: {
      totalDueSeller: money(goods + delivery - Math.round(goods / 10)),
      refunds: [],
      payments: [
        {
          paymentMethod: "EBAY",
          paymentReferenceId: `PAY-${number}`,
          paymentDate: at,
          amount: total,
          paymentStatus: "PAID",
        },
      ],
    },
    fulfillmentStartInstructions: [
      {
        fulfillmentInstructionsType: "SHIP_TO",
        ebaySupportedFulfillment: false,
        shippingStep: { shipTo: contact, shippingCarrierCode: "USPS", shippingServiceCode: "USPSPriority" },
      },
    ],
    fulfillmentHrefs: [],
    lineItems: [
      {
        lineItemId: String(10_000_000_000 + number),
        legacyItemId: offer.listingId,
        sku: offer.sku,
        title,
        quantity,
        soldFormat: "FIXED_PRICE",
        lineItemCost: money(goods),
        deliveryCost: { shippingCost: money(delivery) },
        total,
        listingMarketplaceId: offer.marketplaceId,
        purchaseMarketplaceId: offer.marketplaceId,
        lineItemFulfillmentStatus: "NOT_STARTED",
        lineItemFulfillmentInstructions: { shipByDate: shipBy, guaranteedDelivery: false },
        appliedPromotions: [],
        taxes: [],
      },
    ],
    ebayCollectAndRemitTax: false,
    salesRecordReference: String(number),
    totalFeeBasisAmount: total,
    totalMarketplaceFee: fee,
  };
}

/** Something happens to an order: with `IN_PROGRESS` its buyer asks to cancel, with `CANCELED` it is. */
export function change(
  state: EbayState,
  orderId: string,
  { cancelState }: { cancelState?: string },
  now: number,
): EbayOrder {
  const order = state.orders[orderId];
  if (!order) throw new Refused(404, 32100, "Invalid order ID");
  const at = new Date(now).toISOString();
  order.lastModifiedDate = at;
  if (cancelState !== undefined) {
    const request = {
      cancelRequestId: String(5_000 + nextId(state)),
      cancelReason: "Demo reason",
      cancelRequestedDate: at,
    };
    order.cancelStatus = { cancelState, cancelRequests: [{ ...request, cancelInitiator: "BUYER" }] };
  }
  return order;
}
