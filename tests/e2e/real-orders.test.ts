import { existsSync, readFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import type { Client, Verdict, Work } from "../support/client.ts";
import { newOrganization } from "./organization.ts";
import { DATA, majorUnits, minorUnits, rowsOf, unpacked } from "./real-file.ts";
import { newHome, REPOSITORY, startSystem, type System } from "./system.ts";

type Row = Record<string, string>;
type Amount = { amount: string; currency: string };

interface RealFile {
  /** As the table in docs/real-files.md calls it. */
  name: string;
  path: string;
  /** Of docs/mappings.md, so that it cannot say what does not work. */
  mapping: string;
  currency: string;
  /** What a row comes to, read by this test alone, in minor units and with its sign. */
  amountOf: (row: Row) => bigint;
  /** What rows of one order share; undefined for a row of none. */
  orderOf: (row: Row, index: number) => string | undefined;
  sum: string;
  days: [from: string, to: string];
}

const isSale = ({ InvoiceNo = "", Quantity = "" }: Row) => !InvoiceNo.startsWith("C") && !Quantity.startsWith("-");

const FILES: RealFile[] = [
  {
    name: "UCI invoices",
    path: "uci_online_retail/2010-12_to_2011-02.csv.gz",
    mapping: "uci-orders",
    currency: "GBP",
    amountOf: ({ Quantity = "", UnitPrice = "" }) => BigInt(Quantity) * minorUnits(UnitPrice, 2),
    orderOf: (row) => (isSale(row) ? row["InvoiceNo"] : undefined),
    sum: "1807019.93",
    days: ["2010-12-01", "2011-03-01"],
  },
  {
    name: "StockX sales",
    path: "stockx_2019/2017-09_to_2018-06.csv.gz",
    mapping: "stockx-sales",
    currency: "USD",
    amountOf: (row) => minorUnits(row["Sale Price"] ?? "", 2),
    orderOf: (_row, index) => String(index),
    sum: "18264859.00",
    days: ["2017-09-01", "2018-06-30"],
  },
];

const docs = (name: string) => readFileSync(`${REPOSITORY}/docs/${name}`, "utf8");

function documented(name: string): unknown {
  const json = new RegExp(`\`\`\`json ${name}\\n([\\s\\S]*?)\`\`\``).exec(docs("mappings.md"))?.[1];
  if (json === undefined) throw new Error(`docs/mappings.md has no mapping ${name}`);
  return JSON.parse(json);
}

/** Far longer than it takes, on a machine that is busy. */
const PATIENCE = { timeout: 800_000, interval: 500 };

async function imported(client: Client, content: Buffer, mapping: unknown): Promise<Work> {
  const uploadId = await client.upload(content, { filename: "orders.csv" });
  const id = await client.queueImport(uploadId, { kind: "orders", format: "csv", mapping });
  return vi.waitFor(async () => {
    const work = await client.get<Work>(`/v1/imports/${id}`);
    expect(["succeeded", "failed"], JSON.stringify(work)).toContain(work.status);
    return work;
  }, PATIENCE);
}

interface KnownOrder {
  id: string;
  externalId: string;
  total: Amount;
  version: number;
}

/** Minutes of work: 139,108 rows, twice. `npm test` proves their exact sums without the system (tests/unit/ingest). */
const isAskedFor = process.env["E2E_REAL_ORDERS"] !== undefined;

describe.skipIf(!isAskedFor || !existsSync(new URL("uci_online_retail", DATA)))(
  "the real files of orders beside this repository (skipped where absent, and unless E2E_REAL_ORDERS is set)",
  () => {
    let system: System;
    const table: string[] = [];

    beforeAll(async () => {
      system = await startSystem(newHome());
    });
    afterAll(() => process.stdout.write(`${table.join("\n")}\n`));

    it.each(FILES)(
      "$name: every row has its verdict, the books are exact, and a second time changes nothing",
      async ({ name, path, mapping, currency, amountOf, orderOf, sum, days: [from, to] }) => {
        const client = await newOrganization(system);
        const content = unpacked(path);
        const rows = rowsOf(content);
        const first = await imported(client, content, documented(mapping));
        expect(first).toMatchObject({ status: "succeeded", total: rows.length, processed: rows.length, unchanged: 0 });
        expect(first.accepted + first.rejected).toBe(rows.length);

        const records = await client.all<Verdict>(`/v1/imports/${first.id}/records`);
        const verdicts = new Map(records.map((record) => [record.row, record]));
        expect([records.length, verdicts.size]).toEqual([rows.length, rows.length]);
        const refused = records.filter(({ status }) => status === "rejected");
        expect(refused).toHaveLength(first.rejected);
        for (const { row, faults } of refused) expect(faults?.length, `row ${row} says why`).toBeGreaterThan(0);

        const taken = rows.flatMap((row, index) =>
          verdicts.get(index + 1)?.status === "rejected" ? [] : [{ row, index }],
        );
        const inFile = taken.reduce((total, { row }) => total + amountOf(row), 0n);
        expect(majorUnits(inFile, 2)).toBe(sum);
        const inBooks = await client.get<{ groups: { currency: string; cash: Amount }[] }>(
          `/v1/transactions/summary?from=${from}&to=${to}`,
        );
        expect(inBooks.groups.map(({ cash }) => cash)).toEqual([{ amount: sum, currency }]);

        const sales = taken.filter(({ row, index }) => orderOf(row, index) !== undefined);
        const sold = sales.reduce((total, { row }) => total + amountOf(row), 0n);
        const orders = await client.all<KnownOrder>("/v1/orders");
        expect(orders).toHaveLength(new Set(sales.map(({ row, index }) => orderOf(row, index))).size);
        expect(orders.reduce((total, order) => total + minorUnits(order.total.amount, 2), 0n)).toBe(sold);

        const second = await imported(client, content, documented(mapping));
        expect(second).toMatchObject({
          status: "succeeded",
          accepted: 0,
          created: 0,
          updated: 0,
          unchanged: first.accepted,
          rejected: first.rejected,
        });
        expect(await client.all<KnownOrder>("/v1/orders")).toEqual(orders);

        const counts = [rows.length, first.accepted, first.rejected, first.created, orders.length, second.unchanged];
        const line = `| ${[name, ...counts, `${sum} ${currency}`].join(" | ")} |`;
        table.push(line);
        expect(docs("real-files.md").replaceAll(/ +/g, " ")).toContain(line);
      },
      1_800_000,
    );
  },
);
