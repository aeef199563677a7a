import type { OrderSource } from "../../core/connectors/capabilities.ts";
import type { Connection } from "../../core/connectors/wire.ts";

const DAY_MS = 86_400_000;
const MAX_PAGES = 1_000;

/** Everything that changed in a time, within a day of now where none is given: what came twice is there twice. */
export async function readOrders<O>(
  source: OrderSource | undefined,
  connection: Connection,
  time?: { from: number; to: number },
): Promise<O[]> {
  if (!source) throw new Error("It has no orders");
  const { from, to } = time ?? { from: connection.now() - DAY_MS, to: connection.now() + DAY_MS };
  const found: unknown[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const ask = { from, to, ...(cursor === undefined ? {} : { cursor }) };
    const page = await source.page(connection, ask);
    found.push(...page.orders);
    cursor = page.nextCursor;
    if (cursor === undefined) return found as O[];
  }
  throw new Error("The list of orders has no end");
}
