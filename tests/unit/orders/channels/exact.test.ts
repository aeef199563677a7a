import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { readInstant } from "../../../../core/orders/channels/instant.ts";
import { normalizeStyleCode } from "../../../../core/orders/channels/index.ts";
import { formatAmount } from "../../../../core/platform/money.ts";
import { aliasOrder, draftOf, ebayOrder, shopifyOrder, stockxOrder } from "./payloads.ts";

const CURRENCIES = "AUD CAD CHF EUR GBP HKD JPY KRW MXN NZD SGD USD".split(" ");
const money = fc.record({
  minor: fc.integer({ min: 0, max: 2 ** 48 }),
  currency: fc.constantFrom(...CURRENCIES),
});

describe("an amount", () => {
  test("of StockX comes out as it went in, in every currency it sells in, with any zeros behind it", () => {
    fc.assert(
      fc.property(money, fc.integer({ min: 0, max: 4 }), ({ minor, currency }, zeros) => {
        const text = formatAmount({ minor, currency });
        const amount = zeros === 0 ? text : `${text.includes(".") ? text : `${text}.`}${"0".repeat(zeros)}`;
        const draft = draftOf("stockx", stockxOrder({ amount, currencyCode: currency, payout: null }));
        expect(draft.total).toEqual({ minor, currency });
        expect(draft.lines[0]?.unitPrice).toEqual({ minor, currency });
      }),
    );
  });

  test("of eBay comes out as it went in", () => {
    fc.assert(
      fc.property(money, ({ minor, currency }) => {
        const amount = { value: formatAmount({ minor, currency }), currency };
        const lineItems = [{ lineItemId: "1", quantity: 1, lineItemCost: amount }];
        const draft = draftOf("ebay", ebayOrder({ lineItems, pricingSummary: { total: amount } }));
        expect(draft).toMatchObject({ currency, total: { minor, currency }, lines: [{ total: { minor, currency } }] });
      }),
    );
  });

  test("of Alias comes out as it went in, as number and as text", () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 48 }), fc.boolean(), (cents, asText) => {
        const price_cents = asText ? String(cents) : cents;
        const draft = draftOf("alias", aliasOrder({ price_cents, price_cents_after_take: 0 }));
        expect(draft.total).toEqual({ minor: cents, currency: "USD" });
        expect(draft.fees).toEqual([{ kind: "take", amount: { minor: cents, currency: "USD" } }]);
      }),
    );
  });

  test("of Shopify comes out as it went in, and the lines' amounts are the goods'", () => {
    const line = fc.record({ minor: fc.integer({ min: 0, max: 10 ** 9 }), quantity: fc.integer({ min: 1, max: 99 }) });
    fc.assert(
      fc.property(fc.array(line, { minLength: 1, maxLength: 5 }), fc.constantFrom(...CURRENCIES), (lines, currency) => {
        const goods = lines.reduce((sum, { minor, quantity }) => sum + minor * quantity, 0);
        const none = formatAmount({ minor: 0, currency });
        const order = shopifyOrder({
          currency,
          line_items: lines.map(({ minor, quantity }) => ({ quantity, price: formatAmount({ minor, currency }) })),
          total_price: formatAmount({ minor: goods, currency }),
          total_line_items_price: formatAmount({ minor: goods, currency }),
          total_tax: none,
          total_discounts: none,
          total_shipping_price_set: null,
          shipping_lines: [],
        });
        const draft = draftOf("shopify", order);
        expect(draft.total?.minor).toBe(goods);
        expect(draft.lines.map(({ unitPrice }) => unitPrice?.minor)).toEqual(lines.map(({ minor }) => minor));
        expect(draft.warnings).toEqual([]);
      }),
    );
  });
});

describe("a style code", () => {
  test.each([["DD1391-100"], ["DD1391 100"], ["dd1391100"], [" DD1391–100 "], ["DD1391_100"], ["ＤＤ1391-100"]])(
    "written %s is one style",
    (text) => {
      expect(normalizeStyleCode(text)).toBe("DD1391100");
    },
  );

  test("stays apart from another, and from two in one", () => {
    expect(normalizeStyleCode("DD1391-101")).not.toBe(normalizeStyleCode("DD1391-100"));
    expect(normalizeStyleCode("AA1/BB2")).toBe("AA1/BB2");
    expect(normalizeStyleCode(" - ")).toBeUndefined();
  });

  test("is the same when it is normalised again", () => {
    fc.assert(
      fc.property(fc.string({ unit: "grapheme" }), (text) => {
        const once = normalizeStyleCode(text);
        expect(once && normalizeStyleCode(once)).toBe(once);
      }),
    );
  });
});

describe("a time", () => {
  test.each([
    ["2026-03-01T10:00:00-05:00", "2026-03-01T15:00:00.000Z"],
    ["2026-03-01T10:00:00.123Z", "2026-03-01T10:00:00.123Z"],
    ["2026-03-01 10:00:00+0000", "2026-03-01T10:00:00.000Z"],
    ["2026-03-01T10:00:00", undefined],
    ["2026-02-30T10:00:00Z", undefined],
    ["1 March 2026", undefined],
    ["", undefined],
  ])("written %s is %s", (text, instant) => {
    expect(readInstant(text)).toBe(instant);
  });

  test("that cannot be read is left out and told, and the order is taken", () => {
    const draft = draftOf("stockx", stockxOrder({ updatedAt: "lately" }));
    expect(draft).not.toHaveProperty("updatedAt");
    expect(draft.warnings).toMatchObject([{ path: "updatedAt", code: "INVALID_TIME" }]);
  });
});
