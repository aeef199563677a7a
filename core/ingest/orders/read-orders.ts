import { readCsv } from "../formats/csv.ts";
import { readJsonLines } from "../formats/json-lines.ts";
import type { Parsed, SourceState } from "../record.ts";
import { orderColumns } from "./order-columns.ts";
import type { OrderMapping } from "./order-mapping.ts";
import { compileOrderMapping } from "./order-read.ts";
import type { OrderRow } from "./order-row.ts";

/** The rows of a file of orders, each with the group that it belongs to. As `readRecords`. */
export async function* readOrderRows(
  bytes: AsyncIterable<Uint8Array>,
  { format, mapping, currency }: { format: "csv" | "jsonl"; mapping: OrderMapping; currency: string },
  state: SourceState,
): AsyncGenerator<Parsed<OrderRow>> {
  const compile = (header: readonly string[]) => compileOrderMapping(mapping, header, currency);
  const rows =
    format === "csv"
      ? readCsv(bytes, { compile, delimiter: mapping.delimiter }, state)
      : readJsonLines(bytes, { compile, columns: orderColumns(mapping) }, state);
  for await (const parsed of rows) {
    // A row that takes back what another sold waits for it, also where it is a record of its own.
    const alone = mapping.groupBy === undefined && parsed.record?.meaning === "credit";
    yield alone ? { ...parsed, group: { key: `row\n${parsed.rows[0]}`, late: true } } : parsed;
  }
}
