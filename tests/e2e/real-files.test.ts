import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Verdict } from "../support/client.ts";
import { newOrganization } from "./organization.ts";
import { DATA, majorUnits, minorUnits, rowsOf, unpacked, unpackedFromTar } from "./real-file.ts";
import { newHome, REPOSITORY, startSystem, type System } from "./system.ts";

type Row = Record<string, string>;
type Amount = { amount: string; currency: string };
type Mapping = Record<string, unknown>;

interface RealFile {
  /** As the table in docs/real-files.md calls it. */
  name: string;
  read: () => Buffer;
  spec: Record<string, unknown>;
  /** What a row says that it costs, read by this test alone; undefined for a row without a price. */
  amountOf: (row: Row) => [text: string, currency: string] | undefined;
  field: "price" | "cost";
}

/** ISO 4217. */
const DECIMALS: Record<string, number> = { KRW: 0 };
const decimalsOf = (currency: string) => DECIMALS[currency] ?? 2;

const docs = (name: string) => readFileSync(`${REPOSITORY}/docs/${name}`, "utf8");

/** The mappings are those of the documentation, so that it cannot say what does not work. */
function documented(name: string): Mapping {
  const json = new RegExp(`\`\`\`json ${name}\\n([\\s\\S]*?)\`\`\``).exec(docs("mappings.md"))?.[1];
  if (json === undefined) throw new Error(`docs/mappings.md has no mapping ${name}`);
  return JSON.parse(json) as Mapping;
}

const byMapping = (name: string) => ({ format: "csv", mapping: documented(name) });

/** The same file as what a supplier asks: its prices are our costs, and ours are calculated from them. */
function asCosts(name: string) {
  // Long texts make the search index work, and prove nothing about costs.
  const { price, description: _description, ...rest } = documented(name);
  return { format: "csv", mapping: { ...rest, cost: price } };
}

function shopify(name: string): RealFile {
  return {
    name: `Shopify ${name}`,
    read: () => unpackedFromTar("shopify/shopifypartners_product_csvs.tar.gz", name),
    spec: { format: "shopify" },
    amountOf: (row) => (row["Variant Price"] ? [row["Variant Price"], "USD"] : undefined),
    field: "price",
  };
}

function marketplace(name: string, mapping: string, field: "price" | "cost" = "price"): RealFile {
  return {
    name: field === "price" ? name : `${name}, as costs`,
    read: () => unpacked(`unicode_marketplaces/${mapping}-products.csv.gz`),
    spec: field === "price" ? byMapping(mapping) : asCosts(mapping),
    amountOf: (row) => [row["final_price"] ?? "", row["currency"] ?? ""],
    field,
  };
}

function musinsa(name: string, amountOf: (row: Row) => string): RealFile {
  return {
    name: `Musinsa ${name.replace("_", " ")}`,
    read: () => unpacked(`korean/musinsa_${name}.csv.gz`),
    spec: byMapping(`musinsa-${name.split("_")[1] ?? ""}`),
    amountOf: (row) => [amountOf(row), "KRW"],
    field: "price",
  };
}

const productPrice = (row: Row) => row["discounted_price_krw"] ?? "";
/** What the option costs more stands in its text: `(+20,000원)`. */
const optionPrice = (row: Row) => {
  const surcharge = /\(\+([\d,]+)원\)/.exec(row["option_text"] ?? "")?.[1] ?? "0";
  return String(BigInt(row["price_krw"] ?? "") + BigInt(surcharge.replaceAll(",", "")));
};

const FILES: RealFile[] = [
  shopify("apparel.csv"),
  shopify("home-and-garden.csv"),
  shopify("jewelery.csv"),
  marketplace("Lazada", "lazada"),
  marketplace("Lazada", "lazada", "cost"),
  marketplace("Shein", "shein"),
  musinsa("mixed_products", productPrice),
  musinsa("mixed_options", optionPrice),
  musinsa("shoes_products", productPrice),
  musinsa("shoes_options", optionPrice),
];

function sums(amounts: [text: string, currency: string][]): Record<string, string> {
  const minor = new Map<string, bigint>();
  for (const [text, currency] of amounts) {
    minor.set(currency, (minor.get(currency) ?? 0n) + minorUnits(text, decimalsOf(currency)));
  }
  return Object.fromEntries(
    [...minor.keys()].sort().map((currency) => [currency, majorUnits(minor.get(currency) ?? 0n, decimalsOf(currency))]),
  );
}

function reasons(refused: Verdict[]): string {
  const counts = new Map<string, number>();
  for (const { faults = [] } of refused)
    for (const { path, code } of faults) counts.set(`${path} ${code}`, (counts.get(`${path} ${code}`) ?? 0) + 1);
  return [...counts].map(([what, count]) => `${count} × ${what}`).join(", ");
}

/** A row of the table in docs/real-files.md. */
function tableRow(cells: (string | number)[]): string {
  return `| ${cells.join(" | ")} |`;
}

describe.skipIf(!existsSync(new URL("shopify", DATA)))(
  "the real files beside this repository (skipped where absent)",
  () => {
    let system: System;
    const table: string[] = [];

    beforeAll(async () => {
      system = await startSystem(newHome());
    });
    afterAll(() => process.stdout.write(`${table.join("\n")}\n`));

    it.each(FILES)(
      "$name: every row has its verdict, sums are exact, and a second time changes nothing",
      async (file) => {
        const client = await newOrganization(system);
        const content = file.read();
        const rows = rowsOf(content);
        const first = await client.importFile(content, file.spec);
        expect(first).toMatchObject({ status: "succeeded", total: rows.length, processed: rows.length, unchanged: 0 });
        expect(first.accepted + first.rejected).toBe(rows.length);

        const records = await client.records(first.id);
        expect(records.map(({ row }) => row)).toEqual(rows.map((_, index) => index + 1));
        const refused = records.filter(({ status }) => status === "rejected");
        expect(refused).toHaveLength(first.rejected);
        for (const { row, faults } of refused) expect(faults?.length, `row ${row} says why`).toBeGreaterThan(0);

        const isRefused = new Set(refused.map(({ row }) => row));
        const taken = rows.flatMap((row, index) => (isRefused.has(index + 1) ? [] : [file.amountOf(row)]));
        const inFile = sums(taken.filter((amount) => amount !== undefined));
        const read = async () =>
          client.all<{ sku: string; price?: Amount; cost?: Amount; version: number }>("/v1/products");
        const products = await read();
        expect(products).toHaveLength(first.created);
        const inCatalogue = sums(
          products.flatMap(({ [file.field]: money }) =>
            money ? [[money.amount, money.currency] as [string, string]] : [],
          ),
        );
        expect(inCatalogue).toEqual(inFile);

        const second = await client.importFile(content, file.spec);
        expect(second).toMatchObject({
          status: "succeeded",
          accepted: 0,
          created: 0,
          updated: 0,
          unchanged: first.accepted,
          rejected: first.rejected,
        });
        expect(await read()).toEqual(products);

        const sum = Object.entries(inFile).map(([currency, amount]) => `${amount} ${currency}`);
        const counts = [rows.length, first.accepted, first.rejected, first.created, second.unchanged];
        const row = tableRow([file.name, ...counts, reasons(refused) || "–", sum.join(", ")]);
        table.push(row);
        expect(docs("real-files.md").replaceAll(/ +/g, " ")).toContain(row);
      },
      300_000,
    );
  },
);
