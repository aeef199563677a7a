import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { START } from "../../../../core/ingest/formats/index.ts";
import { Groups } from "../../../../core/ingest/groups.ts";
import { OrderMappingSchema } from "../../../../core/ingest/orders/order-mapping.ts";
import { readOrderRows } from "../../../../core/ingest/orders/read-orders.ts";
import { inChunks } from "../../../support/records.ts";

/** Real files lie beside the repository and are not part of it: where they are absent there is nothing to read. */
const DATA = new URL("../../../../../shared/data/", import.meta.url);
const MAPPINGS = readFileSync(new URL("../../../../docs/mappings.md", import.meta.url), "utf8");

/** What came of a file: rows and amounts by meaning, faults, groups. The mappings are those of the documentation. */
async function summary(path: string, mapping: string) {
  const json = new RegExp(`\`\`\`json ${mapping}\\n([\\s\\S]*?)\`\`\``).exec(MAPPINGS)?.[1] ?? "";
  const file = gunzipSync(readFileSync(new URL(path, DATA)));
  const format = { format: "csv" as const, currency: "USD", mapping: OrderMappingSchema.parse(JSON.parse(json)) };
  const rows: Record<string, number> = {};
  const groups = new Groups();
  const contents = new Set<string>();
  let minor = 0;
  let faulty = 0;
  for await (const row of readOrderRows(inChunks(file), format, { ...START })) {
    groups.note(row.rows[0] ?? 0, row);
    const { record } = row;
    if (!record || row.faults) faulty++;
    if (!record) continue;
    rows[record.meaning] = (rows[record.meaning] ?? 0) + 1;
    contents.add(record.content);
    minor += record.meaning === "sale" ? record.line.total.minor : -record.line.total.minor;
  }
  return { rows, minor, faulty, groups: groups.size, contents: contents.size };
}

describe.skipIf(!existsSync(DATA))(
  "the real files of orders in ../shared/data (skipped where they are not there)",
  () => {
    it("are read row by row to the exact sum: UCI's 4,894 invoices", async () => {
      expect(await summary("uci_online_retail/2010-12_to_2011-02.csv.gz", "uci-orders")).toMatchObject({
        rows: { sale: 103_217, credit: 1_904, writeOff: 214 },
        minor: 180_701_993,
        faulty: 0,
        groups: 4_894,
      });
    });

    it("are read row by row to the exact sum: StockX's 33,773 sales, 690 of them equal to another", async () => {
      expect(await summary("stockx_2019/2017-09_to_2018-06.csv.gz", "stockx-sales")).toMatchObject({
        rows: { sale: 33_773 },
        minor: 1_826_485_900,
        faulty: 0,
        contents: 33_773 - 690,
      });
    });
  },
);
