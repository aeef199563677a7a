import { existsSync } from "node:fs";
import { expect, test } from "vitest";
import { readOrders } from "../../../../core/orders/channels/index.ts";
import { sell, stockShelves } from "../../../../local/sandbox/ebay/demo.ts";
import { emptyState } from "../../../../local/sandbox/ebay/state.ts";
import { DATA, unpackedFromTar } from "../../../e2e/real-file.ts";
import { withoutEffect } from "../../../support/walk.ts";

/** What of an eBay order we do not take over into our own words, and why. It all stays with the order as it came. */
const IGNORED: Record<string, string[]> = {
  "another name of what has one": ["legacyOrderId", "salesRecordReference", "sellerId", "lineItems.*.legacyItemId"],
  "where the buyer lives, who has it sent elsewhere": [
    "buyer.buyerRegistrationAddress.contactAddress.addressLine1",
    "buyer.buyerRegistrationAddress.contactAddress.city",
    "buyer.buyerRegistrationAddress.contactAddress.countryCode",
    "buyer.buyerRegistrationAddress.contactAddress.postalCode",
    "buyer.buyerRegistrationAddress.contactAddress.stateOrProvince",
    "buyer.taxAddress.countryCode",
    "buyer.taxAddress.postalCode",
    "buyer.taxAddress.stateOrProvince",
  ],
  "a second one: the buyer's own comes first": ["fulfillmentStartInstructions.*.shippingStep.shipTo.email"],
  "how the buyer chose to have it sent, and by when it may be there": [
    "fulfillmentStartInstructions.*.ebaySupportedFulfillment",
    "fulfillmentStartInstructions.*.fulfillmentInstructionsType",
    "fulfillmentStartInstructions.*.maxEstimatedDeliveryDate",
    "fulfillmentStartInstructions.*.minEstimatedDeliveryDate",
    "fulfillmentStartInstructions.*.shippingStep.shippingCarrierCode",
    "fulfillmentStartInstructions.*.shippingStep.shippingServiceCode",
    "lineItems.*.lineItemFulfillmentInstructions.guaranteedDelivery",
    "lineItems.*.lineItemFulfillmentInstructions.maxEstimatedDeliveryDate",
    "lineItems.*.lineItemFulfillmentInstructions.minEstimatedDeliveryDate",
  ],
  "taxes that eBay collects and remits are neither ours nor in our amounts": [
    "ebayCollectAndRemitTax",
    "lineItems.*.ebayCollectAndRemitTaxes.*.amount.currency",
    "lineItems.*.ebayCollectAndRemitTaxes.*.amount.value",
    "lineItems.*.ebayCollectAndRemitTaxes.*.collectionMethod",
    "lineItems.*.ebayCollectAndRemitTaxes.*.ebayReference.name",
    "lineItems.*.ebayCollectAndRemitTaxes.*.ebayReference.value",
    "lineItems.*.ebayCollectAndRemitTaxes.*.taxType",
  ],
  "shares of the order's amounts, which differ with the fields asked for": [
    "lineItems.*.deliveryCost.shippingCost.currency",
    "lineItems.*.deliveryCost.shippingCost.value",
    "lineItems.*.discountedLineItemCost.currency",
    "lineItems.*.discountedLineItemCost.value",
    "lineItems.*.total.currency",
    "lineItems.*.total.value",
  ],
  "the payout says it": [
    "paymentSummary.payments.*.amount.convertedFromCurrency",
    "paymentSummary.payments.*.amount.convertedFromValue",
    "paymentSummary.payments.*.amount.currency",
    "paymentSummary.payments.*.amount.value",
    "paymentSummary.payments.*.paymentDate",
    "paymentSummary.payments.*.paymentMethod",
    "paymentSummary.payments.*.paymentReferenceId",
    "paymentSummary.payments.*.paymentStatus",
    "paymentSummary.totalDueSeller.convertedFromCurrency",
    "paymentSummary.totalDueSeller.convertedFromValue",
  ],
  "what the fee is a share of": ["totalFeeBasisAmount.currency", "totalFeeBasisAmount.value"],
  "the order's own state says it": ["lineItems.*.lineItemFulfillmentStatus", "fulfillmentHrefs.*"],
  "where and how it was listed": [
    "lineItems.*.itemLocation.countryCode",
    "lineItems.*.itemLocation.location",
    "lineItems.*.itemLocation.postalCode",
    "lineItems.*.listingMarketplaceId",
    "lineItems.*.properties.buyerProtection",
    "lineItems.*.purchaseMarketplaceId",
    "lineItems.*.soldFormat",
  ],
};

const ignored = new Set(Object.values(IGNORED).flat());
const read = (order: unknown) => readOrders("ebay", [order]).map(({ original: _original, ...rest }) => rest);

function sampleOrder(): unknown {
  const state = emptyState();
  stockShelves(state, 10);
  return sell(state, { quantity: 2 }, Date.UTC(2026, 1, 1));
}

const recorded = existsSync(new URL("marketplace_apis", DATA))
  ? (JSON.parse(String(unpackedFromTar("marketplace_apis/ebay_getOrders_page.tar.gz", "getOrders_page.json"))) as {
      orders: unknown[];
    })
  : undefined;

test("every field of the stand-in's order is read, or left out on purpose", () => {
  expect(withoutEffect(sampleOrder(), read).filter((field) => !ignored.has(field))).toEqual([]);
});

test.skipIf(!recorded)("every field of orders as eBay really answered is read, or left out on purpose", () => {
  for (const order of recorded?.orders ?? [])
    expect(withoutEffect(order, read).filter((field) => !ignored.has(field))).toEqual([]);
});

test("sums are what eBay says: goods, shipping, tax and discount come to the total", () => {
  for (const order of [sampleOrder(), ...(recorded?.orders ?? [])]) {
    const [first] = readOrders("ebay", [order]);
    if (!first || !("draft" in first)) throw new Error("It was not read");
    const { draft } = first;
    expect(draft.warnings.map(({ code }) => code)).not.toContain("TOTAL_DIFFERS");
    const { pricingSummary } = order as { pricingSummary: Record<string, { value: string } | undefined> };
    const cents = (name: string) => Math.round(Number(pricingSummary[name]?.value ?? 0) * 100);
    expect(draft.total?.minor).toBe(cents("total"));
    expect(draft.shipping?.minor ?? 0).toBe(cents("deliveryCost"));
    const parts = cents("priceSubtotal") + cents("deliveryCost") + cents("tax") - (draft.discount?.minor ?? 0);
    expect(draft.total?.minor).toBe(parts);
  }
});
