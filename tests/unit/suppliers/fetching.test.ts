import { describe, expect, test } from "vitest";
import { beginFetching, stateAfter, writerOf, writtenBy } from "../../../core/suppliers/fetching.ts";
import { isOfferOf, offerRangeOf, recordsOfProduct } from "../../../core/suppliers/source-records.ts";

const NOW = Date.UTC(2026, 10, 21, 12);
const MINUTE = 60_000;
const connection = { accountId: "acc_1", everyMinutes: 30, fullEveryMinutes: 1_440 };
const state = { accountId: "acc_1", changesUntil: NOW - 30 * MINUTE, fullAt: NOW - 600 * MINUTE };

describe("what is read", () => {
  test("is what changed since, and twice the interval before that", () => {
    expect(beginFetching(state, connection, NOW)).toMatchObject({ step: "ids", from: NOW - 90 * MINUTE, to: NOW });
  });

  test("overlaps by ten minutes at least", () => {
    const often = { ...connection, everyMinutes: undefined };
    expect(beginFetching(state, often, NOW).from).toBe(NOW - 40 * MINUTE);
  });

  test.each([
    ["the first time", undefined],
    ["of another account", { ...state, accountId: "acc_2" }],
    ["after a day", { ...state, fullAt: NOW - 1_440 * MINUTE }],
  ])("is everything %s", (_when, known) => {
    expect(beginFetching(known, connection, NOW)).toMatchObject({ step: "pages" });
    expect(beginFetching(known, connection, NOW).from).toBeUndefined();
  });
});

describe("what is known afterwards", () => {
  const changes = beginFetching(state, connection, NOW);
  const everything = beginFetching(undefined, connection, NOW);
  const ended = { accountId: "acc_1", startedAt: NOW };

  test("goes up to when the reading began, never back", () => {
    expect(stateAfter(everything, ended)).toEqual({ accountId: "acc_1", changesUntil: NOW, fullAt: NOW });
    expect(stateAfter(changes, ended)).toEqual({ ...state, changesUntil: NOW });
    const ahead = { ...state, changesUntil: NOW + 1 };
    expect(stateAfter({ ...changes, before: ahead }, ended)).toEqual(ahead);
  });

  test("is not more than before where something may have been missed", () => {
    expect(stateAfter({ ...changes, mayMiss: true }, ended)).toEqual(state);
    expect(stateAfter({ ...everything, mayMiss: true }, ended)?.fullAt).toBe(0);
  });
});

test("pages are those of whoever committed them", () => {
  const writers = ["a", "a", "b", "b", "a"].reduce(
    (all, id, number) => writtenBy(all, number, id),
    writtenBy([], 0, "a"),
  );
  expect(writers).toHaveLength(3);
  expect([0, 1, 2, 3, 4].map((number) => writerOf(writers, number))).toEqual(["a", "a", "b", "b", "a"]);
});

describe("an item's records", () => {
  const item = {
    externalId: "W1",
    name: "Shirt",
    cost: { minor: 1_000, currency: "KRW" },
    quantity: 5,
    isAvailable: true,
    categories: ["Clothes", "Shirts"],
    images: [],
    attributes: { origin: "KR" },
    options: [],
    restrictions: ["adultOnly=true"],
  };
  const option = { externalId: "a", values: { Size: "L" }, quantity: 2, isAvailable: true };

  test("are one where there is no choice", () => {
    expect(recordsOfProduct(item)).toEqual([
      {
        sku: "W1",
        name: "Shirt",
        cost: { minor: 1_000, currency: "KRW" },
        category: "Shirts",
        images: [],
        attributes: { origin: "KR" },
        stock: 5,
        externalId: "W1",
        source: { itemId: "W1", isAvailable: true, restrictions: ["adultOnly=true"] },
      },
    ]);
  });

  test("are one an option otherwise, a family, each with its own cost and stock", () => {
    const dearer = {
      ...option,
      externalId: "b",
      sku: "OWN",
      surcharge: { minor: 200, currency: "KRW" },
      isAvailable: false,
    };
    const [first, second] = recordsOfProduct({ ...item, options: [option, dearer] });
    expect(first).toMatchObject({
      sku: "W1-a",
      name: "Shirt (L)",
      familyKey: "W1",
      externalId: "W1#a",
      stock: 2,
      attributes: { origin: "KR", Size: "L" },
      source: { itemId: "W1", optionId: "a", options: ["W1#a", "W1#b"], isAvailable: true },
    });
    expect(second).toMatchObject({ sku: "OWN", cost: { minor: 1_200 }, source: { isAvailable: false } });
  });

  test("are not available where the item is not, whatever its options say", () => {
    const [only] = recordsOfProduct({ ...item, isAvailable: false, options: [option] });
    expect(only?.source?.isAvailable).toBe(false);
  });

  test("lie in the item's range, in which others may lie that are not the item's", () => {
    const { from, to } = offerRangeOf("W1");
    for (const id of ["W1", "W1#a", "W1#품절"]) {
      expect(id >= from && id <= to).toBe(true);
      expect(isOfferOf("W1", id)).toBe(true);
    }
    expect("W10" <= to).toBe(false);
    expect('W1"x' <= to).toBe(true);
    expect(isOfferOf("W1", 'W1"x')).toBe(false);
  });
});
