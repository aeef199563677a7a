import { connector } from "../../core/connectors/ebay/connector.ts";
import type { Connection } from "../../core/connectors/wire.ts";
import { DEMO_REFRESH_TOKEN } from "../../local/sandbox/ebay/server.ts";

/** What the demo seller signs in with. */
export const EBAY_DEMO = {
  credentials: { clientId: "demo-client", clientSecret: "demo-client-secret", refreshToken: DEMO_REFRESH_TOKEN },
  settings: { marketplaceId: "EBAY_US" },
};

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
