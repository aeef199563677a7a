import type { Context } from "../platform/context.ts";
import { idAt } from "../platform/ids.ts";
import type { Item } from "../platform/table.ts";
import type { Order, OrderLine } from "./order.ts";
import { AFTER_ORDERS, orderPartition } from "./order.store.ts";

const PAGE = 250;
const MAX_PAGES = 2;

export interface SoldOn {
  /** RFC 3339 UTC: all since then is counted, and nothing before. */
  since: string;
  /** Units of a product in orders of the channel that were recorded at `since` or later, and before `until`. */
  unitsOf(productId: string, since: string, until: string | undefined): number;
}

type Sale = Pick<Order, "channel" | "createdAt" | "lines" | "status" | "affectsStock">;

/**
 * What a channel's own orders took of our stock that were recorded here since a time: consistent, the newest five hundred
 * orders at most, of all channels. Not in it is what was cancelled, what moves no stock (history that was imported), and
 * what is yet to be reserved. For the product's own work: it asks for no permission.
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
      attributes: ["channel", "createdAt", "lines", "status", "affectsStock"],
      ...(startKey ? { startKey } : {}),
    });
    for (const item of items) {
      const order = item as unknown as Sale;
      oldest = order.createdAt;
      if (order.channel !== channel || !order.affectsStock || order.status === "cancelled") continue;
      for (const line of order.lines)
        if (line.productId !== undefined && isTaken(line))
          sales.push({ productId: line.productId, quantity: line.quantity - line.cancelled, at: order.createdAt });
    }
    startKey = lastKey;
    if (!startKey) break;
  }
  return {
    since: startKey ? oldest : since,
    unitsOf: (productId, from, until = AFTER_ALL) =>
      sales
        .filter((sale) => sale.productId === productId && sale.at >= from && sale.at < until)
        .reduce((sum, { quantity }) => sum + quantity, 0),
  };
}

/** After every time. */
const AFTER_ALL = "~";

const isTaken = ({ holds, fulfilled, boughtBy }: OrderLine) =>
  holds.length > 0 || fulfilled > 0 || boughtBy !== undefined;
