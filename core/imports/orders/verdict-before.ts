import type { Batch, Outcome, Row } from "../../ingest/index.ts";
import type { Imported } from "./imported.store.ts";
import type { OrderRecord } from "./order-record.ts";

/** DynamoDB takes 400 KB an item; a line's own counters and names take the more. */
const MOST_BYTES = 380_000;
const LINE_BYTES = 130;

/** What can be said without writing; undefined where it is this batch's to make, be it for the second time. */
export function verdictBefore(
  { id: importId }: Pick<Batch, "id">,
  { hash, record }: Row<OrderRecord>,
  known: Imported | undefined,
): Outcome | undefined {
  if (!known && isTooLarge(record)) {
    const message = "The order has more lines, or more text, than one can be kept with";
    return { status: "rejected", faults: [{ path: "lines", code: "TOO_LARGE", message }] };
  }
  if (!known || (known.hash === hash && known.importId === importId)) return undefined;
  if (known.hash === hash) return { status: "unchanged", id: known.id };
  if (isLive(record)) return undefined;
  const message = `${record.key.replace("#", " ")} was imported before and said something else; it was left as it is`;
  return { status: "rejected", faults: [{ path: "externalId", code: "DIFFERS_FROM_IMPORTED", message }] };
}

/** A marketplace's own answer says what the order is now; a file, what it was. */
export function isLive(record: OrderRecord): boolean {
  return record.meaning === "sale" && record.isLive === true;
}

function isTooLarge(record: OrderRecord): boolean {
  const told = record.meaning === "sale" ? record.draft : record.deduction;
  return Buffer.byteLength(JSON.stringify(told)) + told.lines.length * LINE_BYTES > MOST_BYTES;
}
