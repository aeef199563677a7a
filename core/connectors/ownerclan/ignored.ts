/**
 * Fields of items, histories and orders that are known and not taken, each with why. With those of `wire.ts` they are all
 * that the documents name; a test holds the two together.
 */
export const IGNORED: Readonly<Record<string, string>> = {
  id: "the service's own name of the object, beside the key",
  isPublic: "whatever a seller is shown is",
  returnCriteria: "a text for the buyer's page, also in the description",
  closingTime: "until when orders leave on the same day: nothing here plans by it",
  similarItems: "other items",
  wholessalePrice: "for sellers of another grade; misspelt there",
  "options.fixedPrice": "the item's own holds for its options",
  "category.key": "categories are found by their names",
  title: "of a history: a text for people",
  valueBefore: "of a history: the item is read as it is now",
  valueAfter: "of a history: the item is read as it is now",
  "products.productName": "of an order: known by the item",
  "products.itemOptionInfo": "of an order: known by the item",
  "products.shippingType": "of an order: known by the item",
  "products.taxFree": "of an order: known by the item",
  "products.sellerNote": "of an order: ours",
  "products.additionalAttributes": "of an order: known by the item",
  shippingInfo: "of an order: the address that we gave",
  ordererNote: "of an order: what we gave",
  sellerNote: "of an order: what we gave",
  isBeingMediated: "of an order: disputes are led on the service's site",
  adjustments: "of an order: settled on the service's site",
  refundDetails: "of an order: settled on the service's site",
  transactions: "of an order: settled on the service's site",
};
