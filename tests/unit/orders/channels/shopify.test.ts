import { describe, expect, test } from "vitest";
import { SHOPIFY_STATUSES } from "../../../../core/orders/channels/shopify-status.ts";
import { at, codesOf, draftOf, faultsOf, shopifyOrder } from "./payloads.ts";

const usd = (minor: number) => ({ minor, currency: "USD" });

/** Every word of each field with every other, and what it should be, by hand. */
function expected(financial: string, fulfilment: string, isCancelled: boolean): string {
  if (isCancelled || fulfilment === "restocked") return "cancelled";
  if (financial === "refunded") return "refunded";
  if (fulfilment === "fulfilled") return "fulfilled";
  if (fulfilment === "partial") return "partiallyFulfilled";
  if (financial === "voided") return "cancelled";
  return financial === "paid" || financial === "partially_refunded" ? "paid" : "pending";
}

const { words } = SHOPIFY_STATUSES;
const combinations = words.financial_status.flatMap((financial) =>
  words.fulfillment_status.flatMap((fulfilment) =>
    [null, "2026-03-05T00:00:00Z"].map(
      (cancelledAt) => [financial, fulfilment, cancelledAt] as [string, string, string | null],
    ),
  ),
);

describe("an order of Shopify", () => {
  test("loses nothing of what is read: each field stands in the draft as it came", () => {
    const order = shopifyOrder();
    const draft = draftOf("shopify", order);
    const same: [string, string][] = [
      ["currency", "currency"],
      ["email", "customer.email"],
      ["phone", "customer.phone"],
      ["shipping_address.name", "shippingAddress.name"],
      ["shipping_address.address1", "shippingAddress.street"],
      ["shipping_address.city", "shippingAddress.city"],
      ["shipping_address.province", "shippingAddress.state"],
      ["shipping_address.zip", "shippingAddress.postalCode"],
      ["shipping_address.country_code", "shippingAddress.country"],
      ["line_items.0.sku", "lines.0.sku"],
      ["line_items.0.name", "lines.0.title"],
      ["line_items.0.quantity", "lines.0.quantity"],
      ["line_items.1.name", "lines.1.title"],
    ];
    for (const [theirs, ours] of same) expect(at(draft, ours), theirs).toBe(at(order, theirs));
    expect(draft).toMatchObject({
      externalId: "900000000001",
      placedAt: "2026-03-01T14:59:00.000Z",
      updatedAt: "2026-03-01T16:00:00.000Z",
      channelStatus: "paid",
      total: usd(6270),
      tax: usd(270),
      shipping: usd(500),
      discount: usd(500),
      customer: { name: "Ada Example", externalId: "77" },
      warnings: [],
    });
    expect(draft.lines.map(({ externalLineId, unitPrice }) => [externalLineId, unitPrice])).toEqual([
      ["11", usd(2000)],
      ["12", usd(2000)],
    ]);
    expect(draft.lines[1]).not.toHaveProperty("sku");
    expect(draft.shippingAddress).not.toHaveProperty("street2");
  });

  test.each(combinations)("that is %s and %j, cancelled at %s, has the one status that follows", (...words) => {
    const [financial_status, fulfilment, cancelled_at] = words;
    const order = shopifyOrder({ financial_status, fulfillment_status: fulfilment || null, cancelled_at });
    const draft = draftOf("shopify", order);
    const status = expected(financial_status, fulfilment, cancelled_at !== null);
    expect(draft).toMatchObject({ status, isStatusKnown: true });
    const said = [financial_status, fulfilment, cancelled_at && "cancelled"].filter(Boolean);
    expect(draft.channelStatus).toBe(said.join(" / "));
  });

  test.each([
    ["something_new", null, "pending"],
    ["paid", "something_new", "pending"],
    ["something_new", "fulfilled", "fulfilled"],
    [null, null, "pending"],
  ])(
    "that is %s and %s, of which one is not known, is %s and says so",
    (financial_status, fulfillment_status, status) => {
      const draft = draftOf("shopify", shopifyOrder({ financial_status, fulfillment_status }));
      expect(draft).toMatchObject({ status, isStatusKnown: false });
      expect(codesOf(draft.warnings)).toEqual(["UNKNOWN_STATUS"]);
    },
  );

  test("with taxes in its prices does not add them again", () => {
    const order = shopifyOrder({ taxes_included: true, total_price: "60.00" });
    expect(draftOf("shopify", order).warnings).toEqual([]);
    expect(codesOf(draftOf("shopify", shopifyOrder({ total_price: "60.00" })).warnings)).toEqual(["TOTAL_DIFFERS"]);
  });

  test("whose lines come to more than its total, or to less than it says, tells so and is taken", () => {
    const [line] = shopifyOrder().line_items;
    const line_items = Array.from({ length: 3 }, () => line);
    expect(codesOf(draftOf("shopify", shopifyOrder({ line_items })).warnings)).toEqual(["LINES_EXCEED_TOTAL"]);
    expect(codesOf(draftOf("shopify", shopifyOrder({ line_items: [line] })).warnings)).toEqual([
      "LINES_BELOW_SUBTOTAL",
    ]);
  });

  test("counts what was refunded, not what was only tried", () => {
    const transactions = [
      { kind: "refund", status: "success", amount: "10.00", currency: "USD" },
      { kind: "refund", status: "failure", amount: "20.00", currency: "USD" },
      { kind: "void", status: "success", amount: "30.00", currency: "USD" },
    ];
    const refunds = [{ transactions }, { transactions: [{ kind: "refund", status: "success", amount: "0.05" }] }];
    expect(draftOf("shopify", shopifyOrder({ refunds })).refunded).toEqual(usd(1005));
  });

  test("carries the tracking of what went out, each number with its address, and tells of what did not", () => {
    const fulfillments = [
      {
        status: "success",
        tracking_company: "UPS",
        tracking_numbers: ["A1", "A2"],
        tracking_urls: ["https://carrier.example/A1", "https://carrier.example/A2"],
      },
      { status: "success", tracking_company: null, tracking_number: "B1", tracking_url: null },
      { status: "cancelled", tracking_number: "C1" },
    ];
    const draft = draftOf("shopify", shopifyOrder({ fulfillments }));
    expect(draft.tracking).toEqual([
      { carrier: "UPS", number: "A1", url: "https://carrier.example/A1" },
      { carrier: "UPS", number: "A2", url: "https://carrier.example/A2" },
      { number: "B1" },
    ]);
    expect(codesOf(draft.warnings)).toEqual(["FULFILMENT_FAILED"]);
  });

  test("says when it is a trial and when units were taken off", () => {
    const order = shopifyOrder({ test: true });
    const [first, second] = order.line_items;
    const draft = draftOf("shopify", { ...order, line_items: [{ ...first, current_quantity: 1 }, second] });
    expect(codesOf(draft.warnings)).toEqual(["TEST_ORDER", "UNITS_REMOVED"]);
    expect(draft.lines[0]?.quantity).toBe(2);
  });

  test.each([
    [{ id: null }, "id"],
    [{ currency: null }, "currency"],
    [{ line_items: undefined }, "line_items"],
    [{ line_items: [] }, "line_items"],
    [{ line_items: [{ quantity: -1, price: "1" }] }, "line_items.0.quantity"],
    [{ line_items: [{ quantity: 1, price: "1.234" }] }, "line_items.0.price"],
    [{ total_price: null }, "total_price"],
    [{ total_tax: "none" }, "total_tax"],
    [{ processed_at: null, created_at: null, updated_at: null }, "created_at"],
  ])("with %j is refused at %s", (fields, path) => {
    expect(faultsOf("shopify", shopifyOrder(fields)).map((fault) => fault.path)).toContain(path);
  });
});
