import { csvLine } from "../../core/platform/csv-writer.ts";

export const ORDERS_MAPPING = {
  groupBy: "invoice",
  sku: "sku",
  title: "title",
  quantity: "quantity",
  unitPrice: "price",
  currency: "USD",
  placedAt: "placedAt",
  customer: { externalId: "customer" },
  country: "country",
  cancellation: { prefix: "C" },
};

const HEADER = ["invoice", "sku", "title", "quantity", "placedAt", "price", "customer", "country"];
/** As in the invoices of a wholesaler: some twenty lines each, one in forty interrupted, one in six a cancellation. */
const LINES = 21;
const SCATTERED = 40;
const CANCELLED = 6;
const START_MS = Date.UTC(2024, 0, 1);
const MINUTE_MS = 60_000;

/** A file of invoices, line by line, in the order of time. The same number of rows gives the same file. */
export function* generateOrders({ rows }: { rows: number }): Generator<string> {
  yield csvLine(HEADER);
  let left = rows;
  let late: string | undefined;
  for (let invoice = 0; left > 0; invoice++) {
    const cancels = invoice % CANCELLED === CANCELLED - 1;
    const count = Math.min(cancels ? 2 : LINES, left);
    for (let line = 0; line < count; line++) {
      const row = csvLine(cellsOf(invoice, line, cancels));
      // Its last line stands behind the first one of the next.
      if (invoice % SCATTERED === 1 && line === count - 1 && left > count) late = row;
      else {
        yield row;
        if (late !== undefined) {
          yield late;
          late = undefined;
        }
      }
    }
    left -= count;
  }
  if (late !== undefined) yield late;
}

function cellsOf(invoice: number, line: number, cancels: boolean): string[] {
  // A cancellation takes back what the invoice before it sold.
  const of = cancels ? invoice - 1 : invoice;
  return [
    `${cancels ? "C" : ""}${500_000 + invoice}`,
    `SKU-${(of * 7 + line * 13) % 3_000}`,
    `HANGING HEART T-LIGHT HOLDER ${line}`,
    cancels ? "-1" : String((line % 12) + 1),
    new Date(START_MS + invoice * 9 * MINUTE_MS).toISOString(),
    `${(line % 9) + 1}.${line % 10}5`,
    String(10_000 + (of % 900)),
    "United Kingdom",
  ];
}
