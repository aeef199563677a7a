import { describe, expect, test } from "vitest";
import { STOCKX_STATUSES } from "../../../../core/orders/channels/stockx.ts";
import { formatAmount } from "../../../../core/platform/money.ts";
import { at, codesOf, draftOf, faultsOf, stockxOrder } from "./payloads.ts";

const DOCUMENTED =
  "CREATED CCAUTHORIZATIONFAILED SHIPPED RECEIVED AUTHENTICATING AUTHENTICATED PAYOUTPENDING PAYOUTCOMPLETED SYSTEMFULFILLED PAYOUTFAILED SUSPENDED PENDING DONOTSHIP AUTHFAILED DIDNOTSHIP CANCELED COMPLETED RETURNED".split(
    " ",
  );

const usd = (minor: number) => ({ minor, currency: "USD" });

describe("an order of StockX", () => {
  test("loses nothing of what is read: each field stands in the draft as it came", () => {
    const order = stockxOrder();
    const draft = draftOf("stockx", order);
    const same: [string, string][] = [
      ["orderNumber", "externalId"],
      ["status", "channelStatus"],
      ["createdAt", "placedAt"],
      ["updatedAt", "updatedAt"],
      ["currencyCode", "currency"],
      ["product.productName", "lines.0.title"],
      ["variant.variantValue", "lines.0.size"],
      ["shipment.shipByDate", "shipByDate"],
      ["shipment.trackingNumber", "tracking.0.number"],
      ["shipment.carrierCode", "tracking.0.carrier"],
      ["shipment.trackingUrl", "tracking.0.url"],
    ];
    for (const [theirs, ours] of same) expect(at(draft, ours), theirs).toBe(at(order, theirs));
    expect(draft.lines).toHaveLength(1);
    expect(draft.lines[0]).toMatchObject({
      styleCode: "ZZ0001100",
      quantity: 1,
      unitPrice: usd(25_000),
      total: usd(25_000),
    });
    expect(draft.total).toEqual(usd(25_000));
    expect(draft.warnings).toEqual([]);
  });

  test("has as fees what StockX takes off, so that price less fees is the payout", () => {
    const { fees = [], payout, total } = draftOf("stockx", stockxOrder());
    expect(fees).toEqual([
      { kind: "Transaction Fee", amount: usd(2250) },
      { kind: "Payment Proc. (3%)", amount: usd(750) },
      { kind: "Shipping", amount: usd(250) },
    ]);
    expect(payout).toEqual(usd((total?.minor ?? 0) - fees.reduce((sum, { amount }) => sum + amount.minor, 0)));
  });

  test("has every documented status, active and of history", () => {
    expect(Object.keys(STOCKX_STATUSES).toSorted()).toEqual(DOCUMENTED.toSorted());
  });

  test.each(Object.entries(STOCKX_STATUSES))("in %s is known and keeps its word", (word, { status, attention }) => {
    const draft = draftOf("stockx", stockxOrder({ status: word }));
    expect(draft).toMatchObject({ status, channelStatus: word, isStatusKnown: true });
    expect(draft.warnings.map(({ message }) => message)).toEqual(attention ? [attention] : []);
  });

  test.each([["UNKNOWN"], ["SOMETHINGNEW"], ["constructor"], ["__proto__"]])(
    "in %s, which is not known, is kept, shown and not shipped",
    (word) => {
      const draft = draftOf("stockx", stockxOrder({ status: word }));
      expect(draft).toMatchObject({ status: "pending", channelStatus: word, isStatusKnown: false });
      expect(codesOf(draft.warnings)).toEqual(["UNKNOWN_STATUS"]);
    },
  );

  test("without a status is pending", () => {
    const draft = draftOf("stockx", stockxOrder({ status: null }));
    expect(draft).toMatchObject({ status: "pending", isStatusKnown: false });
    expect(draft).not.toHaveProperty("channelStatus");
  });

  test("without a currency is in the payout's, else in StockX's default, and says so", () => {
    const inYen = { totalPayout: "20000", currencyCode: "JPY", adjustments: [] };
    const yen = draftOf("stockx", stockxOrder({ amount: "25000", currencyCode: null, payout: inYen }));
    expect(yen).toMatchObject({ currency: "JPY", total: { minor: 25_000, currency: "JPY" } });
    expect(codesOf(yen.warnings)).toEqual(["CURRENCY_ASSUMED"]);
    const dollars = draftOf("stockx", stockxOrder({ currencyCode: null, payout: null }));
    expect(dollars).toMatchObject({ currency: "USD", total: usd(25_000) });
    expect(codesOf(dollars.warnings)).toEqual(["CURRENCY_ASSUMED"]);
  });

  test.each([
    ["76", 7600],
    ["76.0000", 7600],
    ["0.5", 50],
    [76.15, 7615],
  ])("of %s is that amount exactly", (amount, minor) => {
    expect(draftOf("stockx", stockxOrder({ amount, payout: null })).total).toEqual(usd(minor));
  });

  test.each([
    ["PRICE_DIFFERS", { salePrice: "249" }],
    ["FEES_DIFFER", { totalAdjustments: "-32.49" }],
    ["PAYOUT_DIFFERS", { totalPayout: "218.00" }],
  ])("whose payout does not agree says %s and is taken", (code, change) => {
    const order = stockxOrder();
    const draft = draftOf("stockx", { ...order, payout: { ...order.payout, ...change } });
    expect(codesOf(draft.warnings)).toContain(code);
    expect(draft.payout && formatAmount(draft.payout)).toBe(at({ ...order.payout, ...change }, "totalPayout"));
  });

  test("with the documented nulls, and without what only its own answer has, is taken", () => {
    const bare = {
      orderNumber: "06-MADEUP0003",
      amount: "100",
      currencyCode: "KRW",
      status: "COMPLETED",
      createdAt: "2026-03-01T10:00:00.000Z",
      updatedAt: null,
      product: { productId: "p", productName: null, styleId: null },
      variant: { variantId: "v", variantName: "x", variantValue: null },
      payout: { adjustments: [{ adjustmentType: "Bonus", amount: "5" }] },
      condition: null,
      somethingNew: { deep: [1] },
    };
    const draft = draftOf("stockx", bare);
    expect(draft.lines).toEqual([
      {
        platformSku: "v",
        quantity: 1,
        unitPrice: { minor: 100, currency: "KRW" },
        total: { minor: 100, currency: "KRW" },
      },
    ]);
    expect(draft.fees).toEqual([{ kind: "Bonus", amount: { minor: -5, currency: "KRW" } }]);
  });

  test("without a creation time is placed when it was last changed, and says so; without either it is refused", () => {
    const draft = draftOf("stockx", stockxOrder({ createdAt: null }));
    expect(draft.placedAt).toBe("2026-03-02T11:30:00.000Z");
    expect(codesOf(draft.warnings)).toEqual(["TIME_MISSING"]);
    expect(faultsOf("stockx", stockxOrder({ createdAt: null, updatedAt: null }))).toMatchObject([
      { path: "createdAt", code: "TIME_MISSING" },
    ]);
  });

  test.each([
    [{ orderNumber: undefined }, "orderNumber"],
    [{ orderNumber: " " }, "orderNumber"],
    [{ orderNumber: 2 ** 53 }, "orderNumber"],
    [{ amount: null }, "amount"],
    [{ amount: "1,250.00" }, "amount"],
    [{ amount: "12.345" }, "amount"],
    [{ amount: "-1" }, "amount"],
    [{ amount: "9".repeat(30) }, "amount"],
    [{ amount: 0.1 + 0.2 }, "amount"],
    [{ currencyCode: "XXY" }, "amount"],
    [{ payout: { totalPayout: "x" } }, "payout.totalPayout"],
    [{ payout: { adjustments: [{ amount: null }] } }, "payout.adjustments.0.amount"],
    [{ product: "a shoe" }, "product"],
  ])("with %j is refused at %s", (fields, path) => {
    expect(faultsOf("stockx", stockxOrder(fields)).map((fault) => fault.path)).toContain(path);
  });
});
