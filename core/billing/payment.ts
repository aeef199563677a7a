import type { Money } from "../platform/money.ts";
import { type Kept, recordStore } from "./record.store.ts";

/** What a lost dispute has cost, as it stands in the books. */
export interface Loss {
  amount: Money;
  /** What Stripe takes for the dispute; it may be in the account's own currency. */
  fees: readonly Money[];
}

/** A payment of an order at Stripe (`pi_…`), and how far what happened to it has come into the order. */
export interface Payment extends Kept {
  id: string;
  orderId: string;
  status: "processing" | "requiresAction" | "failed" | "canceled" | "succeeded";
  amount?: Money;
  /** False where the order could not take it: then it is not in the books, and its refunds are not either. */
  isBooked: boolean;
  /** Why not, or of a payment that failed why. */
  reason?: string;
  /** What has gone back in all, and is in the order. In minor units, as all amounts here. */
  refundedMinor: number;
  refunds: Readonly<Record<string, { amountMinor: number; status: string }>>;
  /** `loss`: what of a lost one is in the books. */
  disputes: Readonly<Record<string, { amountMinor: number; status: string; reason: string; loss?: Loss }>>;
  updatedAt: string;
}

/** By Stripe's id of them. */
export const payments = recordStore<Payment>("BILLING_PAYMENT");
