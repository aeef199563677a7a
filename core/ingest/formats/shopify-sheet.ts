import { createHash } from "node:crypto";
import type { Fault } from "../../platform/errors.ts";
import { formatAmount, type Money } from "../../platform/money.ts";
import { PLAIN_AMOUNTS, quoted, readAmount, readStock } from "../mapping-money.ts";
import { isFault, readGtin, recordOrFaults } from "../mapping-read.ts";
import { codeOf, oneLine, textOf } from "../mapping-text.ts";
import type { Parsed, ProductRecord } from "../record.ts";
import { findColumns, type ShopifyColumn, type ShopifyColumns } from "./shopify-columns.ts";

/** One row of a product; with a fault when it cannot be read. */
export interface FamilyRow {
  row: number;
  cells: readonly string[] & string[];
  end: number;
  fault?: Fault;
}

const OPTIONS = [1, 2, 3] as const;
const VARIANT_DATA: ShopifyColumn[] = ["price", "sku", "option1Value"];
/** Attributes that every variant of a product has in common. */
const SHARED = ["tags", "status", "published", "mpn", "gender", "ageGroup"] as const;
const MAX_SKU = 100;

export class ShopifySheet {
  readonly #columns: ShopifyColumns;
  readonly #currency: string;

  constructor(header: readonly string[], currency: string) {
    this.#columns = findColumns(header);
    this.#currency = currency;
  }

  handleOf(cells: readonly string[]): string {
    return this.#code(cells, "handle");
  }

  /**
   * The records of one product: each row with a price, a SKU or an option value is a variant; without any, the product is
   * its first row. Other rows add an image to the first variant and share its verdict. In the order of their rows.
   */
  recordsOf(rows: readonly FamilyRow[]): Parsed[] {
    const good = rows.filter(({ fault }) => fault === undefined);
    const withData = good.filter(({ cells }) => VARIANT_DATA.some((column) => this.#cell(cells, column) !== ""));
    const variants = withData.length > 0 ? withData : good.slice(0, 1);
    const additions = good.filter((row) => !variants.includes(row));
    const family = this.#familyOf(good);
    const parsed = variants.map((variant, index): Parsed => {
      const members = index === 0 ? [variant, ...additions].sort((a, b) => a.row - b.row) : [variant];
      return {
        rows: members.map(({ row }) => row),
        raw: members.map(({ cells }) => cells),
        ...this.#variant(variant, family, index === 0),
      };
    });
    for (const { row, cells, fault } of rows) if (fault) parsed.push({ rows: [row], raw: [cells], faults: [fault] });
    return parsed.sort((a, b) => (a.rows[0] ?? 0) - (b.rows[0] ?? 0));
  }

  #familyOf(rows: readonly FamilyRow[]): Family {
    const first = (column: ShopifyColumn) =>
      rows.map(({ cells }) => this.#cell(cells, column)).find((cell) => cell !== "") ?? "";
    const extras = this.#columns.extras.filter(({ shared }) => shared);
    return {
      handle: rows[0] ? this.handleOf(rows[0].cells) : "",
      title: oneLine(textOf(first("title"))),
      first,
      optionNames: OPTIONS.map((number) => oneLine(textOf(first(`option${number}Name`)))),
      images: this.#images(rows),
      extras: extras.map(({ index, attribute }) => [
        attribute,
        rows.map(({ cells }) => textOf(cells[index] ?? "")).find((cell) => cell !== "") ?? "",
      ]),
    };
  }

  /** In the order of their positions; those without one come last, as they stand. */
  #images(rows: readonly FamilyRow[]): string[] {
    const images = rows.flatMap(({ cells }) => {
      const url = textOf(this.#cell(cells, "image"));
      const position = Number(this.#cell(cells, "imagePosition").trim() || Number.NaN);
      return url === "" ? [] : [{ url, position: Number.isNaN(position) ? Number.POSITIVE_INFINITY : position }];
    });
    return [
      ...new Set(
        images.sort((a, b) => (a.position === b.position ? 0 : a.position - b.position)).map(({ url }) => url),
      ),
    ];
  }

  #variant({ cells }: FamilyRow, family: Family, isFirst: boolean): Omit<Parsed, "rows" | "raw"> {
    const faults: Fault[] = [];
    const warnings: Fault[] = [];
    const money = (column: "cost" | "price" | "compareAtPrice", path: string): Money | undefined => {
      const text = this.#code(cells, column);
      const amount = text === "" ? undefined : readAmount(text, this.#currency, path, PLAIN_AMOUNTS);
      if (!isFault(amount)) return amount;
      faults.push(amount);
      return undefined;
    };
    const options = OPTIONS.flatMap((number, index): [string, string][] => {
      const value = oneLine(textOf(this.#cell(cells, `option${number}Value`)));
      const name = family.optionNames[index] || `Option${number}`;
      return value === "" || (name === "Title" && value === "Default Title") ? [] : [[name, value]];
    });
    const values = options.map(([, value]) => value);
    const { title } = family;
    const record: ProductRecord = {
      sku: this.#code(cells, "sku") || derivedSku(family.handle, values),
      name: title === "" || values.length === 0 ? title : `${title} - ${values.join(" / ")}`,
      familyKey: family.handle,
      images: this.#imagesOf(cells, family, isFirst),
      attributes: {},
    };
    const cost = money("cost", "cost");
    const price = money("price", "price");
    if (cost) record.cost = cost;
    if (price) record.price = price;
    const description = textOf(family.first("body"));
    const brand = oneLine(textOf(family.first("vendor")));
    const category = oneLine(textOf(family.first("type") || family.first("productCategory")));
    if (description !== "") record.description = description;
    if (brand !== "") record.brand = brand;
    if (category !== "") record.category = category;
    const units = this.#code(cells, "stock");
    const stock = units === "" ? undefined : readStock(units, "stock");
    if (isFault(stock)) faults.push(stock);
    else if (stock !== undefined) record.stock = stock;
    const barcode = this.#barcode(cells, faults, warnings);
    if (barcode.gtin !== undefined) record.gtin = barcode.gtin;
    const compareAt = money("compareAtPrice", "attributes.compareAtPrice");
    record.attributes = present([
      ...SHARED.map((name): [string, string] => [name, oneLine(textOf(family.first(name)))]),
      ["productCategory", family.first("type") === "" ? "" : oneLine(textOf(family.first("productCategory")))],
      ["weightGrams", this.#code(cells, "weightGrams").replace(/^0(\.0+)?$/, "")],
      ["barcode", barcode.other ?? ""],
      ["compareAtPrice", compareAt ? formatAmount(compareAt) : ""],
      ...family.extras,
      ...this.#columns.extras
        .filter(({ shared }) => !shared)
        .map(({ index, attribute }): [string, string] => [attribute, textOf(cells[index] ?? "")]),
      ...options,
    ]);
    return { ...recordOrFaults(record, faults), ...(warnings.length > 0 ? { warnings } : {}) };
  }

  /** The first variant shows the product's images; the others show their own, or the product's first. */
  #imagesOf(cells: readonly string[], { images }: Family, isFirst: boolean): string[] {
    const own = textOf(this.#cell(cells, "variantImage"));
    if (isFirst) return own === "" || images.includes(own) ? images : [own, ...images];
    return own === "" ? images.slice(0, 1) : [own];
  }

  /** Shopify's barcode may be anything. What has a GTIN's form must be one; the rest is kept as an attribute. */
  #barcode(cells: readonly string[], faults: Fault[], warnings: Fault[]): { gtin?: string; other?: string } {
    const text = this.#code(cells, "barcode");
    if (text === "") return {};
    const gtin = readGtin(text);
    if (typeof gtin === "string") return { gtin };
    const digits = text.replaceAll(/[\s-]/g, "");
    if (/^(\d{8}|\d{12,14}|\d(\.\d+)?e\+?\d+)$/i.test(digits)) {
      faults.push(gtin);
      return {};
    }
    warnings.push({
      path: "gtin",
      code: "NOT_A_GTIN",
      message: `${quoted(text)} is no GTIN and is kept as the attribute barcode`,
    });
    return { other: text };
  }

  #cell(cells: readonly string[], column: ShopifyColumn): string {
    const place = this.#columns.places[column];
    return place === undefined ? "" : (cells[place] ?? "");
  }

  #code(cells: readonly string[], column: ShopifyColumn): string {
    return oneLine(codeOf(this.#cell(cells, column)));
  }
}

/** What the rows of a product share. */
interface Family {
  handle: string;
  title: string;
  first: (column: ShopifyColumn) => string;
  optionNames: string[];
  images: string[];
  extras: [attribute: string, value: string][];
}

/**
 * The SKU of a variant that has none: its handle, then its option values (`varsity-top:Small:Red`), or the handle alone.
 * The same variant always gets the same. Beyond 100 characters the rest is a hash of the whole.
 */
export function derivedSku(handle: string, values: readonly string[]): string {
  const sku = [handle, ...values].join(":");
  if (sku.length <= MAX_SKU) return sku;
  const hash = createHash("sha256").update(sku).digest("base64url").slice(0, 16);
  return `${sku.slice(0, MAX_SKU - 17)}~${hash}`;
}

function present(attributes: [string, string][]): Record<string, string> {
  return Object.fromEntries(attributes.filter(([, value]) => value !== ""));
}
