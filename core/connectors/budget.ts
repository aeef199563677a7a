import type { Limit } from "./port.ts";

/** Delists and quantities are urgent: they go before catalogues and whatever else can wait. */
export type Urgency = "urgent" | "bulk";

export interface Take {
  /** As a request states it. */
  cost: Readonly<Record<string, number>>;
  urgency: Urgency;
}

/** What a provider lets an account do, shared by all processes that work for it. */
export interface Budget {
  /**
   * Takes from every limit that counts the call, waiting a few seconds for its turn where that is enough. Throws
   * BudgetSpentError with retryAfterMs where it is not: nothing was sent.
   */
  take(take: Take): Promise<void>;
  /** The provider refused for the number of calls, and asks to stay away for so long, in milliseconds, where it says. */
  refused(retryAfterMs: number | undefined): Promise<void>;
}

/** Of who has no limits, or whom nobody else calls. */
export const NO_BUDGET: Budget = { take: async () => {}, refused: async () => {} };

/** Units that a call takes of a limit; 0 where the limit does not count it. A limit without a scope counts every call, by its name. */
export function unitsOf({ name, scope }: Limit, cost: Take["cost"]): number {
  return cost[scope ?? name] ?? (scope === undefined ? 1 : 0);
}
