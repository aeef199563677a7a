import type { OrderDraft } from "../../orders/index.ts";
import type { Context } from "../../platform/context.ts";
import type { Write } from "../../platform/table.ts";

export interface RecordOptions {
  affectsStock: boolean;
  /** For the transaction that makes the order: what is written of it here, or the order is not. */
  writes: (orderId: string) => Write[];
}

/** Goods of an order that came back, and what was paid for them. */
export interface TakenBack {
  orderId: string;
  /** The same one twice is one return. */
  returnId: string;
  /** RFC 3339 UTC. */
  at: string;
  reason: string;
  lines: { sku: string; quantity: number; totalMinor: number }[];
}

/** What an import needs of orders. */
export interface OrderBook {
  /** The channel's order, made now or before: `duplicate` says which. */
  record(ctx: Context, draft: OrderDraft, options: RecordOptions): Promise<{ orderId: string; duplicate: boolean }>;
  takeBack(ctx: Context, taken: TakenBack): Promise<void>;
}
