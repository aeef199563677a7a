import { type Fate, ignored, same } from "../../../support/every-field.ts";

const PAGE = ignored("of the page, not of what is on it");

export const PAGE_FIELDS: Record<string, Fate> = {
  count: PAGE,
  pageNumber: PAGE,
  pageSize: PAGE,
  hasNextPage: PAGE,
};

export const PRODUCT_FIELDS: Record<string, Fate> = {
  productId: same,
  brand: same,
  productType: same,
  styleId: same,
  urlKey: (key) => `https://stockx.com/${String(key)}`,
  title: same,
  "productAttributes.retailPrice": (dollars) => String(Number(dollars) * 100),
  "productAttributes.*": same,
  "sizeChart.defaultConversion.name": same,
  "sizeChart.defaultConversion.type": ignored("the name in small letters"),
  "sizeChart.availableConversions[].name": (name) => ({ within: String(name) }),
  "sizeChart.availableConversions[].type": ignored("the name in small letters"),
  isFlexEligible: same,
  isDirectEligible: same,
};

export const VARIANT_FIELDS: Record<string, Fate> = {
  productId: ignored("it was asked for by it"),
  variantId: same,
  variantName: ignored("the product's name in its address, and the number of the size"),
  variantValue: same,
  "sizeChart.defaultConversion.size": same,
  "sizeChart.defaultConversion.type": (type) => String(type).toUpperCase(),
  "sizeChart.availableConversions[].size": (size) => String(size).replace(/^\D+ (?=\d)/, ""),
  "sizeChart.availableConversions[].type": (type) => String(type).toUpperCase(),
  "gtins[].identifier": same,
  "gtins[].type": ignored("its length says the same"),
  isFlexEligible: ignored("a programme for goods that lie with StockX"),
  isDirectEligible: ignored("a programme for goods that lie with StockX"),
};

/** Amounts are texts in major units; `decimals` of the currency that the market is in. */
export const marketFields = (decimals: number): Record<string, Fate> => {
  const money: Fate = (amount) => (amount === "0" ? undefined : String(Number(amount) * 10 ** decimals));
  return {
    productId: ignored("it was asked for by it"),
    variantId: same,
    currencyCode: same,
    highestBidAmount: money,
    lowestAskAmount: money,
    flexLowestAskAmount: money,
    earnMoreAmount: money,
    sellFasterAmount: money,
    "standardMarketData.*": money,
    "flexMarketData.*": money,
    "directMarketData.*": money,
  };
};

const BOOKS = ignored("the order says it when there is one, and the books are made of orders");
const CHANGES = ignored("what became of a change is asked of its batch");

export const LISTING_FIELDS: Record<string, Fate> = {
  listingId: same,
  status: same,
  amount: same,
  currencyCode: same,
  createdAt: same,
  "variant.variantId": same,
  updatedAt: same,
  inventoryType: ignored("only STANDARD is asked for"),
  "product.*": ignored("its variant says what it is of"),
  "variant.variantName": ignored("its id says what it is of"),
  "variant.variantValue": ignored("its id says what it is of"),
  "ask.*": ignored("a listing is found by its own id; those that have expired are not listed"),
  "payout.*": BOOKS,
  "payout.adjustments[].adjustmentType": BOOKS,
  "payout.adjustments[].amount": BOOKS,
  "payout.adjustments[].percentage": BOOKS,
  "lastOperation.*": CHANGES,
  "lastOperation.changes.additions.*": CHANGES,
  "lastOperation.changes.additions.ask.*": CHANGES,
};
