import type * as Listings from "../../core/listings/index.ts";

interface Operation {
  listingId: string;
  quantity: number;
  state: "pending" | "done" | "failed";
}

/** A channel that takes calls at once and works them later, in the order in which they came: StockX and Alias do so. */
export function slowChannel({ during }: { during?: () => Promise<unknown> } = {}) {
  const operations: Operation[] = [];
  const shows = new Map<string, number>();
  let refusal: { transient: boolean; code: string } | undefined;
  let losesAnswers = false;
  const target: Listings.ListingTarget = {
    takesPresale: false,
    maxBatch: 100,
    async setQuantities(_ctx, updates) {
      const results = updates.map(({ listingId, offer }): Listings.QuantityResult => {
        operations.push({ listingId, quantity: offer.quantity, state: "pending" });
        return { listingId, ok: "pending", operation: String(operations.length - 1) };
      });
      await during?.();
      if (losesAnswers) throw new Error("the answer was lost");
      return results;
    },
    operations: (_ctx, asked) =>
      Promise.resolve(
        asked.map(({ listingId, operation }): Listings.QuantityResult => {
          const found = operations[Number(operation)];
          if (found?.state === "done") return { listingId, ok: true };
          if (found?.state === "failed")
            return { listingId, ok: false, transient: true, code: "FAILED", ...refusal, message: "not this time" };
          return { listingId, ok: "pending", operation };
        }),
      ),
  };
  return {
    targets: { ebay: { takesPresale: false, load: () => Promise.resolve(target) } } satisfies Listings.ListingTargets,
    operations,
    shows,
    /** Works what it has taken so far. */
    work(): void {
      for (const operation of operations) {
        if (operation.state !== "pending") continue;
        operation.state = refusal ? "failed" : "done";
        if (!refusal) shows.set(operation.listingId, operation.quantity);
      }
    },
    refuse: (next: typeof refusal) => void (refusal = next),
    loseAnswers: (next: boolean) => void (losesAnswers = next),
  };
}
