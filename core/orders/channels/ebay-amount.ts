import * as z from "zod";
import type { Money } from "../../platform/money.ts";
import type { Notes } from "./notes.ts";
import { amount, price, text } from "./wire.ts";

/** eBay's Amount: what it is now, and what it was before eBay converted it, which it does for the seller's payout. */
export const EbayAmountSchema = z.lazy(() =>
  z.object({
    value: price(),
    currency: z.string(),
    convertedFromValue: amount(),
    convertedFromCurrency: text(),
  }),
);

export type EbayAmount = z.output<typeof EbayAmountSchema>;

/** The amount as it stands, in whatever currency that is; of either sign. */
export function readEbayAmount(notes: Notes, path: string, wire: EbayAmount | null | undefined): Money | undefined {
  return wire ? notes.signed(`${path}.value`, wire.value, wire.currency) : undefined;
}

/** The amount in the order's currency when eBay says that too, so that it can be set against the order's total. */
export function inOrderCurrency(
  notes: Notes,
  path: string,
  wire: EbayAmount | null | undefined,
  currency: string,
): Money | undefined {
  return wire && wire.currency !== currency && wire.convertedFromCurrency === currency
    ? notes.signed(`${path}.convertedFromValue`, wire.convertedFromValue, currency)
    : readEbayAmount(notes, path, wire);
}
