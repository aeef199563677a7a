import type { Fault } from "../../platform/errors.ts";
import type { Field, Mapping } from "../mapping.ts";
import { compileMapping } from "../mapping-read.ts";
import type { Parsed, SourceState } from "../record.ts";
import type { FormatSpec } from "./format.ts";
import { lineRows } from "./rows.ts";
import { UnreadableFileError } from "./unreadable.ts";

type JsonLinesSpec = Extract<FormatSpec, { format: "csv" | "jsonl" }>;

/** One JSON object a line, by the same mapping as CSV: a column is a key, or a path such as `offers.0.price`. */
export async function* readJsonLines(
  bytes: AsyncIterable<Uint8Array>,
  { mapping, currency }: JsonLinesSpec,
  state: SourceState,
): AsyncGenerator<Parsed> {
  const columns = mappedColumns(mapping);
  const read = compileMapping(mapping, columns, currency);
  const paths = columns.map((column) => ({ column, path: column.split(".") }));
  for await (const { cells, fault, end } of lineRows(bytes, state, "line")) {
    const [line = ""] = cells;
    if (!fault && line.trim() === "") continue;
    if (state.row === 0 && !fault && line.trimStart().startsWith("[")) {
      throw new UnreadableFileError(
        "NOT_JSON_LINES",
        "The file is a JSON list: write one object a line, without brackets and commas around them",
      );
    }
    state.row++;
    state.offset = end;
    const object = fault ?? parseObject(line);
    const verdict = isFault(object)
      ? { faults: [object] }
      : read(paths.map(({ column, path }) => textOf(lookUp(object.value, column, path))));
    yield { rows: [state.row], raw: [[line]], ...verdict };
  }
}

function isFault(value: Fault | { value: object }): value is Fault {
  return "code" in value && "message" in value;
}

/** Long digits and exponents, which a double would not give back as they were written. */
const INEXACT = /[\d.]{16}|\d[eE]/;

function parseObject(line: string): Fault | { value: object } {
  try {
    const value: unknown = INEXACT.test(line) ? JSON.parse(line, exactNumber) : JSON.parse(line);
    if (value !== null && typeof value === "object" && !Array.isArray(value)) return { value };
    return { path: "", code: "INVALID_JSON", message: "The line is not a JSON object" };
  } catch (error) {
    const reason = error instanceof Error ? error.message.slice(0, 200) : "";
    return { path: "", code: "INVALID_JSON", message: `The line is not JSON: ${reason}` };
  }
}

/** Numbers as the text that stands in the file. */
function exactNumber(this: unknown, _key: string, value: unknown, context?: { source?: string }): unknown {
  return typeof value === "number" ? (context?.source ?? value) : value;
}

function lookUp(object: object, column: string, path: string[]): unknown {
  if (Object.hasOwn(object, column)) return Reflect.get(object, column);
  let value: unknown = object;
  for (const key of path) {
    if (value === null || typeof value !== "object" || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return "";
  return typeof value === "string" ? value : JSON.stringify(value);
}

/** Every column that a mapping names. */
function mappedColumns(mapping: Mapping): string[] {
  const { sku, name, description, cost, price, competitorPrice, gtin, brand, category, familyKey, stock, externalId } =
    mapping;
  const fields = [
    sku,
    name,
    description,
    gtin,
    brand,
    category,
    familyKey,
    stock,
    externalId,
    ...Object.values(mapping.attributes ?? {}),
  ];
  const names = new Set(fields.flatMap((field) => (field === undefined ? [] : columnsOf(field))));
  for (const field of [cost, price, competitorPrice]) {
    if (field === undefined) continue;
    const given: Exclude<typeof field, string> = typeof field === "string" ? { column: field } : field;
    for (const column of [given.column, given.currencyColumn, given.surcharge?.column, ...(given.columns ?? [])])
      if (column !== undefined) names.add(column);
  }
  for (const image of [mapping.images ?? []].flat()) {
    if (typeof image === "string") names.add(image);
    else if ("column" in image) names.add(image.column);
  }
  for (const { column } of mapping.attributeLists ?? []) names.add(column);
  return [...names];
}

function columnsOf(field: Field): string[] {
  if (typeof field === "string") return [field];
  if ("column" in field) return [field.column];
  if ("columns" in field) return field.columns;
  return "template" in field ? [...field.template.matchAll(/\{([^{}]+)\}/g)].map(([, name = ""]) => name) : [];
}
