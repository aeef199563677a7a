import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { withoutDuplicates } from "../../../core/sourcing/duplicates.ts";
import type { Scored } from "../../../core/sourcing/offer.ts";
import { byRank } from "../../../core/sourcing/rank.ts";
import { scored } from "../../support/offers.ts";

const THRESHOLD = 0.85;

const keptOf = (offers: readonly Scored[], threshold = THRESHOLD) =>
  withoutDuplicates(offers.toSorted(byRank("USD")), ({ offer }) => offer, threshold);

const idsOf = (offers: readonly Scored[]) =>
  keptOf(offers).map(({ item, standsFor }) => [
    item.offer.product.externalId,
    standsFor.map(({ item: other }) => other.offer.product.externalId),
  ]);

const lamp = "Foldable Desk Lamp Black Rechargeable Touch Dimmer Reading Light";
const other = "https://images.demo.invalid/other.jpg";

describe("the same goods", () => {
  test("are one by their GTIN, whatever else is said of them, and the best stands for the others", () => {
    const gtin = "00194817794556";
    const kept = keptOf([
      scored(0.4, { externalId: "a", name: "Lamp for a table", gtin }, "one"),
      scored(0.8, { externalId: "b", name: lamp, gtin }, "two"),
    ]);
    expect(kept).toMatchObject([
      { item: { score: 0.8 }, standsFor: [{ because: "gtin", item: { offer: { origin: { provider: "one" } } } }] },
    ]);
  });

  test("are one by their style code, however it is written; sizes with GTINs of their own stay apart", () => {
    const pair = (...gtins: (string | undefined)[]) =>
      ["DD1391-100", "dd1391 100"].map((styleCode, place) =>
        scored(0.5, {
          externalId: `${place}`,
          name: ["Dunk Low Panda", "Nike Dunk Low Retro White Black 2021"][place] ?? "",
          styleCode,
          ...(gtins[place] === undefined ? {} : { gtin: gtins[place] }),
        }),
      );
    expect(keptOf(pair())).toMatchObject([{ standsFor: [{ because: "styleCode" }] }]);
    expect(keptOf(pair("00194817794556"))).toHaveLength(1);
    expect(keptOf(pair("00194817794556", "04006381333931"))).toHaveLength(2);
  });

  test("are one by their title, in whatever order, case and with whatever noise", () => {
    const retitled = `HOT SALE ${lamp.toUpperCase().split(" ").toReversed().join(" - ")} (new)`;
    expect(
      idsOf([scored(0.8, { externalId: "a", name: lamp }), scored(0.7, { externalId: "b", name: retitled })]),
    ).toEqual([["a", ["b"]]]);
  });

  test("are one by their picture, whatever its size and host's number, where the titles have something in common", () => {
    const images = [["https://ae01.demo.invalid/kf/x.jpg"], ["https://ae04.demo.invalid/kf/x.jpg_640x640.jpg?q=1"]];
    const offers = (second: string) => [
      scored(0.8, { externalId: "a", name: lamp, images: images[0] ?? [] }),
      scored(0.7, { externalId: "b", name: second, images: images[1] ?? [] }),
    ];
    expect(idsOf(offers("Desk Lamp Foldable Black"))).toEqual([["a", ["b"]]]);
    expect(idsOf(offers("Silicone Phone Case"))).toHaveLength(2);
  });

  test("of two accounts at one provider are one item", () => {
    const mine = scored(0.8, { externalId: "a" });
    const theirs = scored(0.8, { externalId: "a", images: [other] });
    expect(keptOf([mine, theirs])).toMatchObject([{ standsFor: [{ because: "sameItem" }] }]);
  });

  test("are found in scripts without blanks between words", () => {
    const names = ["휴대용 접이식 무선충전 스탠드조명", "무선충전 스탠드조명 휴대용 접이식"];
    expect(idsOf(names.map((name, index) => scored(0.5, { externalId: `k${index}`, name })))).toHaveLength(1);
  });
});

describe("other goods", () => {
  test("that differ in a number stay apart: sizes, counts and models", () => {
    const name = (model: number) =>
      `Clear Silicone Shockproof Phone Case Cover Magnetic Ring Slim Thin iPhone ${model} Pro`;
    expect(
      idsOf([13, 14].map((model) => scored(0.5, { externalId: `${model}`, name: name(model), images: [other] }))),
    ).toHaveLength(2);
  });

  test("with other GTINs stay apart, however alike they look", () => {
    const pair = ["00194817794556", "04006381333931"].map((gtin) =>
      scored(0.5, { externalId: gtin, name: lamp, gtin, images: [other] }),
    );
    expect(idsOf(pair)).toHaveLength(2);
  });

  test("are not drawn together by a chain of little differences", () => {
    const words = Array.from({ length: 30 }, (_, place) => `word${String.fromCodePoint(97 + place)}`);
    const chain = Array.from({ length: 10 }, (_, at) =>
      scored(0.9 - at / 100, { externalId: `${at}`, name: words.slice(at, at + 20).join(" ") }),
    );
    const kept = keptOf(chain);
    expect(kept.length).toBeGreaterThan(1);
    for (const { item, standsFor } of kept)
      for (const { similarity } of standsFor)
        expect(similarity, item.offer.product.name).toBeGreaterThanOrEqual(THRESHOLD);
  });
});

const vocabulary = [
  "desk",
  "lamp",
  "black",
  "white",
  "usb",
  "light",
  "12",
  "13",
  "case",
  "phone",
  "램프",
  "무선충전기",
];
const gtins = ["00194817794556", "04006381333931"];
const offers: fc.Arbitrary<Scored[]> = fc
  .array(
    fc.record({
      score: fc.integer({ min: 0, max: 20 }),
      minor: fc.integer({ min: 1, max: 50 }),
      words: fc.array(fc.constantFrom(...vocabulary), { minLength: 1, maxLength: 8 }),
      gtin: fc.option(fc.constantFrom(...gtins), { nil: undefined }),
      styleCode: fc.option(fc.constantFrom("DD1391-100", "DD1391-101", "13"), { nil: undefined, freq: 1 }),
      image: fc.option(fc.integer({ min: 1, max: 6 }), { nil: undefined }),
      provider: fc.constantFrom("one", "two"),
    }),
    { maxLength: 60 },
  )
  .map((list) =>
    list.map(({ score, minor, words, gtin, styleCode, image, provider }, place) =>
      scored(
        score / 20,
        {
          externalId: String(place),
          name: words.join(" "),
          cost: { minor, currency: "USD" },
          images: image === undefined ? [] : [`https://images.demo.invalid/${image}.jpg`],
          ...(gtin === undefined ? {} : { gtin }),
          ...(styleCode === undefined ? {} : { styleCode }),
        },
        provider,
      ),
    ),
  );
const threshold = fc.constantFrom(0.5, 0.7, 0.85, 1);

describe("whatever is offered", () => {
  test("every offer is kept or stood for, once", () => {
    fc.assert(
      fc.property(offers, threshold, (list, least) => {
        const all = keptOf(list, least).flatMap(({ item, standsFor }) => [
          item,
          ...standsFor.map((duplicate) => duplicate.item),
        ]);
        expect(new Set(all)).toEqual(new Set(list));
        expect(all).toHaveLength(list.length);
      }),
    );
  });

  test("the best is never removed, and nothing stands for what is better than itself", () => {
    fc.assert(
      fc.property(offers, threshold, (list, least) => {
        const kept = keptOf(list, least);
        expect(kept[0]?.item).toBe(list.toSorted(byRank("USD"))[0]);
        for (const { item, standsFor } of kept)
          for (const duplicate of standsFor) expect(byRank("USD")(item, duplicate.item)).toBeLessThanOrEqual(0);
      }),
    );
  });

  test("the order in which offers come changes nothing", () => {
    const shuffled = offers.chain((list) =>
      fc.tuple(fc.constant(list), fc.shuffledSubarray(list, { minLength: list.length })),
    );
    fc.assert(
      fc.property(shuffled, threshold, ([list, reordered], least) => {
        expect(keptOf(reordered, least)).toEqual(keptOf(list, least));
      }),
    );
  });

  test("doing it again removes nothing more", () => {
    fc.assert(
      fc.property(offers, threshold, (list, least) => {
        const once = keptOf(list, least).map(({ item }) => item);
        expect(keptOf(once, least)).toEqual(once.map((item) => ({ item, standsFor: [] })));
      }),
    );
  });

  test("none is kept beside a better one whose title is as alike as the threshold asks: no comparison is left out", () => {
    fc.assert(
      fc.property(offers, threshold, (list, least) => {
        const kept = keptOf(list, least).map(({ item }) => item);
        for (const [place, item] of kept.entries())
          for (const better of kept.slice(0, place)) {
            const pair = keptOf([better, item], least);
            expect(pair.some(({ standsFor }) => standsFor[0]?.because === "title")).toBe(false);
          }
      }),
    );
  });
});
