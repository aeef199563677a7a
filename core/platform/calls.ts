/** One call to a store, about to be made. */
export interface StoreCall {
  service: "dynamodb" | "sqs" | "s3";
  /** The SDK command without its suffix: TransactWriteItems, Query, SendMessage … */
  operation: string;
}

/**
 * The seam around every call to a store. Production passes calls through; a test counts them, fails or throttles the
 * n-th, lets one happen and loses its answer, or stops there as a killed process would.
 */
export type AroundCall = <T>(call: StoreCall, next: () => Promise<T>) => Promise<T>;

export const passThrough: AroundCall = (_call, next) => next();
