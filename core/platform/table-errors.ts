/** Why one write of a transaction was refused; `item` is what stood there (ALL_OLD). */
export interface CancelReason {
  code: string;
  item?: Record<string, unknown>;
}

/** A single write's condition did not hold; `item` is what stood in the way. */
export class ConditionFailed extends Error {
  override readonly name = "ConditionFailed";
  readonly item: Record<string, unknown> | undefined;
  constructor(item: Record<string, unknown> | undefined, cause: unknown) {
    super("The write's condition did not hold", { cause });
    this.item = item;
  }
}

const TRANSIENT = new Set(["TransactionConflict", "ThrottlingError", "ProvisionedThroughputExceeded"]);

/** A transaction was refused; `reasons` are in the order of its writes. */
export class TransactionCanceled extends Error {
  override readonly name = "TransactionCanceled";
  readonly reasons: CancelReason[];
  constructor(reasons: CancelReason[], cause: unknown) {
    super(`Transaction cancelled: ${reasons.map((reason) => reason.code).join(", ")}`, { cause });
    this.reasons = reasons;
  }

  /** True when only other traffic stood in the way: the same transaction may pass a moment later. */
  get isTransient(): boolean {
    const codes = this.reasons.map((reason) => reason.code).filter((code) => code !== "None");
    return codes.length > 0 && codes.every((code) => TRANSIENT.has(code));
  }

  /** Did the condition of the write at this place fail? */
  failedAt(index: number): boolean {
    return this.reasons[index]?.code === "ConditionalCheckFailed";
  }
}

const THROTTLES = new Set([
  "ThrottlingException",
  "ProvisionedThroughputExceededException",
  "RequestLimitExceeded",
  "TransactionConflictException",
  "TransactionInProgressException",
  "InternalServerError",
]);

export function isThrottle(error: unknown): boolean {
  return error instanceof Error && THROTTLES.has(error.name);
}
