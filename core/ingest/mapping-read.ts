import type { Fault } from "../platform/errors.ts";
import { gtinFault, normalizeGtin } from "../platform/gtin.ts";
import type { Money } from "../platform/money.ts";
import { Columns } from "./formats/columns.ts";
import type { Field, Mapping, MoneyField } from "./mapping.ts";
import {
  column,
  compileField,
  compileImages,
  type FieldContext,
  type FieldKind,
  firstOf,
  type Get,
} from "./mapping-field.ts";
import { quoted, readAmount, readStock, withSurcharge } from "./mapping-money.ts";
import { nameValues } from "./mapping-text.ts";
import type { Parsed, ProductRecord } from "./record.ts";

/** What a row says, by its cells. */
export type ReadRow<Row = ProductRecord> = (
  cells: readonly string[],
) => Pick<Parsed<Row>, "record" | "faults" | "warnings" | "group">;

type Cells = readonly string[];

const KINDS = {
  description: "block",
  brand: "line",
  category: "line",
  familyKey: "code",
  externalId: "code",
} as const satisfies Record<string, FieldKind>;
const TEXTS = Object.keys(KINDS) as (keyof typeof KINDS)[];
const AMOUNTS = ["cost", "price", "competitorPrice"] as const;

/** Turns a mapping and a header into a reader of rows. Throws HEADER_MISSING or HEADER_DUPLICATE. */
export function compileMapping(mapping: Mapping, header: readonly string[], currency: string): ReadRow {
  const columns = new Columns(header);
  const context = { columns, mapping };
  const field = (name: string, given: Field | undefined, kind: FieldKind): Get | undefined =>
    given === undefined ? undefined : compileField(context, given, kind, name);
  const sku = compileField(context, mapping.sku, "code", "sku");
  const name = compileField(context, mapping.name, "line", "name");
  const texts = TEXTS.map((key) => ({ key, get: field(key, mapping[key], KINDS[key]) }));
  const amounts = AMOUNTS.map((key) => ({ key, get: compileMoney(context, key, mapping[key], currency) }));
  const gtin = field("gtin", mapping.gtin, "code");
  const stock = field("stock", mapping.stock, "code");
  const images = mapping.images === undefined ? undefined : compileImages(context, mapping.images);
  const attributes = compileAttributes(context);
  columns.check();

  return (cells) => {
    const faults: Fault[] = [];
    const taken = <T>(value: T | Fault | undefined): T | undefined => {
      if (!isFault(value)) return value;
      faults.push(value);
      return undefined;
    };
    const record: ProductRecord = {
      sku: taken(sku(cells)) ?? "",
      name: taken(name(cells)) ?? "",
      images: [],
      attributes: {},
    };
    for (const { key, get } of texts) {
      const text = get && taken(get(cells));
      if (text) record[key] = text;
    }
    for (const { key, get } of amounts) {
      const money = get && taken(get(cells));
      if (money) record[key] = money;
    }
    const digits = gtin && taken(gtin(cells));
    const code = digits ? taken(readGtin(digits)) : undefined;
    if (code !== undefined) record.gtin = code;
    const units = stock && taken(stock(cells));
    const count = units ? taken(readStock(units, "stock")) : undefined;
    if (count !== undefined) record.stock = count;
    for (const list of images?.(cells) ?? [])
      for (const url of taken(list) ?? []) if (!record.images.includes(url)) record.images.push(url);
    record.attributes = attributes(cells, faults);
    return recordOrFaults(record, faults);
  };
}

/** A record without a SKU or a name is none; any other fault only costs the field. */
export function recordOrFaults(record: ProductRecord, faults: Fault[]): Pick<Parsed, "record" | "faults"> {
  let whole = true;
  for (const path of ["sku", "name"] as const) {
    if (record[path] !== "") continue;
    whole = false;
    if (!faults.some((fault) => fault.path === path))
      faults.push({ path, code: "REQUIRED", message: `The row has no ${path}` });
  }
  return { ...(whole ? { record } : {}), ...(faults.length > 0 ? { faults } : {}) };
}

export function readGtin(text: string): string | Fault {
  const gtin = normalizeGtin(text);
  if (gtin !== undefined && !/^0+$/.test(gtin)) return gtin;
  const reason = gtin === undefined ? gtinFault(text) : "is only zeros";
  return { path: "gtin", code: "INVALID_GTIN", message: `${quoted(text)} ${reason}` };
}

export function isFault(value: unknown): value is Fault {
  return typeof value === "object" && value !== null && "path" in value && "code" in value && "message" in value;
}

function compileMoney(
  { columns, mapping }: FieldContext & { mapping: Mapping },
  path: string,
  field: MoneyField | undefined,
  currency: string,
): ((cells: Cells) => Money | Fault | undefined) | undefined {
  if (field === undefined) return undefined;
  const given: Exclude<MoneyField, string> = typeof field === "string" ? { column: field } : field;
  const nullTexts = given.nullTexts ?? mapping.nullTexts;
  const amount = firstOf(columns, given.columns ?? [given.column ?? ""], "code", nullTexts);
  const currencyOf =
    given.currencyColumn === undefined ? undefined : column(columns, given.currencyColumn, "code", mapping.nullTexts);
  const { surcharge } = given;
  const optionOf = surcharge && column(columns, surcharge.column, "line", mapping.nullTexts);
  const style = { ...mapping, rounding: given.rounding ?? mapping.rounding };
  return (cells) => {
    const text = amount(cells);
    if (text === "") return undefined;
    const own = currencyOf ? currencyOf(cells).toUpperCase() : (given.currency ?? currency);
    const money = readAmount(text, own, path, style);
    return surcharge && optionOf && "minor" in money ? withSurcharge(money, optionOf(cells), surcharge, path) : money;
  };
}

/** Names of the file's own lists first, so that a name in `attributes` has the last word. */
function compileAttributes(
  context: FieldContext & { mapping: Mapping },
): (cells: Cells, faults: Fault[]) => Record<string, string> {
  const { columns, mapping } = context;
  const lists = (mapping.attributeLists ?? []).map((list) => column(columns, list.column, "block", mapping.nullTexts));
  const single = Object.entries(mapping.attributes ?? {}).map(([name, field]) => ({
    name,
    path: `attributes.${name}`,
    get: compileField(context, field, "line", `attributes.${name}`),
  }));
  return (cells, faults) => {
    const found = new Map<string, string>();
    for (const get of lists) {
      const text = get(cells);
      const pairs = text === "" ? [] : nameValues(text);
      if (!pairs)
        faults.push({
          path: "attributes",
          code: "INVALID_JSON",
          message: `${quoted(text)} is not a JSON list of names and values`,
        });
      for (const [name, value] of pairs ?? []) {
        const before = found.get(name);
        if (name !== "" && value !== "" && before !== value)
          found.set(name, before === undefined ? value : `${before}, ${value}`);
      }
    }
    for (const { name, get } of single) {
      const value = get(cells);
      if (typeof value !== "string") faults.push(value);
      else if (value !== "") found.set(name, value);
    }
    return Object.fromEntries(found);
  };
}
