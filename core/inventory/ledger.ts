import type { StockPlace } from "./stock.ts";

/** What an adjustment may be (docs/requirements.md S3-14). */
export const CHANGE_TYPES = [
  "restock",
  "spoil",
  "trash",
  "damaged",
  "manual",
  "recount",
  "sale",
  "reserved",
  "unreserved",
] as const;

export type ChangeType = (typeof CHANGE_TYPES)[number];

/** Why a stock item changed: an adjustment's type, or what other work does to it. */
export type LedgerType = ChangeType | "transfer" | "consumed" | "produced" | "returned" | "buffer" | "expired";

/** What made the change: the order, adjustment, transfer … by its id. */
export interface Cause {
  kind: "adjustment" | "order" | "reservation" | "transfer" | "batch" | "count" | "expiry";
  id: string;
}

/** One change of a stock item, of one lot where units moved. Entries are only ever added. */
export interface LedgerEntry extends StockPlace {
  id: string;
  type: LedgerType;
  onHandChange: number;
  reservedChange: number;
  blockedChange: number;
  bufferChange: number;
  /** `onHand` after it, where it moved units: those changes are in one order, which `seq` counts. */
  onHandAfter?: number;
  seq?: number;
  lotId?: string;
  lotNumber?: string;
  expirationDate?: string;
  /** What the moved units cost together: positive when they came, negative when they left. */
  costChangeMinor?: number;
  currency?: string;
  notes?: string;
  cause: Cause;
  actor: { kind: string; id: string };
  requestId: string;
  at: string;
}
