import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { offerOf } from "../../../core/sourcing/check.ts";
import { byRank } from "../../../core/sourcing/rank.ts";
import { scoreOf } from "../../../core/sourcing/score.ts";
import { COMPONENTS, SourcingSettingsSchema } from "../../../core/sourcing/settings.ts";
import { offer, scored, sourceProduct } from "../../support/offers.ts";

const settings = SourcingSettingsSchema.parse({});
const origin = { accountId: "acc_1", provider: "demo", name: "Demo" };

describe("an offer is dropped", () => {
  test.each([
    ["titleMissing", { name: "" }],
    ["titleTooShort", { name: "Lamp" }],
    ["titleTooLong", { name: "Lamp ".repeat(101) }],
    ["priceNotPositive", { cost: { minor: 0, currency: "USD" } }],
    ["addressUnusable", { url: "" }],
    ["imageMissing", { images: [] }],
    ["unavailable", { isAvailable: false }],
  ])("as %s", (reason, changes) => {
    expect(offerOf(origin, sourceProduct(changes), { ...settings, requireImage: true })).toBe(reason);
  });

  test("as priceMissing where there is no price, and not for having no address", () => {
    const { cost: _cost, ...unpriced } = sourceProduct();
    const { url: _url, ...nowhere } = sourceProduct();
    expect(offerOf(origin, unpriced, settings)).toBe("priceMissing");
    expect(offerOf(origin, nowhere, settings)).toMatchObject({ origin });
  });

  test("but not for a picture, unless the settings ask for one", () => {
    const taken = offerOf(origin, sourceProduct({ images: [] }), settings);
    expect(taken).toMatchObject({ product: { images: [] } });
  });
});

describe("the score", () => {
  const weights = fc.record(
    Object.fromEntries(COMPONENTS.map((name) => [name, fc.double({ min: 0.001, max: 1_000, noNaN: true })])) as Record<
      (typeof COMPONENTS)[number],
      fc.Arbitrary<number>
    >,
  );

  test("is between 0 and 1, and the sum of what each part contributes", () => {
    const signals = fc.record(
      {
        rating: fc.double({ min: 0, max: 1, noNaN: true }),
        sales: fc.nat(),
        commission: fc.double({ min: 0, max: 1, noNaN: true }),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(weights, signals, fc.string(), (given, told, name) => {
        const { score, explain } = scoreOf(offer({ signals: told, name }), given);
        const sum = explain.reduce((steps, { contribution }) => steps + Math.round(contribution * 10_000), 0);
        expect(Math.round(score * 10_000)).toBe(sum);
        expect(score).toBeGreaterThanOrEqual(0);
        expect(score).toBeLessThanOrEqual(1);
      }),
    );
  });

  test("rises with the rating, the sales and the pictures, and says why", () => {
    const poor = scoreOf(offer({ signals: { rating: 0.2, sales: 1 } }), settings.weights);
    const good = scoreOf(
      offer({
        signals: { rating: 0.98, sales: 5_000 },
        images: [1, 2, 3, 4].map((n) => `https://a.demo.invalid/${n}`),
      }),
      settings.weights,
    );
    expect(good.score).toBeGreaterThan(poor.score);
    expect(good.explain).toContainEqual(expect.objectContaining({ component: "rating", reason: "rated 98 %" }));
  });

  test("does not believe a discount of more than nine tenths", () => {
    const { explain } = scoreOf(offer({ price: { minor: 150_000, currency: "USD" } }), settings.weights);
    expect(explain).toContainEqual(expect.objectContaining({ component: "price", value: 0.2 }));
  });

  test("counts what has no weight for nothing", () => {
    const only = { ...Object.fromEntries(COMPONENTS.map((name) => [name, 0])), rating: 3 } as typeof settings.weights;
    expect(scoreOf(offer({ signals: { rating: 0.7 } }), only).score).toBe(0.7);
  });
});

test("the better come first, of equals the cheaper, and amounts in the currency asked for before others", () => {
  const dear = scored(0.5, { externalId: "dear", cost: { minor: 900, currency: "USD" } });
  const cheap = scored(0.5, { externalId: "cheap", cost: { minor: 100, currency: "USD" } });
  const foreign = scored(0.5, { externalId: "foreign", cost: { minor: 1, currency: "KRW" } });
  const best = scored(0.9, { externalId: "best", cost: { minor: 9_000, currency: "KRW" } });
  const order = [foreign, dear, best, cheap].toSorted(byRank("USD"));
  expect(order.map(({ offer: { product } }) => product.externalId)).toEqual(["best", "cheap", "dear", "foreign"]);
});

test("settings are kept to the ten-thousandth: finer than that a store may not hold them", () => {
  const { minQuality, weights } = SourcingSettingsSchema.parse({ minQuality: 1e-300, weights: { title: 0.123456 } });
  expect([minQuality, weights.title]).toEqual([0, 0.1235]);
});

test("weights that are all nothing, and thresholds out of range, are refused", () => {
  const nothing = Object.fromEntries(COMPONENTS.map((name) => [name, 0]));
  expect(SourcingSettingsSchema.safeParse({ weights: nothing }).success).toBe(false);
  expect(SourcingSettingsSchema.safeParse({ similarity: 0.2 }).success).toBe(false);
  expect(SourcingSettingsSchema.safeParse({ minQuality: 2 }).success).toBe(false);
});
