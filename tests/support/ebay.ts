import { connector } from "../../core/connectors/ebay/connector.ts";
import type { Connection } from "../../core/connectors/wire.ts";

/** The ids of all orders that changed in the time, as its pages brought them. */
export async function ordersOf(
  connection: Connection,
  from: number,
  to: number,
  between: () => void = () => {},
): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await connector.orders?.page(connection, { from, to, ...(cursor === undefined ? {} : { cursor }) });
    ids.push(...(page?.orders ?? []).map((order) => (order as { orderId: string }).orderId));
    cursor = page?.nextCursor;
    between();
  } while (cursor !== undefined);
  return ids;
}
