import type { OrderSource } from "../../core/connectors/capabilities.ts";
import type { Connection } from "../../core/connectors/wire.ts";

const DAY_MS = 86_400_000;
const MAX_PAGES = 1_000;

/** Everything that changed within a day of now, page by page: what came twice is there twice. */
export async function readOrders<O>(source: OrderSource | undefined, connection: Connection): Promise<O[]> {
  if (!source) throw new Error("It has no orders");
  const now = connection.now();
  const found: unknown[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < MAX_PAGES; pages++) {
    const ask = { from: now - DAY_MS, to: now + DAY_MS, ...(cursor === undefined ? {} : { cursor }) };
    const page = await source.page(connection, ask);
    found.push(...page.orders);
    cursor = page.nextCursor;
    if (cursor === undefined) return found as O[];
  }
  throw new Error("The list of orders has no end");
}
