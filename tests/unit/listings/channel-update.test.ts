import fc from "fast-check";
import { describe, expect, it } from "vitest";
import {
  type Calculated,
  type ChannelUpdate,
  decide,
  isRebased,
  isUrgent,
  MAX_ATTEMPTS,
  sameOffer,
} from "../../../core/listings/channel-update.ts";
import { planOf } from "../../../core/listings/plan.ts";
import type { ListingTargets } from "../../../core/listings/targets.ts";

const LATER = "2027-01-01T00:00:00.000Z";

function update(changes: Partial<ChannelUpdate> = {}): ChannelUpdate {
  return {
    id: "lst_1",
    productId: "prd_1",
    platformType: "shop",
    platformSku: "A",
    currency: "USD",
    listingStatus: "active",
    state: "published",
    stamp: 10,
    desiredQuantity: 5,
    desiredFrom: "inStock",
    publishedQuantity: 5,
    publishedFrom: "inStock",
    attempts: 1,
    doubt: 1,
    ...changes,
  };
}

function calculated(changes: Partial<Calculated> = {}): Calculated {
  return {
    offer: { quantity: 5, availableFrom: "inStock" },
    stamp: 11,
    basis: "own",
    listingStatus: "active",
    hasTarget: true,
    ...changes,
  };
}

const load = () => Promise.reject(new Error("not called"));
const targets: ListingTargets = { shop: { takesPresale: true, load }, stockx: { takesPresale: false, load } };

describe("a calculation", () => {
  it("that knows less than the record changes nothing, whatever it found", () => {
    fc.assert(
      fc.property(
        fc.nat(20),
        fc.nat(9),
        fc.constantFrom("published", "queued", "waiting", "failed"),
        (behind, quantity, state) => {
          const next = calculated({ stamp: 10 - behind, offer: { quantity, availableFrom: "inStock" } });
          expect(decide(update({ state }), next)).toBe(behind === 0 && state === "queued" ? "resend" : "stale");
        },
      ),
    );
  });

  it("on other items than the record's is neither older nor newer by its stamp", () => {
    const rebased = calculated({ stamp: 3, basis: "bundle", offer: { quantity: 1, availableFrom: "inStock" } });
    expect(decide(update({ basis: "own" }), rebased)).toBe("queue");
    expect(isRebased(update({ basis: "own" }), rebased)).toBe(true);
    expect(decide(update(), rebased)).toBe("stale");
  });

  it("is noted where the channel is told the same already, and queued where not", () => {
    expect(decide(update(), calculated())).toBe("note");
    expect(decide(update(), calculated({ offer: { quantity: 4, availableFrom: "inStock" } }))).toBe("queue");
    expect(decide(update(), calculated({ offer: { quantity: 5, availableFrom: LATER } }))).toBe("queue");
    expect(
      decide(
        update({ state: "queued", desiredQuantity: 4 }),
        calculated({ offer: { quantity: 4, availableFrom: "inStock" } }),
      ),
    ).toBe("note");
  });

  it("is queued for the worker wherever the listing waits for its channel's word", () => {
    expect(decide(update({ listingStatus: "paused" }), calculated({ listingStatus: "publishing" }))).toBe("queue");
    expect(decide(update({ listingStatus: "publishing" }), calculated({ listingStatus: "publishing" }))).toBe("queue");
    expect(
      decide(update({ listingStatus: "publishing", state: "queued" }), calculated({ listingStatus: "publishing" })),
    ).toBe("note");
    expect(decide(update(), calculated({ listingStatus: "ended", hasTarget: false }))).toBe("queue");
  });

  it("waits where there is nobody to tell", () => {
    expect(decide(update(), calculated({ hasTarget: false }))).toBe("wait");
  });

  it("does not repeat what a channel has refused", () => {
    expect(decide(update({ state: "failed", listingStatus: "failed" }), calculated({ listingStatus: "failed" }))).toBe(
      "note",
    );
  });

  it("is urgent when the channel shows units that are gone, or may show some", () => {
    const none = { quantity: 0, availableFrom: "inStock" as const };
    expect(isUrgent(update(), none)).toBe(true);
    expect(isUrgent(update({ publishedQuantity: 0 }), none)).toBe(true);
    expect(isUrgent(update({ publishedQuantity: 0, doubt: 0 }), none)).toBe(false);
    expect(isUrgent(update(), { ...none, quantity: 1 })).toBe(false);
  });

  it("finds nothing of something the same, whenever it comes", () => {
    expect(sameOffer({ quantity: 0, availableFrom: LATER }, { quantity: 0, availableFrom: "inStock" })).toBe(true);
    expect(sameOffer({ quantity: 1, availableFrom: LATER }, { quantity: 1, availableFrom: "inStock" })).toBe(false);
    expect(sameOffer(undefined, { quantity: 0, availableFrom: "inStock" })).toBe(false);
  });
});

describe("what a worker does", () => {
  it("is nothing where the channel is known to show it, and is not left out after a claim that died", () => {
    expect(planOf(update(), targets)).toMatchObject({ kind: "known" });
    expect(planOf(update({ doubt: 2 }), targets)).toMatchObject({ kind: "tell", offer: { quantity: 5 } });
    expect(planOf(update({ desiredQuantity: 0, publishedQuantity: 0, doubt: 2 }), targets)).toMatchObject({
      kind: "tell",
      offer: { quantity: 0 },
    });
  });

  it("tells none of a presale where presales cannot be told, and says why", () => {
    const presale = update({ platformType: "stockx", desiredFrom: LATER });
    expect(planOf(presale, targets)).toMatchObject({
      kind: "tell",
      offer: { quantity: 0, availableFrom: "inStock" },
      refusal: { code: "PRESALE_NOT_SUPPORTED" },
    });
    const { publishedQuantity: _none, ...never } = presale;
    expect(planOf(never, targets)).toMatchObject({ kind: "fail", reason: { code: "PRESALE_NOT_SUPPORTED" } });
    expect(planOf({ ...presale, publishedQuantity: 0 }, targets)).toMatchObject({ kind: "fail" });
  });

  it("waits for a connector, but closes without one what its channel has never heard of", () => {
    const unknown = update({ platformType: "goat" });
    expect(planOf(unknown, targets)).toEqual({ kind: "wait" });
    const { publishedQuantity: _none, ...ended } = { ...unknown, listingStatus: "ended" as const, desiredQuantity: 0 };
    expect(planOf(ended, targets)).toMatchObject({ kind: "known" });
    expect(planOf({ ...ended, publishedQuantity: 3 }, targets)).toEqual({ kind: "wait" });
  });

  it("takes no property of every object for a connector", () => {
    expect(planOf(update({ platformType: "constructor" }), targets)).toEqual({ kind: "wait" });
  });

  it("gives up what workers die of", () => {
    expect(planOf(update({ attempts: MAX_ATTEMPTS + 1, doubt: 11 }), targets)).toMatchObject({
      kind: "fail",
      reason: { code: "GIVEN_UP" },
    });
  });
});
