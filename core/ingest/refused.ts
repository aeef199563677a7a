import type { Context } from "../platform/context.ts";
import type { Batch, RecordResult } from "./batch.ts";
import { csvLine } from "../platform/csv-writer.ts";
import type { Parsed } from "./record.ts";

/** Where the refused rows of a batch lie: one part a page with any, and one file in the end. */
const prefix = (ctx: Context, batchId: string) => `refused/${ctx.actor.organizationId}/${batchId}`;
const partKey = (ctx: Context, batchId: string, page: number) =>
  `${prefix(ctx, batchId)}/parts/${String(page).padStart(8, "0")}.csv`;

/** Row number, reasons, and the row as it came, so that it can be corrected and imported again. A repeat writes the same. */
export async function storeRefusedPage(
  ctx: Context,
  batch: Batch,
  page: number,
  parsed: Parsed<unknown>[],
  results: RecordResult[],
): Promise<void> {
  const byRow = new Map(results.filter(({ status }) => status === "rejected").map((result) => [result.row, result]));
  if (byRow.size === 0) return;
  const lines: string[] = [];
  for (const one of parsed) {
    one.rows.forEach((row, place) => {
      const result = byRow.get(row);
      if (!result) return;
      const reasons = (result.faults ?? [])
        .map(({ path, code, message }) => `${path === "" ? "" : `${path}: `}${code} ${message}`)
        .join("; ");
      lines.push(csvLine([String(row), reasons, ...(one.raw[place] ?? [])]));
    });
  }
  await ctx.objects.put(partKey(ctx, batch.id, page), lines.join(""), "text/csv; charset=utf-8");
}

/** Joins the parts into one file, with one header, a part in memory at a time. Returns its key. */
export async function assembleRefused(ctx: Context, batch: Batch): Promise<string> {
  const key = `${prefix(ctx, batch.id)}/refused.csv`;
  await ctx.objects.putStream(key, parts(ctx, batch), "text/csv; charset=utf-8");
  return key;
}

async function* parts(ctx: Context, batch: Batch): AsyncGenerator<Uint8Array> {
  yield Buffer.from(csvLine(["row", "reasons", ...(batch.state.header ?? [])]));
  for await (const part of ctx.objects.list(`${prefix(ctx, batch.id)}/parts/`)) {
    yield* (await ctx.objects.read(part)) as AsyncIterable<Uint8Array>;
  }
}
