import { connector } from "../../core/connectors/shopify/connector.ts";
import type { Connection } from "../../core/connectors/wire.ts";
import { LOCATIONS, type ShopifyState } from "../../local/sandbox/shopify/state.ts";

/** The ids of all orders that changed in the time, as its pages brought them. */
export async function shopOrders(
  connection: Connection,
  { from, to }: { from: number; to: number },
  between: () => void = () => {},
): Promise<string[]> {
  const ids: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await connector.orders?.page(connection, { from, to, ...(cursor === undefined ? {} : { cursor }) });
    ids.push(...(page?.orders ?? []).map((order) => String((order as { id: number }).id)));
    cursor = page?.nextCursor;
    between();
  } while (cursor !== undefined);
  return ids;
}

/** What the shop shows of a SKU at its primary location. */
export const shownOf = ({ variants }: ShopifyState, sku: string): number | undefined =>
  Object.values(variants).find((one) => one.sku === sku)?.available[LOCATIONS[0]]?.quantity;
