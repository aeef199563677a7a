import { existsSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { readOptionText } from "../../../core/connectors/option-text.ts";
import { DATA, rowsOf, unpacked } from "../../e2e/real-file.ts";

test.each([
  ["블랙", { text: "블랙", isSoldOut: false, notes: [] }],
  ["블랙 (품절)", { text: "블랙", isSoldOut: true, notes: [] }],
  ["[품절] 블랙", { text: "블랙", isSoldOut: true, notes: [] }],
  ["품절", { text: "", isSoldOut: true, notes: [] }],
  ["L (Sold Out)", { text: "L", isSoldOut: true, notes: [] }],
  ["2XL (+20,000원)", { text: "2XL", isSoldOut: false, surchargeWon: 20_000, notes: [] }],
  ["S (-1000원) (품절)", { text: "S", isSoldOut: true, surchargeWon: -1_000, notes: [] }],
  ["(데님)블루:M (+10,000원)", { text: "(데님)블루:M", isSoldOut: false, surchargeWon: 10_000, notes: [] }],
  ["XL (품절)\n직배송\r\n· 도착 예정", { text: "XL", isSoldOut: true, notes: ["직배송", "· 도착 예정"] }],
  ["겨울원단S", { text: "겨울원단S", isSoldOut: false, notes: [] }],
  ["1호 + 브러쉬", { text: "1호 + 브러쉬", isSoldOut: false, notes: [] }],
  ["품절대란 티", { text: "품절대란 티", isSoldOut: false, notes: [] }],
])("%j is read as what it says", (raw, expected) => {
  expect(readOptionText(raw)).toEqual(expected);
});

describe.skipIf(!existsSync(new URL("korean/", DATA)))(
  "what Korean shops really write, in ../shared/data (skipped where that is not there)",
  () => {
    const options = () =>
      ["mixed", "shoes"].flatMap((name) => rowsOf(unpacked(`korean/musinsa_${name}_options.csv.gz`)));

    test("loses no mark and no word: sold out is what has no stock, and surcharges sum to what they are", () => {
      let surcharges = 0;
      const read = options().map((row) => ({ row, read: readOptionText(row["option_text"] ?? "") }));
      expect(read).toHaveLength(2_827);
      for (const { row, read: one } of read) {
        expect(one.isSoldOut, row["option_text"]).toBe((row["option_text"] ?? "").includes("(품절)"));
        if (one.isSoldOut) expect(row["stock"]).toBe("0");
        expect(one.text).not.toMatch(/\(품절\)|원\)/);
        expect(one.text).not.toBe("");
        surcharges += one.surchargeWon ?? 0;
      }
      expect(surcharges).toBe(147_000);
    });
  },
);
