import { describe, expect, test } from "vitest";
import { EBAY_STATUSES } from "../../../../core/orders/channels/ebay-status.ts";
import { at, codesOf, draftOf, ebayOrder, faultsOf } from "./payloads.ts";

const eur = (minor: number) => ({ minor, currency: "EUR" });

/** Every word of each field with every other, and what it should be, by hand. */
function expected(fulfilment: string, payment: string, cancel: string): string {
  if (cancel === "CANCELED") return "cancelled";
  if (payment === "FULLY_REFUNDED") return "refunded";
  if (fulfilment === "FULFILLED") return "fulfilled";
  if (fulfilment === "IN_PROGRESS") return "partiallyFulfilled";
  return payment === "PAID" || payment === "PARTIALLY_REFUNDED" ? "paid" : "pending";
}

const { words } = EBAY_STATUSES;
const combinations = words.orderFulfillmentStatus.flatMap((fulfilment) =>
  words.orderPaymentStatus.flatMap((payment) =>
    words.cancelState.map((cancel) => [fulfilment, payment, cancel] as [string, string, string]),
  ),
);

const inState = (orderFulfillmentStatus: unknown, orderPaymentStatus: unknown, cancelState: unknown) =>
  ebayOrder({ orderFulfillmentStatus, orderPaymentStatus, cancelStatus: { cancelState } });

describe("an order of eBay", () => {
  test("loses nothing of what is read: each field stands in the draft as it came", () => {
    const order = ebayOrder();
    const draft = draftOf("ebay", order);
    const address = "fulfillmentStartInstructions.0.shippingStep.shipTo.contactAddress";
    const same: [string, string][] = [
      ["orderId", "externalId"],
      ["creationDate", "placedAt"],
      ["lastModifiedDate", "updatedAt"],
      ["pricingSummary.total.currency", "currency"],
      ["buyer.username", "customer.externalId"],
      ["buyer.buyerRegistrationAddress.fullName", "customer.name"],
      ["buyer.buyerRegistrationAddress.email", "customer.email"],
      ["buyer.buyerRegistrationAddress.primaryPhone.phoneNumber", "customer.phone"],
      ["fulfillmentStartInstructions.0.shippingStep.shipTo.fullName", "shippingAddress.name"],
      [`${address}.addressLine1`, "shippingAddress.street"],
      [`${address}.addressLine2`, "shippingAddress.street2"],
      [`${address}.city`, "shippingAddress.city"],
      [`${address}.stateOrProvince`, "shippingAddress.state"],
      [`${address}.postalCode`, "shippingAddress.postalCode"],
      [`${address}.countryCode`, "shippingAddress.country"],
      ["lineItems.0.lineItemId", "lines.0.externalLineId"],
      ["lineItems.0.sku", "lines.0.sku"],
      ["lineItems.0.title", "lines.0.title"],
      ["lineItems.0.quantity", "lines.0.quantity"],
      ["lineItems.0.variationAspects.1.value", "lines.0.size"],
      ["lineItems.1.title", "lines.1.title"],
      ["lineItems.1.lineItemFulfillmentInstructions.shipByDate", "shipByDate"],
    ];
    for (const [theirs, ours] of same) expect(at(draft, ours), theirs).toBe(at(order, theirs));
    expect(draft).toMatchObject({
      total: eur(9000),
      shipping: eur(650),
      tax: eur(400),
      discount: eur(1050),
      fees: [{ kind: "marketplace", amount: eur(1050) }],
      payout: { minor: 6840, currency: "GBP" },
      warnings: [],
    });
    expect(draft.lines.map(({ total, unitPrice }) => [total, unitPrice])).toEqual([
      [eur(6000), eur(2000)],
      [eur(3000), eur(3000)],
    ]);
  });

  test.each(combinations)("that is %s, %s and %j has the one status that follows", (fulfilment, payment, cancel) => {
    const draft = draftOf("ebay", inState(fulfilment, payment, cancel));
    expect(draft).toMatchObject({ status: expected(fulfilment, payment, cancel), isStatusKnown: true });
    expect(draft.channelStatus).toBe([fulfilment, payment, cancel].filter(Boolean).join(" / "));
    expect(codesOf(draft.warnings)).not.toContain("UNKNOWN_STATUS");
  });

  test.each([
    ["SOMETHING_NEW", "PAID", "NONE_REQUESTED", "pending"],
    ["NOT_STARTED", "SOMETHING_NEW", "NONE_REQUESTED", "pending"],
    ["NOT_STARTED", "PAID", "SOMETHING_NEW", "pending"],
    ["FULFILLED", "SOMETHING_NEW", "NONE_REQUESTED", "fulfilled"],
    [undefined, undefined, undefined, "pending"],
  ])("that is %s, %s and %s, of which one is not known, is %s and says so", (fulfilment, payment, cancel, status) => {
    const draft = draftOf("ebay", inState(fulfilment, payment, cancel));
    expect(draft).toMatchObject({ status, isStatusKnown: false });
    expect(codesOf(draft.warnings)).toContain("UNKNOWN_STATUS");
  });

  test("that the buyer wants cancelled, or that was cancelled on its way, asks for attention", () => {
    for (const order of [inState("NOT_STARTED", "PAID", "IN_PROGRESS"), inState("FULFILLED", "PAID", "CANCELED")])
      expect(codesOf(draftOf("ebay", order).warnings)).toEqual(["NEEDS_ATTENTION"]);
  });

  test("whose lines come to more than its total says so and is taken", () => {
    const order = ebayOrder();
    const [line] = order.lineItems;
    const draft = draftOf("ebay", { ...order, lineItems: [line, line, line] });
    expect(codesOf(draft.warnings)).toEqual(["LINES_EXCEED_TOTAL"]);
    expect(draft.lines).toHaveLength(3);
  });

  test("that misses a line, or whose parts do not come to its total, says so", () => {
    const order = ebayOrder();
    expect(codesOf(draftOf("ebay", { ...order, lineItems: order.lineItems.slice(1) }).warnings)).toEqual([
      "LINES_BELOW_SUBTOTAL",
    ]);
    const total = { value: "91.00", currency: "EUR" };
    const pricingSummary = { ...order.pricingSummary, total };
    expect(codesOf(draftOf("ebay", { ...order, pricingSummary }).warnings)).toEqual(["TOTAL_DIFFERS"]);
    const adjustment = { value: "1.00", currency: "EUR" };
    expect(draftOf("ebay", { ...order, pricingSummary: { ...pricingSummary, adjustment } }).warnings).toEqual([]);
  });

  test("whose line's cost the units do not divide has no price of a unit, and its total whole", () => {
    const order = ebayOrder();
    const [line] = order.lineItems;
    const lineItems = [{ ...line, lineItemCost: { value: "100.00", currency: "EUR" } }];
    const [read] = draftOf("ebay", { ...order, lineItems }).lines;
    expect(read).toMatchObject({ quantity: 3, total: eur(10_000) });
    expect(read).not.toHaveProperty("unitPrice");
  });

  test("counts each refund once, of order or line, only when made, in the order's currency", () => {
    const order = ebayOrder();
    const converted = { value: "8.60", currency: "GBP", convertedFromValue: "10.00", convertedFromCurrency: "EUR" };
    const refunds = [
      { refundId: "r1", refundStatus: "REFUNDED", amount: converted },
      { refundId: "r2", refundStatus: "PENDING", amount: { value: "50.00", currency: "EUR" } },
      { refundId: "r3", refundStatus: "FAILED", amount: { value: "50.00", currency: "EUR" } },
    ];
    const [first, second] = order.lineItems;
    const lineItems = [
      { ...first, refunds: [{ refundId: "r1", amount: { value: "10.00", currency: "EUR" } }] },
      { ...second, refunds: [{ refundId: "r4", amount: { value: "2.50", currency: "EUR" } }] },
    ];
    const draft = draftOf("ebay", { ...order, lineItems, paymentSummary: { refunds } });
    expect(draft.refunded).toEqual(eur(1250));
  });

  test("refunded beyond its total says so", () => {
    const refunds = [{ refundStatus: "REFUNDED", amount: { value: "90.01", currency: "EUR" } }];
    expect(codesOf(draftOf("ebay", ebayOrder({ paymentSummary: { refunds } })).warnings)).toEqual([
      "REFUND_EXCEEDS_TOTAL",
    ]);
  });

  test("without buyer, address, fees and payment is taken", () => {
    const bare = ebayOrder({ buyer: null, paymentSummary: null, totalMarketplaceFee: null, cancelStatus: null });
    const draft = draftOf("ebay", { ...bare, fulfillmentStartInstructions: [] });
    for (const field of ["customer", "shippingAddress", "fees", "payout", "refunded"])
      expect(draft).not.toHaveProperty(field);
  });

  test.each([
    [{ orderId: "" }, "orderId"],
    [{ lineItems: [] }, "lineItems"],
    [{ lineItems: null }, "lineItems"],
    [{ lineItems: [{ quantity: 0, lineItemCost: { value: "1", currency: "EUR" } }] }, "lineItems.0.quantity"],
    [{ lineItems: [{ quantity: 1.5, lineItemCost: { value: "1", currency: "EUR" } }] }, "lineItems.0.quantity"],
    [{ lineItems: [{ quantity: 1 }] }, "lineItems.0.lineItemCost"],
    [{ lineItems: [{ quantity: 1, lineItemCost: { value: "-1", currency: "EUR" } }] }, "lineItems.0.lineItemCost"],
    [{ pricingSummary: {} }, "pricingSummary.total"],
    [{ pricingSummary: { total: { value: "-1", currency: "EUR" } } }, "pricingSummary.total"],
    [{ pricingSummary: { total: { value: "1", currency: "EURO" } } }, "pricingSummary.total.value"],
    [{ totalMarketplaceFee: { value: "one", currency: "EUR" } }, "totalMarketplaceFee.value"],
  ])("with %j is refused at %s", (fields, path) => {
    expect(faultsOf("ebay", ebayOrder(fields)).map((fault) => fault.path)).toContain(path);
  });
});
