import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { START } from "../../../../core/ingest/formats/index.ts";
import { readJsonDocument } from "../../../../core/ingest/formats/json-document.ts";
import type { Parsed, SourceState } from "../../../../core/ingest/record.ts";
import { inChunks } from "../../../support/records.ts";

/** An order is a number; a page holds several; anything else is refused. */
const read = (value: unknown) =>
  [value]
    .flat()
    .map((original) =>
      typeof original === "object" && original !== null && "id" in original
        ? { original, record: original.id }
        : { original, faults: [NO_ORDER] },
    );
const NO_ORDER = { path: "", code: "NOT_ORDERS", message: "" };

async function all(file: string, options: { sizes?: number[]; from?: SourceState } = {}) {
  const bytes = Buffer.from(file);
  const state: SourceState = structuredClone({ ...(options.from ?? START) });
  const records: Parsed<unknown>[] = [];
  const states: SourceState[] = [];
  for await (const record of readJsonDocument(inChunks(bytes.subarray(state.offset), options.sizes), read, state)) {
    records.push(record);
    states.push(structuredClone(state));
  }
  return { records, states };
}

const FILES = {
  list: JSON.stringify([{ id: 1 }, { id: 2 }, "no order", { id: 4 }], null, 2),
  line: JSON.stringify([{ id: 1 }, { id: 2 }]),
  lines: '\uFEFF{"id":1}\n\n{"id":"zwei ✓"}\r\n{broken\n[{"id":3},{"id":4}]\n{"id":5}',
};

describe("a file of JSON", () => {
  it("is one document, whatever its lines, or one a line", async () => {
    const numbers = async (file: string) => (await all(file)).records.map(({ record }) => record);
    expect(await numbers(FILES.list)).toEqual([1, 2, undefined, 4]);
    expect(await numbers(FILES.line)).toEqual([1, 2]);
    expect(await numbers(FILES.lines)).toEqual([1, "zwei ✓", undefined, 3, 4, 5]);
    expect(await numbers(`${FILES.line}\n`)).toEqual([1, 2]);
  });

  it("gives the same records however its bytes are cut, and from wherever reading goes on", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.values(FILES)),
        fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 5 }),
        async (file, sizes) => {
          const whole = await all(file);
          expect((await all(file, { sizes })).records).toEqual(whole.records);
          for (const [index, from] of whole.states.entries())
            expect((await all(file, { sizes, from })).records).toEqual(whole.records.slice(index + 1));
        },
      ),
      { numRuns: 40 },
    );
  });

  it("keeps each order as it came, and counts rows by order", async () => {
    const { records } = await all(FILES.lines);
    expect(records.map(({ rows, raw }) => [rows[0], raw[0]?.[0]])).toEqual([
      [1, '{"id":1}'],
      [2, '{"id":"zwei ✓"}'],
      [3, "{broken"],
      [4, '{"id":3}'],
      [5, '{"id":4}'],
      [6, '{"id":5}'],
    ]);
    expect(records[2]?.faults).toMatchObject([{ code: "INVALID_JSON" }]);
  });

  it.each([
    ["", "EMPTY_FILE"],
    ["no json", "NOT_JSON"],
    [`{"id":1}\u0000`, "NOT_TEXT"],
    [`[${"1".repeat(21 * 1024 * 1024)}]`, "DOCUMENT_TOO_LARGE"],
  ])("is refused as a whole where it cannot be read", async (file, code) => {
    await expect(all(file)).rejects.toMatchObject({ code });
  });
});
