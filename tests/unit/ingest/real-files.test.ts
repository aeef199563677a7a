import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { checkParsed } from "../../../core/ingest/check.ts";
import type { FormatSpec } from "../../../core/ingest/formats/format.ts";
import type { MappingInput } from "../../../core/ingest/mapping.ts";
import { parseDecimal } from "../../../core/platform/decimal.ts";
import { formatAmount } from "../../../core/platform/money.ts";
import { csvSpec, readAll, SHOPIFY } from "../../support/records.ts";

/** Real files lie beside the repository and are not part of it: where they are absent there is nothing to read. */
const DATA = new URL("../../../../shared/data/", import.meta.url);
const present = existsSync(new URL("shopify", DATA));

function unpacked(path: string): Buffer {
  return gunzipSync(readFileSync(new URL(path, DATA)));
}

/** One file of an uncompressed tar archive: blocks of 512 bytes, a header with name and octal size before each file. */
function fromTar(archive: Buffer, name: string): Buffer {
  for (let at = 0; at < archive.length; ) {
    const text = (from: number, to: number) => archive.toString("utf8", at + from, at + to).replace(/\0.*$/s, "");
    const size = Number.parseInt(text(124, 136), 8) || 0;
    if (text(0, 100).endsWith(name)) return archive.subarray(at + 512, at + 512 + size);
    at += 512 + Math.ceil(size / 512) * 512;
  }
  throw new Error(`${name} is not in the archive`);
}

/** The mappings are those of the documentation, so that it cannot say what does not work. */
const DOCUMENTED = new Map(
  [
    ...readFileSync(new URL("../../../docs/mappings.md", import.meta.url), "utf8").matchAll(
      /```json ([\w-]+)\n([\s\S]*?)```/g,
    ),
  ].map(([, name = "", json = ""]) => [name, JSON.parse(json) as MappingInput]),
);

function documented(name: string, change: Partial<MappingInput> = {}): FormatSpec {
  const mapping = DOCUMENTED.get(name);
  if (!mapping) throw new Error(`docs/mappings.md has no mapping ${name}`);
  return csvSpec({ ...mapping, ...change });
}

/** What came of a file: rows, records, prices summed by currency, and faults and warnings counted. */
async function summary(file: Buffer, spec: FormatSpec) {
  const { records, state } = await readAll(file, spec);
  expect(state.offset).toBe(file.length);
  const rows = records.flatMap((record) => record.rows).sort((a, b) => a - b);
  expect(rows).toEqual(rows.map((_, index) => index + 1));
  const checked = await Promise.all(records.map(checkParsed));
  const sums = new Map<string, number>();
  const counts = new Map<string, number>();
  for (const { record, faults = [], warnings = [] } of checked) {
    const price = record?.price;
    if (price) sums.set(price.currency, (sums.get(price.currency) ?? 0) + price.minor);
    for (const { path, code } of [...faults, ...warnings]) {
      const key = `${path.replace(/\..*/, "")} ${code}`;
      counts.set(key, (counts.get(key) ?? 0) + 1);
    }
  }
  const taken = checked.filter(({ record, faults }) => record && !faults);
  return {
    rows: rows.length,
    records: records.length,
    taken: taken.length,
    skus: new Set(taken.map(({ record }) => record?.sku)).size,
    // Independent of how many decimals a currency is shown with.
    prices: Object.fromEntries(
      [...sums].map(([currency, minor]) => [currency, plain(formatAmount({ minor, currency }))]),
    ),
    verdicts: Object.fromEntries(counts),
  };
}

function plain(amount: string): string {
  expect(parseDecimal(amount)).toBeDefined();
  return amount.includes(".") ? amount.replace(/\.?0+$/, "") : amount;
}

describe.skipIf(!present)("the real files of ../shared/data (skipped where they are not there)", () => {
  it.each([
    ["apparel.csv", { rows: 22, records: 22, taken: 22, skus: 22, prices: { USD: "1295" }, verdicts: {} }],
    ["home-and-garden.csv", { rows: 21, records: 21, taken: 21, skus: 21, prices: { USD: "2345.84" }, verdicts: {} }],
    ["jewelery.csv", { rows: 41, records: 23, taken: 23, skus: 23, prices: { USD: "980.74" }, verdicts: {} }],
  ])("Shopify's %s gives every variant with its price, and every row a verdict", async (name, expected) => {
    const file = fromTar(unpacked("shopify/shopifypartners_product_csvs.tar.gz"), name);
    expect(await summary(file, SHOPIFY)).toEqual(expected);
  });

  it("Lazada's 1,000 rows are priced exactly in five currencies", async () => {
    const file = unpacked("unicode_marketplaces/lazada-products.csv.gz");
    expect(await summary(file, documented("lazada"))).toEqual({
      rows: 1_000,
      records: 1_000,
      taken: 1_000,
      skus: 1_000,
      prices: { MYR: "542736.13", IDR: "848404878", PHP: "5893", SGD: "302.35", THB: "1369" },
      verdicts: {},
    });
    const strict = await summary(
      file,
      documented("lazada", { price: { column: "final_price", currencyColumn: "currency" } }),
    );
    expect(strict).toMatchObject({ rows: 1_000, taken: 983, verdicts: { "price TOO_PRECISE": 17 } });
  });

  it("Shein's 1,000 rows are taken but for one name that is too long", async () => {
    const file = unpacked("unicode_marketplaces/shein-products.csv.gz");
    expect(await summary(file, documented("shein"))).toEqual({
      rows: 1_000,
      records: 1_000,
      taken: 999,
      skus: 999,
      prices: { USD: "27404.65" },
      verdicts: { "name TOO_LONG": 1 },
    });
  });

  it.each([
    ["mixed", 527, "22267690", 2_113, 79_115_190 + 147_000],
    ["shoes", 102, "6391320", 714, 46_257_330],
  ])(
    "Musinsa's %s products and options are all taken, in won, with what options cost more",
    async (name, products, price, options, optionPrices) => {
      const productFile = unpacked(`korean/musinsa_${name}_products.csv.gz`);
      expect(await summary(productFile, documented("musinsa-products"))).toEqual({
        rows: products,
        records: products,
        taken: products,
        skus: products,
        prices: { KRW: price },
        verdicts: {},
      });
      const optionFile = unpacked(`korean/musinsa_${name}_options.csv.gz`);
      expect(await summary(optionFile, documented("musinsa-options"))).toEqual({
        rows: options,
        records: options,
        taken: options,
        skus: options,
        prices: { KRW: String(optionPrices) },
        verdicts: {},
      });
    },
  );
});
