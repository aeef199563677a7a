import type { Money } from "../../platform/money.ts";
import type { OrderDraft } from "../../orders/index.ts";

/** Goods that a file takes back without saying of which order, or writes off. */
export interface Deduction {
  channel: string;
  externalId?: string;
  /** RFC 3339 UTC. */
  occurredAt: string;
  currency: string;
  customer?: OrderDraft["customer"];
  /** Why, in the file's own words. */
  reason?: string;
  lines: DeductionLine[];
}

export interface DeductionLine {
  sku?: string;
  title?: string;
  /** Units, more than 0. */
  quantity: number;
  /** ≥ 0: what is taken away. */
  total: Money;
}

/**
 * What a record of a file comes to: an order; goods that earlier orders had sold and that came back; or stock that is gone
 * though nobody bought it.
 */
export type OrderRecord =
  | { meaning: "sale"; key: string; draft: OrderDraft; isLive?: true }
  | { meaning: "credit" | "writeOff"; key: string; deduction: Deduction };

/** The customer in all their orders: the channel's id of them, else their address. A name may be many people's. */
export function customerKey(customer: OrderDraft["customer"]): string | undefined {
  return customer?.externalId ?? customer?.email?.toLowerCase();
}
