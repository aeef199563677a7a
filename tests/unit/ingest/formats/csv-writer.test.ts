import fc from "fast-check";
import { expect, it } from "vitest";
import { cellsOf } from "../../../../core/ingest/formats/cells.ts";
import { csvCell, csvLine, withoutNeutralisation } from "../../../../core/platform/csv-writer.ts";

it.each(["=cmd|' /C calc'!A0", "+1", "-5", "@SUM(A1)", "\t=1", "\r=1"])(
  "a cell that a spreadsheet would run is made text: %j",
  (formula) => {
    const cell = csvCell(formula).replace(/^"/, "");
    expect(cell.startsWith("'")).toBe(true);
  },
);

it("every cell comes back as it was, formulas included", () => {
  fc.assert(
    fc.property(
      fc.array(fc.string({ unit: fc.constantFrom('"', ",", "\n", "\r", "\t", "'", "=", "-", " ", "a", "é") }), {
        minLength: 1,
        maxLength: 6,
      }),
      (cells) => {
        const line = csvLine(cells);
        expect(line.endsWith("\n")).toBe(true);
        expect(cellsOf(line.slice(0, -1), ",")?.map(withoutNeutralisation)).toEqual(cells);
      },
    ),
  );
});
