/** What can be wrong with an organisation's stock, by name. */
export const DIFFERENCES = {
  ON_HAND_NOT_LEDGER: "units on hand are not the sum of the ledger's changes",
  ON_HAND_NOT_LOTS: "units on hand are not the sum of what is left of the lots",
  RESERVED_NOT_LEDGER: "reserved units are not the sum of the ledger's changes",
  RESERVED_NOT_HELD: "reserved units are not those that orders, reservations and adjustments hold",
  HELD_BY_HAND_NOT_LEDGER: "units reserved by hand are not the sum of those adjustments",
  BLOCKED_NOT_LEDGER: "blocked units are not the sum of the ledger's changes",
  BLOCKED_NOT_LOTS: "blocked units are not what is left of the blocked lots",
  BUFFER_NOT_LEDGER: "the buffer is not the sum of the ledger's changes",
  FREE_WRONG: "free is not on hand less reserved less blocked",
  AVAILABLE_WRONG: "available is not free less the buffer",
  BELOW_ZERO: "a count that cannot be less than nothing is",
  VALUE_NOT_LOTS: "the value is not the sum of what the lots cost",
  VALUE_NOT_LEDGER: "the value is not the cost that came in less the cost that left",
  UNCOSTED_NOT_LOTS: "units without a cost are not those of the lots without one",
  LOT_IN_OTHER_CURRENCY: "a lot is costed in another currency than its stock item",
  LOT_NOT_LEDGER: "what is left of a lot is not the sum of its ledger entries",
  LOT_COST_NOT_LEDGER: "what is left of a lot costs something else than its ledger entries say",
  LOT_MASTER_MISSING: "a lot that units moved of is not recorded",
  LOT_MASTER_WITHOUT_ENTRY: "a lot is recorded that nothing ever came of",
  LOT_RECEIVED_NOT_LEDGER: "a lot's received units or cost are not those that it came with",
  LOT_MISFILED: "what is left of a lot stands under another key than its own",
  LOT_EXPIRY_NOT_SCHEDULED: "a lot with a last day is not in the schedule that takes it off sale",
  TRACE_BROKEN: "a ledger entry is not found by its lot",
  CHAIN_BROKEN: "the balances of the ledger's entries do not follow from each other",
  CHAIN_GAP: "a change of the stock item has no ledger entry",
  CHAIN_TWICE: "two changes were made upon the same state",
  STOCK_MISSING: "the ledger, lots or holds are of a stock item that does not exist",
  NOT_MARKED_AS_STOCKED: "nothing keeps this product with stock from becoming a bundle",
  TOTAL_WRONG: "the organisation's total is not the sum of its stock items",
} as const;

export type DifferenceCode = keyof typeof DIFFERENCES;

/** One thing that is not as it should be. */
export interface Difference {
  code: DifferenceCode;
  productId?: string;
  locationId?: string;
  lotId?: string;
  /** The ledger entry, the total or the number that it is about. */
  name?: string;
  /** What is stored, and what it should be by everything else. */
  stored: number | string;
  expected: number | string;
}

/** One line for people. */
export function sentenceOf({ code, productId, locationId, lotId, name, stored, expected }: Difference): string {
  const where = [productId, locationId, lotId, name].filter((part) => part !== undefined).join(" ");
  return `${where}: ${DIFFERENCES[code]}: ${stored}, and should be ${expected} (${code})`;
}
