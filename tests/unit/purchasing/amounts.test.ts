import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { PlacedPurchase, PurchaseStatus } from "../../../core/connectors/index.ts";
import { charged, costOfArrival, expectedGoods, whyTooHigh, withTolerance } from "../../../core/purchasing/amounts.ts";
import { told } from "../../../core/purchasing/news.ts";
import { lineOf, NOW, purchaseOf } from "./purchases.ts";

const amount = fc.integer({ min: 0, max: 10_000_000_000 });
const units = fc.integer({ min: 1, max: 10_000 });
const krw = (minor: number) => ({ minor, currency: "KRW" });

describe("amounts of a purchase", () => {
  test("that a supplier charges are shared among its lines to the minor unit, however it splits them", () => {
    const line = fc.record({ quantity: units, unitCostMinor: amount });
    const orders = fc.array(
      fc.record({ lines: fc.array(line, { minLength: 1, maxLength: 6 }), goods: amount, shipping: amount }),
      {
        minLength: 1,
        maxLength: 5,
      },
    );
    fc.assert(
      fc.property(orders, (given) => {
        let next = 0;
        const split = given.map((one) => ({ ...one, lines: one.lines.map((each) => lineOf(String(++next), each)) }));
        const order = purchaseOf({ lines: split.flatMap(({ lines }) => lines) });
        const found = split.map(
          ({ lines, goods, shipping }, index): PlacedPurchase => ({
            externalId: `F-${index}`,
            status: "placed",
            externalStatus: "placed",
            lineIds: lines.map(({ id }) => id),
            goods: krw(goods),
            shipping: krw(shipping),
            shipments: [],
          }),
        );
        const news = told(order, found, NOW);
        const paid = news.lines.reduce((sum, { paidMinor = 0 }) => sum + paidMinor, 0);
        const goods = given.reduce((sum, one) => sum + one.goods, 0);
        const shipping = given.reduce((sum, one) => sum + one.shipping, 0);
        expect(paid).toBe(goods);
        expect(news.lines.every(({ paidMinor = 0 }) => paidMinor >= 0)).toBe(true);
        expect(charged(news)).toEqual({ goods, shipping });
      }),
    );
  });

  test("that goods cost as they come sum to what was paid for the line, whatever the parts they come in", () => {
    fc.assert(
      fc.property(
        amount,
        fc.array(units, { minLength: 1, maxLength: 12 }),
        fc.integer({ min: 0, max: 50 }),
        (paid, parts, extra) => {
          const quantity = parts.reduce((sum, part) => sum + part, 0);
          let before = 0;
          let cost = 0;
          for (const arriving of [...parts, extra]) {
            const each = costOfArrival({ paid, quantity }, { before, arriving });
            expect(each).toBeGreaterThanOrEqual(0);
            cost += each;
            before += arriving;
          }
          expect(cost).toBe(paid);
        },
      ),
    );
  });

  test("may exceed what is expected by the tolerance, rounded down to the minor unit, and by nothing more", () => {
    expect(withTolerance(6_001, "0.05")).toBe(6_301);
    expect(withTolerance(1_999, "0")).toBe(1_999);
    fc.assert(
      fc.property(amount, amount, fc.integer({ min: 0, max: 1_000 }), (expected, goodsMinor, permille) => {
        const tolerance = `0.${String(permille).padStart(4, "0")}`;
        const order = purchaseOf({ tolerance });
        const isTooHigh = whyTooHigh(order, expected, { goodsMinor, shippingMinor: 0 }) !== undefined;
        expect(isTooHigh).toBe(BigInt(goodsMinor) * 10_000n > BigInt(expected) * BigInt(10_000 + permille));
      }),
    );
  });

  test("beyond a ceiling that somebody set are refused, whatever is expected", () => {
    const order = purchaseOf({ upToMinor: 9_000, shippingMinor: 0 });
    expect(whyTooHigh(order, 1, { goodsMinor: 6_500, shippingMinor: 2_500 })).toBeUndefined();
    expect(whyTooHigh(order, 1_000_000, { goodsMinor: 6_501, shippingMinor: 2_500 })).toMatchObject({
      code: "QUOTE_TOO_HIGH",
      message: "It would cost 9001 KRW, and may cost 9000 KRW in all",
    });
  });

  test("out of range are refused", () => {
    const line = lineOf("1", { quantity: 1_000_000, unitCostMinor: Number.MAX_SAFE_INTEGER });
    expect(() => expectedGoods(purchaseOf({ lines: [line] }))).toThrow("out of range");
  });
});

describe("news of a supplier", () => {
  const STATUSES: PurchaseStatus[] = ["placed", "paid", "preparing", "shipped", "cancelled", "refunded", "unknown"];
  const news = (status: PurchaseStatus): PlacedPurchase => ({
    externalId: "F-1",
    status,
    externalStatus: status,
    lineIds: ["1", "2"],
    shipments: [],
  });

  test("that comes late or twice undoes nothing: what has left or is cancelled stays so", () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...STATUSES), { minLength: 1, maxLength: 12 }), (statuses) => {
        let order = purchaseOf();
        let [hasLeft, isGone] = [false, false];
        for (const status of statuses) {
          const { attention: _attention, ...after } = told(order, [news(status)], NOW);
          order = { ...order, ...after };
          const [part] = order.parts;
          expect(part?.externalStatus).toBe(status);
          isGone ||= status === "cancelled" || status === "refunded";
          hasLeft ||= status === "shipped" && !isGone;
          if (isGone) expect(["cancelled", "refunded"]).toContain(part?.status);
          else if (hasLeft) expect(part?.status).toBe("shipped");
          expect(told(order, [news(status)], NOW + 1)).toMatchObject({ parts: order.parts, lines: order.lines });
        }
      }),
    );
  });

  test("of a word that nobody knows leaves what it was, and keeps the word", () => {
    const order = purchaseOf({ parts: told(purchaseOf(), [news("shipped")], NOW).parts });
    expect(told(order, [news("unknown")], NOW).parts).toMatchObject([{ status: "shipped", externalStatus: "unknown" }]);
  });

  test("in another currency is charged to no line, and is for a person to see", () => {
    const goods = { minor: 900, currency: "USD" };
    const after = told(purchaseOf(), [{ ...news("paid"), goods }], NOW);
    expect(after).toMatchObject({ attention: { code: "OTHER_CURRENCY" } });
    expect(after.lines.every(({ paidMinor }) => paidMinor === undefined)).toBe(true);
  });

  test("that charges more than was quoted is for a person to see", () => {
    const quote = { goodsMinor: 6_000, shippingMinor: 2_500, parts: 1, at: new Date(NOW).toISOString() };
    const after = told(purchaseOf({ quote }), [{ ...news("paid"), goods: krw(6_001), shipping: krw(2_500) }], NOW);
    expect(after.attention?.code).toBe("PAID_MORE");
  });
});
