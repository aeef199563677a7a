import type { Context } from "../platform/context.ts";
import { idAt } from "../platform/ids.ts";
import type { Item } from "../platform/table.ts";
import type { Order } from "./order.ts";
import { AFTER_ORDERS, orderPartition } from "./order.store.ts";

const PAGE = 250;
const MAX_PAGES = 2;

export interface SoldOn {
  /** RFC 3339 UTC: all since then is counted, and nothing before. */
  since: string;
  /** Units of a product in orders of the channel that were recorded at `since` or later. */
  unitsOf(productId: string, since: string): number;
}

/**
 * What a channel's own orders took that were recorded here since a time: consistent, the newest five hundred orders at
 * most, of all channels. For the product's own work: it asks for no permission.
 */
export async function soldOn(ctx: Context, { channel, since }: { channel: string; since: string }): Promise<SoldOn> {
  const sales: { productId: string; quantity: number; at: string }[] = [];
  let startKey: Item | undefined;
  let oldest = since;
  for (let page = 0; page < MAX_PAGES; page++) {
    const { items, lastKey } = await ctx.table.query<Item>({
      pk: orderPartition(ctx),
      from: idAt("order", Date.parse(since)),
      to: AFTER_ORDERS,
      newestFirst: true,
      consistent: true,
      limit: PAGE,
      attributes: ["channel", "createdAt", "lines"],
      ...(startKey ? { startKey } : {}),
    });
    for (const item of items) {
      const order = item as unknown as Pick<Order, "channel" | "createdAt" | "lines">;
      oldest = order.createdAt;
      if (order.channel !== channel) continue;
      for (const { productId, quantity } of order.lines)
        if (productId !== undefined) sales.push({ productId, quantity, at: order.createdAt });
    }
    startKey = lastKey;
    if (!startKey) break;
  }
  return {
    since: startKey ? oldest : since,
    unitsOf: (productId, from) =>
      sales.reduce((sum, sale) => sum + (sale.productId === productId && sale.at >= from ? sale.quantity : 0), 0),
  };
}
