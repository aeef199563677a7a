import * as z from "zod";
import { defined } from "../../platform/defined.ts";
import { checkSame, checkSubtotal, goodsOf, negated, sumOf } from "./checks.ts";
import { statusByRules } from "./channel-status.ts";
import { EbayAmountSchema, inOrderCurrency, readEbayAmount } from "./ebay-amount.ts";
import { EBAY_STATUSES } from "./ebay-status.ts";
import type { Notes } from "./notes.ts";
import { orderReader } from "./page.ts";
import { id, knownOf, list, text } from "./wire.ts";

const LineSchema = z.lazy(() =>
  z.object({
    lineItemId: text(),
    sku: text(),
    title: text(),
    quantity: z.number().int().min(1),
    lineItemCost: EbayAmountSchema,
    refunds: list(z.object({ refundId: text(), amount: EbayAmountSchema.nullish() })),
    variationAspects: list(z.object({ name: text(), value: text() })),
    lineItemFulfillmentInstructions: z.object({ shipByDate: text() }).nullish(),
  }),
);

const PricingSchema = z.lazy(() =>
  z.object({
    priceSubtotal: EbayAmountSchema.nullish(),
    priceDiscount: EbayAmountSchema.nullish(),
    deliveryCost: EbayAmountSchema.nullish(),
    deliveryDiscount: EbayAmountSchema.nullish(),
    fee: EbayAmountSchema.nullish(),
    tax: EbayAmountSchema.nullish(),
    adjustment: EbayAmountSchema.nullish(),
    total: EbayAmountSchema,
  }),
);

const ContactSchema = z.lazy(() =>
  z.object({
    fullName: text(),
    email: text(),
    primaryPhone: z.object({ phoneNumber: text() }).nullish(),
    contactAddress: z
      .object({
        addressLine1: text(),
        addressLine2: text(),
        city: text(),
        stateOrProvince: text(),
        postalCode: text(),
        countryCode: text(),
      })
      .nullish(),
  }),
);

const EbayOrderSchema = z.lazy(() =>
  z.object({
    orderId: id(),
    creationDate: text(),
    lastModifiedDate: text(),
    orderFulfillmentStatus: text(),
    orderPaymentStatus: text(),
    cancelStatus: z.object({ cancelState: text() }).nullish(),
    buyer: z.object({ username: text(), buyerRegistrationAddress: ContactSchema.nullish() }).nullish(),
    pricingSummary: PricingSchema,
    paymentSummary: z
      .object({
        totalDueSeller: EbayAmountSchema.nullish(),
        refunds: list(z.object({ refundId: text(), refundStatus: text(), amount: EbayAmountSchema.nullish() })),
      })
      .nullish(),
    fulfillmentStartInstructions: list(
      z.object({ shippingStep: z.object({ shipTo: ContactSchema.nullish() }).nullish() }),
    ),
    lineItems: z.array(LineSchema).min(1),
    totalMarketplaceFee: EbayAmountSchema.nullish(),
  }),
);

type EbayOrder = z.output<typeof EbayOrderSchema>;
type Contact = z.output<typeof ContactSchema>;

/** The order's currency is that of its total; the payout is in the currency that eBay pays out in. */
export const readEbayOrder = orderReader(EbayOrderSchema, (order, notes) => {
  const { orderFulfillmentStatus, orderPaymentStatus, cancelStatus, buyer, paymentSummary } = order;
  const { currency } = order.pricingSummary.total;
  const fee = inOrderCurrency(notes, "totalMarketplaceFee", order.totalMarketplaceFee, currency);
  const shipTo = order.fulfillmentStartInstructions[0]?.shippingStep?.shipTo ?? undefined;
  const registered = buyer?.buyerRegistrationAddress ?? undefined;
  const lines = order.lineItems.map((line, index) => readLine(line, index, notes));
  return defined({
    channel: "ebay",
    externalId: order.orderId,
    ...statusByRules(
      EBAY_STATUSES,
      { orderFulfillmentStatus, orderPaymentStatus, cancelState: cancelStatus?.cancelState },
      notes,
    ),
    placedAt: notes.placedAt({ creationDate: order.creationDate, lastModifiedDate: order.lastModifiedDate }),
    updatedAt: notes.time("lastModifiedDate", order.lastModifiedDate),
    currency,
    lines,
    ...readPricing(order.pricingSummary, goodsOf({ lines, currency }), notes),
    fees: fee && [{ kind: "marketplace", amount: fee }],
    payout: readEbayAmount(notes, "paymentSummary.totalDueSeller", paymentSummary?.totalDueSeller),
    refunded: readRefunded(order, currency, notes),
    customer: knownOf({
      name: registered?.fullName ?? shipTo?.fullName,
      email: registered?.email ?? shipTo?.email,
      phone: registered?.primaryPhone?.phoneNumber ?? shipTo?.primaryPhone?.phoneNumber,
      externalId: buyer?.username,
    }),
    shippingAddress: shipTo && readAddress(shipTo),
    shipByDate: earliest(order, notes),
    warnings: [],
  });
});

/** `lineItemCost` is price times quantity before discounts; one that the units do not divide has no price of a unit. */
function readLine(line: EbayOrder["lineItems"][number], index: number, notes: Notes) {
  const path = `lineItems.${index}.lineItemCost`;
  const total = readEbayAmount(notes, path, line.lineItemCost);
  if (total && total.minor < 0) notes.refuse(path, "NEGATIVE", "must not be negative");
  return defined({
    sku: line.sku,
    platformSku: line.sku,
    size: line.variationAspects.find(({ name }) => /\bsize\b/i.test(name ?? ""))?.value,
    title: line.title,
    externalLineId: line.lineItemId,
    quantity: line.quantity,
    unitPrice:
      total && total.minor % line.quantity === 0 ? { ...total, minor: total.minor / line.quantity } : undefined,
    total,
  });
}

/** Discounts come as negative amounts, and are positive here: what was taken off. */
function readPricing(wire: EbayOrder["pricingSummary"], goods: bigint | undefined, notes: Notes) {
  const read = (field: keyof typeof wire) => readEbayAmount(notes, `pricingSummary.${field}`, wire[field]);
  const off = sumOf([read("priceDiscount"), read("deliveryDiscount")]);
  const discount = off && { ...off, minor: Math.abs(off.minor) };
  const [total, subtotal, shipping, tax] = [read("total"), read("priceSubtotal"), read("deliveryCost"), read("tax")];
  if (total && total.minor < 0) notes.refuse("pricingSummary.total", "NEGATIVE", "must not be negative");
  checkSubtotal(notes, "pricingSummary.priceSubtotal", subtotal, goods);
  // Which way an adjustment goes is not documented, so a total with one is not checked.
  const parts = sumOf([subtotal, shipping, tax, read("fee"), discount && negated(discount)]);
  if (total && subtotal && parts && !wire.adjustment)
    checkSame(notes, "pricingSummary.total", "TOTAL_DIFFERS", "The total", total, parts);
  return { total, shipping, tax, discount };
}

/** eBay lists a refund of the order or of its line; one that is in both lists counts once, one not yet made not at all. */
function readRefunded({ paymentSummary, lineItems }: EbayOrder, currency: string, notes: Notes) {
  const ofOrder = paymentSummary?.refunds ?? [];
  const listed = new Set(ofOrder.flatMap(({ refundId }) => refundId ?? []));
  const made = ofOrder.map(({ refundStatus, amount }, index) =>
    (refundStatus ?? "REFUNDED") === "REFUNDED"
      ? inOrderCurrency(notes, `paymentSummary.refunds.${index}.amount`, amount, currency)
      : undefined,
  );
  const ofLines = lineItems.flatMap(({ refunds }, line) =>
    refunds
      .filter(({ refundId }) => refundId === undefined || !listed.has(refundId))
      .map(({ amount }) => inOrderCurrency(notes, `lineItems.${line}.refunds`, amount, currency)),
  );
  return sumOf([...made, ...ofLines]);
}

function readAddress({ fullName, primaryPhone, contactAddress }: Contact) {
  return defined({
    name: fullName,
    street: contactAddress?.addressLine1,
    street2: contactAddress?.addressLine2,
    city: contactAddress?.city,
    state: contactAddress?.stateOrProvince,
    postalCode: contactAddress?.postalCode,
    country: contactAddress?.countryCode,
    phone: primaryPhone?.phoneNumber,
  });
}

/** The order is late as soon as one of its lines is. */
function earliest({ lineItems }: EbayOrder, notes: Notes): string | undefined {
  return lineItems
    .flatMap(({ lineItemFulfillmentInstructions: by }, index) => {
      return notes.time(`lineItems.${index}.lineItemFulfillmentInstructions.shipByDate`, by?.shipByDate) ?? [];
    })
    .toSorted()[0];
}
