/** So many requests in a window: a bucket of tokens that is full again when the window, begun by its first token, ends. */
export interface Policy {
  name: string;
  limit: number;
  windowMs: number;
}

/** How a bucket stands after a request, policy by policy. */
export interface Taken {
  isAllowed: boolean;
  used: readonly number[];
  /** Until each window ends. */
  leftMs: readonly number[];
}
