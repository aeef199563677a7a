import type { Money } from "../platform/money.ts";
import { type Kept, recordStore } from "./record.store.ts";
import type { Params } from "./stripe-form.ts";

/** A page of Stripe's on which somebody pays: the latest one of its subject. */
export interface Checkout extends Kept {
  /** Ours (`chk_…`), and Stripe's idempotency key: whoever asks again for the same gets the same page. */
  id: string;
  /** `asked`: Stripe may know of it or not. */
  status: "asked" | "open" | "complete" | "expired";
  /** The call to the letter, since Stripe refuses other parameters under the same key. */
  params: Params;
  /** Of the parameters, without what is made anew each time. */
  essence: string;
  amount?: Money;
  expiresAtMs: number;
  /** Stripe's (`cs_…`). */
  sessionId?: string;
  url?: string;
  createdAt: string;
}

/** One for each order, by its id, and one for the organisation's own subscription. */
export const checkouts = recordStore<Checkout>("BILLING_CHECKOUT");

export const SUBSCRIPTION_SUBJECT = "SUBSCRIPTION";
