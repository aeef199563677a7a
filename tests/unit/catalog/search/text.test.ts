import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  endings,
  fold,
  indexWords,
  queryTokens,
  queryWords,
  searchText,
} from "../../../../core/catalog/search/text.ts";

const words = (text: string) => [...indexWords(fold(text))];

describe("fold", () => {
  it("takes away case, width, ligatures and the two small sigmas", () => {
    expect(fold("ＲＥＤ ﬁt")).toBe("red fit");
    expect(fold("ΟΔΟΣ")).toBe(fold("οδοσ"));
    expect(fold("ﾆｯﾄ")).toBe(fold("ニット"));
    expect(fold("나이키")).toBe(fold("나이키".normalize("NFD")));
  });
});

describe("queryWords", () => {
  it("parts at any white space and leaves out what another word contains", () => {
    expect(queryWords("  Red\tshirt\u3000RED shirts ")).toEqual(["red", "shirts"]);
    expect(queryWords(" \u00a0 ")).toEqual([]);
  });
});

describe("indexWords", () => {
  it("takes runs of letters and digits, without single characters", () => {
    expect(words("Nike Dunk Low (DD1391-100) – size L")).toEqual(["nike", "dunk", "low", "dd1391", "100", "size"]);
  });

  it("keeps Korean words whole and cuts scripts without spaces into pairs", () => {
    expect(words("덩크 로우")).toEqual(["덩크", "로우"]);
    expect(words("红色鞋")).toEqual(["红色", "色鞋"]);
    expect(words("สีแดง")).toEqual(["สี", "ีแ", "แด", "ดง"]);
    expect(words("nike运动2024")).toEqual(["nike", "运动", "2024"]);
    expect(words("鞋")).toEqual([]);
  });

  it("finds nothing in emoji and punctuation", () => {
    expect(words("🔥 -- ✓")).toEqual([]);
  });

  it("cuts a run that is longer than a window into windows that overlap", () => {
    const run = "abcdefghijklmnopqrst".repeat(4);
    expect(words(run)).toHaveLength(1);
    const code = Array.from({ length: 95 }, (_, n) => n % 10).join("");
    expect([...indexWords(code)].every((word) => word.length <= 40)).toBe(true);
  });

  const text = fc.string({
    unit: fc.constantFrom(...Array.from("aAb1- \néΣσ덩크红色鞋สีİﬁ🔥𝒳𠮷")),
    maxLength: 80,
  });

  it("has, for every part of a text, each of the part's tokens in some word", () => {
    fc.assert(
      fc.property(text, fc.nat(80), fc.integer({ min: 1, max: 50 }), (whole, start, length) => {
        const folded = fold(whole);
        const index = [...indexWords(folded)];
        for (const word of folded.slice(start, start + length).split(/\s+/u)) {
          for (const token of queryTokens(word)) {
            const held = index.some((one) => (token.kind === "pair" ? one === token.text : one.includes(token.text)));
            expect({ folded, token, held }).toMatchObject({ held: true });
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });

  it("proves a word only by tokens whose index words contain it", () => {
    fc.assert(
      fc.property(text, text, (whole, query) => {
        const folded = fold(whole);
        const index = [...indexWords(folded)];
        for (const word of queryWords(query)) {
          for (const token of queryTokens(word).filter(({ proves }) => proves)) {
            if (index.some((one) => one.includes(token.text))) expect(folded).toContain(word);
          }
        }
      }),
      { numRuns: 2_000 },
    );
  });
});

describe("queryTokens", () => {
  it("looks up the runs of a word, and proves it only when it is one whole run", () => {
    expect(queryTokens("dd1391-100")).toEqual([
      { text: "dd1391", kind: "part", proves: false },
      { text: "100", kind: "part", proves: false },
    ]);
    expect(queryTokens("shirt")).toEqual([{ text: "shirt", kind: "part", proves: true }]);
    expect(queryTokens("红色")).toEqual([{ text: "红色", kind: "pair", proves: true }]);
    expect(queryTokens("x")).toEqual([]);
    expect(queryTokens("123456789012345678901")).toEqual([
      { text: "12345678901234567890", kind: "part", proves: false },
    ]);
  });
});

describe("endings", () => {
  it("are the word from each of its characters on, two or more at a time", () => {
    expect(endings("shirt")).toEqual(["shirt", "hirt", "irt", "rt"]);
    expect(endings("红色")).toEqual([]);
    expect(endings("𐐀𐐁𐐂")).toEqual(["𐐀𐐁𐐂", "𐐁𐐂"]);
  });
});

describe("searchText", () => {
  it("keeps the fields apart, so that no word spans two of them", () => {
    expect(searchText({ name: "Red", sku: "HAT-1", description: "Warm" })).toBe("red\nhat-1\nwarm");
    expect(searchText({ name: "Red", sku: "1" })).toBe("red\n1\n");
  });
});
