import type { Money } from "../../platform/money.ts";
import type { ItemFacts } from "../ledger/transaction.ts";
import type { MatchMethod } from "./judge.ts";

/** Units of a purchase that a sold line took. */
export interface Taken {
  matchId: string;
  purchaseId: string;
  quantity: number;
  unitCost: Money;
  method: MatchMethod;
  /** 0 to 100. */
  score: number;
}

/** A line of an order whose goods did not come from our stock: what they cost is known by the purchases it is matched with. */
export interface SaleLine {
  orderId: string;
  lineId: string;
  channel: string;
  soldAt: string;
  item: ItemFacts;
  productId?: string;
  /** Units sold, without those that came back. */
  quantity: number;
  /** Units that no purchase is found for yet. quantity = open + what is taken. */
  open: number;
  taken: Taken[];
  /** Matches that wait for somebody's word. */
  proposals: string[];
  /** The returns and cancellations that were taken off, each once. */
  causes: string[];
  /** Where it is found by purchases that come later, while units are open. */
  keys: string[];
  version: number;
}

/** A line is one item: of more parts than these it keeps the rest open. */
export const MAX_TAKEN = 500;
