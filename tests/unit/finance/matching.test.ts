import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Identity, identify, keysToAsk, keysUnder } from "../../../core/finance/matching/identity.ts";
import { judge } from "../../../core/finance/matching/judge.ts";
import { matchIdOf } from "../../../core/finance/matching/match.ts";
import { type Candidate, planMatches } from "../../../core/finance/matching/plan.ts";
import { sizeKey } from "../../../core/finance/matching/size-key.ts";
import { similarity, wordsOf } from "../../../core/finance/matching/title.ts";
import type { ItemFacts } from "../../../core/finance/index.ts";
import { readSize } from "../../../core/catalog/size.ts";

const sizes = (text: string) => [sizeKey(readSize(text))];
const of = (item: ItemFacts): Identity => identify(item, sizes);
const sold = (item: ItemFacts, at = "2026-11-20T00:00:00.000Z") => ({ identity: of(item), at });
const bought = (item: ItemFacts, at = "2026-10-01T00:00:00.000Z") => ({ identity: of(item), at });

describe("what goods are", () => {
  test.each(["DD1391-100", "DD1391 100", "dd1391100", " dd1391–100 "])(
    "the style code %s is DD1391100",
    (styleCode) => {
      expect(of({ styleCode }).styles).toEqual(["DD1391100"]);
    },
  );

  test.each([
    ["US 10", "10"],
    ["10", "10"],
    ["10.0", "10"],
    ["US 9½", "9.5"],
    ["UK 9", "UK9"],
    ["EU 44", "EU44"],
    ["44", "EU44"],
    ["270", "MM270"],
    ["KR 270", "MM270"],
    ["270mm", "MM270"],
    ["JP 27", "MM270"],
    ["JP 27.5", "MM275"],
    ["8.5W", "8.5W"],
    ["xl", "XL"],
  ])("the size %s is compared as %s", (text, key) => {
    expect(sizes(text)).toEqual([key]);
  });

  test("two codes of one product are both its own, and what is no GTIN is none", () => {
    expect(of({ styleCode: "555088-001/DD1391-100", gtin: "123" })).toEqual({
      styles: ["555088001", "DD1391100"],
      sizes: [],
    });
  });

  test("a purchase stands where a sale of the same goods looks", () => {
    const facts: ItemFacts = {
      gtin: "0194817794556",
      sku: "a-1",
      styleCode: "DD1391-100",
      size: "10",
      title: "Nike Dunk Low Panda",
    };
    for (const part of [
      { gtin: facts.gtin },
      { sku: facts.sku },
      { styleCode: facts.styleCode, size: "US 10" },
      { title: facts.title },
    ]) {
      const item = Object.fromEntries(Object.entries(part).filter(([, value]) => value !== undefined)) as ItemFacts;
      const asked = new Set(keysToAsk(of(item)).flat());
      expect(
        keysUnder(of(facts)).some((key) => asked.has(key)),
        JSON.stringify(part),
      ).toBe(true);
    }
    expect(keysUnder(of(facts)).length).toBeLessThanOrEqual(22);
  });

  test("a line and a purchase have one match id, in the form of every id", () => {
    expect(matchIdOf("ord_1", "oln_1", "pur_1")).toMatch(/^mat_[0-9A-Z]{26}$/);
    expect(matchIdOf("ord_1", "oln_1", "pur_1")).toBe(matchIdOf("ord_1", "oln_1", "pur_1"));
    expect(matchIdOf("ord_1", "oln_1", "pur_2")).not.toBe(matchIdOf("ord_1", "oln_1", "pur_1"));
  });
});

describe("whether a sale and a purchase are of the same goods", () => {
  const GTIN = "0194817794556";

  test.each<[string, ItemFacts, ItemFacts, object | undefined]>([
    [
      "the same GTIN, written with and without zeros",
      { gtin: GTIN },
      { gtin: "194817794556" },
      { method: "gtin", isSure: true },
    ],
    ["another GTIN, whatever else agrees", { gtin: GTIN, sku: "A" }, { gtin: "4006381333931", sku: "A" }, undefined],
    ["the same SKU", { sku: "mouse-1" }, { sku: "MOUSE-1" }, { method: "sku", isSure: true }],
    [
      "the same SKU in another size",
      { sku: "A", size: "10" },
      { sku: "A", size: "11" },
      { method: "sku", isSure: false },
    ],
    [
      "style and size",
      { styleCode: "DD1391-100", size: "10" },
      { styleCode: "dd1391 100", size: "US 10" },
      { method: "styleAndSize", isSure: true, score: 100 },
    ],
    [
      "the style in another size",
      { styleCode: "DD1391-100", size: "10", title: "x" },
      { styleCode: "DD1391-100", size: "UK 10", title: "x" },
      undefined,
    ],
    [
      "the style, and only one has a size",
      { styleCode: "DD1391-100", size: "10" },
      { styleCode: "DD1391-100" },
      { method: "style", isSure: false },
    ],
    [
      "the style, and neither has a size",
      { styleCode: "DD1391-100" },
      { styleCode: "DD1391-100" },
      { method: "style", isSure: true },
    ],
    [
      "another style under one title",
      { styleCode: "A1", title: "Dunk Low" },
      { styleCode: "A2", title: "Dunk Low" },
      undefined,
    ],
    [
      "one title",
      { title: "Nike Dunk Low Panda", size: "10" },
      { title: "NIKE dunk low panda", size: "10" },
      { method: "title", isSure: true, score: 100 },
    ],
    [
      "one title, and only one has a size",
      { title: "Nike Dunk Low Panda", size: "10" },
      { title: "Nike Dunk Low Panda" },
      { method: "title", isSure: false },
    ],
    [
      "titles that are much alike",
      { title: "Nike Dunk Low Retro Panda" },
      { title: "Nike Dunk Low Panda 2021" },
      { method: "title", isSure: false },
    ],
    [
      "titles that differ by one word",
      { title: "Nike Dunk Low Retro Panda" },
      { title: "Nike Dunk Low Retro Panda GS" },
      { method: "title", isSure: false },
    ],
    ["titles that are a little alike", { title: "Nike Dunk Low Panda" }, { title: "Nike Air Force 1" }, undefined],
    ["nothing to compare", {}, {}, undefined],
  ])("%s", (_name, sale, purchase, expected) => {
    const found = judge(sold(sale), bought(purchase));
    if (expected === undefined) expect(found).toBeUndefined();
    else expect(found).toMatchObject(expected);
  });

  test("what was bought after it was sold is never sure", () => {
    const late = bought({ sku: "A" }, "2026-11-21T00:00:00.000Z");
    expect(judge(sold({ sku: "A" }), late)).toMatchObject({
      isSure: false,
      reason: expect.stringContaining("bought after"),
    });
  });
});

describe("the likeness of titles", () => {
  test("is the same whichever is first, 100 for the same words and 0 for none in common", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: "grapheme", maxLength: 60 }),
        fc.string({ unit: "grapheme", maxLength: 60 }),
        (a, b) => {
          expect(similarity(a, b)).toBe(similarity(b, a));
          if (wordsOf(a).length > 0) expect(similarity(a, a)).toBe(100);
        },
      ),
    );
    expect(similarity("aaa", "zzz")).toBe(0);
    expect(similarity("", "")).toBe(0);
  });

  test("works where words are not spaced", () => {
    expect(similarity("ナイキ ダンク ロー パンダ", "ナイキダンクローパンダ")).toBeGreaterThan(60);
  });
});

describe("the plan of a sold line", () => {
  const candidate = (purchaseId: string, remaining: number, item: ItemFacts, at: string): Candidate => ({
    purchaseId,
    remaining,
    ...bought(item, at),
  });

  test("takes by the surest method first, within it what was bought first, and never more than is left", () => {
    const plan = planMatches(sold({ sku: "A", gtin: "0194817794556" }), 5, [
      candidate("late", 9, { sku: "A" }, "2026-03-01"),
      candidate("early", 2, { sku: "A" }, "2026-01-01"),
      candidate("gtin", 1, { gtin: "0194817794556" }, "2026-10-01"),
    ]);
    expect(plan.sure.map(({ purchaseId, quantity }) => [purchaseId, quantity])).toEqual([
      ["gtin", 1],
      ["early", 2],
      ["late", 2],
    ]);
    expect(plan.proposals).toEqual([]);
  });

  test("proposes at most three, the likeliest first, for what is left open", () => {
    const titles = ["Nike Dunk Low Retro", "Nike Dunk Low Panda B", "Nike Dunk Low", "Nike Dunk Low Panda C D"];
    const plan = planMatches(
      sold({ title: "Nike Dunk Low Panda" }),
      1,
      titles.map((title, index) => candidate(`p${index}`, 1, { title, size: "10" }, "2026-01-01")),
    );
    expect(plan.sure).toEqual([]);
    expect(plan.proposals).toHaveLength(3);
    expect(plan.proposals.map(({ score }) => score)).toEqual(
      plan.proposals.map(({ score }) => score).toSorted((a, b) => b - a),
    );
  });

  test("never gives more than is open or left, and is the same whatever order the purchases come in", () => {
    const purchases = fc.uniqueArray(
      fc.record({
        id: fc.nat({ max: 50 }),
        remaining: fc.nat({ max: 5 }),
        day: fc.integer({ min: 10, max: 28 }),
        sku: fc.constantFrom("A", "B"),
      }),
      { selector: ({ id }) => id, maxLength: 12 },
    );
    fc.assert(
      fc.property(purchases, fc.nat({ max: 20 }), (found, open) => {
        const all = found.map(({ id, remaining, day, sku }) =>
          candidate(`p${id}`, remaining, { sku }, `2026-01-${day}`),
        );
        const plan = planMatches(sold({ sku: "A" }), open, all);
        expect(planMatches(sold({ sku: "A" }), open, all.toReversed())).toEqual(plan);
        const given = plan.sure.reduce((sum, { quantity }) => sum + quantity, 0);
        const there = all
          .filter(({ identity }) => identity.sku === "A")
          .reduce((sum, { remaining }) => sum + remaining, 0);
        expect(given).toBe(Math.min(open, there));
        for (const { purchaseId, quantity } of plan.sure) {
          const purchase = all.find((one) => one.purchaseId === purchaseId);
          expect(quantity).toBeLessThanOrEqual(purchase?.remaining ?? 0);
          expect(quantity).toBeGreaterThan(0);
        }
      }),
    );
  });
});
