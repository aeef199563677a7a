import type * as Listings from "../../core/listings/index.ts";

export type Told = { quantity: number; availableFrom: string };

/** A channel that remembers what it was told, call by call, and answers as the test wants. */
export function channel(
  answer: (
    update: Listings.QuantityUpdate,
  ) => Omit<Extract<Listings.QuantityResult, { ok: false }>, "listingId" | "ok"> | undefined = () => undefined,
  options: { takesPresale?: boolean; maxBatch?: number; during?: () => Promise<void> } = {},
) {
  const { takesPresale = true, maxBatch = 25, during } = options;
  const told: Told[] = [];
  const calls: string[][] = [];
  const target: Listings.ListingTarget = {
    takesPresale,
    maxBatch,
    async setQuantities(_ctx, updates) {
      calls.push(updates.map(({ listingId }) => listingId));
      await during?.();
      return updates.map((update) => {
        const fault = answer(update);
        if (fault) return { listingId: update.listingId, ok: false, ...fault };
        told.push(update.offer);
        return { listingId: update.listingId, ok: true };
      });
    },
  };
  const targets: Listings.ListingTargets = { ebay: { takesPresale, load: () => Promise.resolve(target) } };
  return { targets, told, calls };
}
