import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { publishable, type StockLevel, unitsInStock } from "../../../core/listings/publishable.ts";
import type { ListingStatus } from "../../../core/listings/status.ts";

const units = fc.integer({ min: 1, max: 50 });
const locations = ["loc_main", "loc_a", "loc_b"];
const levels: fc.Arbitrary<StockLevel[]> = fc.uniqueArray(
  fc.record({ locationId: fc.constantFrom(...locations), available: fc.integer({ min: -20, max: 60 }) }),
  { selector: ({ locationId }) => locationId },
);
const rules = fc.record(
  {
    status: fc.constantFrom<ListingStatus>("draft", "publishing", "active", "paused", "failed", "ended"),
    buffer: fc.integer({ min: 0, max: 20 }),
    maxQuantity: units,
    minQuantity: units,
    locations: fc.subarray(locations, { minLength: 1 }),
    presale: fc.record(
      { availableFrom: fc.constant("2027-01-01T00:00:00.000Z"), quantity: units },
      { requiredKeys: ["availableFrom"] },
    ),
  },
  { requiredKeys: ["status", "buffer"] },
);
const active = { status: "active" as const, buffer: 0 };
const of = (stock: StockLevel[], isOnSale = true) => ({ levels: stock, isOnSale });

describe("the publishable quantity", () => {
  it("never is less than none nor more than what orders can get, less the buffer, within the limits", () => {
    fc.assert(
      fc.property(rules, levels, fc.boolean(), (listing, stock, isOnSale) => {
        const { offer } = publishable(listing, of(stock, isOnSale));
        const sellable = stock
          .filter(({ locationId }) => listing.locations?.includes(locationId) ?? true)
          .reduce((sum, { available }) => sum + Math.max(0, available), 0);
        expect(Number.isSafeInteger(offer.quantity)).toBe(true);
        expect(offer.quantity).toBeGreaterThanOrEqual(0);
        expect(offer.quantity).toBeLessThanOrEqual(listing.maxQuantity ?? Number.POSITIVE_INFINITY);
        if (!listing.presale?.quantity)
          expect(offer.quantity).toBeLessThanOrEqual(Math.max(0, sellable - listing.buffer));
        if (offer.quantity > 0)
          expect(offer.quantity >= (listing.minQuantity ?? 0) || offer.quantity === listing.maxQuantity).toBe(true);
        if (!isOnSale || listing.status === "paused" || listing.status === "ended") expect(offer.quantity).toBe(0);
      }),
    );
  });

  it("is in stock only where the listing is no presale", () => {
    fc.assert(
      fc.property(rules, levels, (listing, stock) => {
        const { offer } = publishable(listing, of(stock));
        expect(offer.availableFrom).toBe(listing.presale?.availableFrom ?? "inStock");
      }),
    );
  });

  it("never grows when stock shrinks or a buffer grows", () => {
    fc.assert(
      fc.property(rules, levels, units, (listing, stock, less) => {
        const { quantity } = publishable(listing, of(stock)).offer;
        const shrunk = stock.map((level) => ({ ...level, available: level.available - less }));
        expect(publishable(listing, of(shrunk)).offer.quantity).toBeLessThanOrEqual(quantity);
        const careful = { ...listing, buffer: listing.buffer + less };
        expect(publishable(careful, of(stock)).offer.quantity).toBeLessThanOrEqual(quantity);
      }),
    );
  });

  it("is what the last step of its trace says, and each step says what it did", () => {
    fc.assert(
      fc.property(rules, levels, (listing, stock) => {
        const { offer, trace } = publishable(listing, of(stock));
        expect(trace.at(-1)?.result).toBe(offer.quantity);
        expect(trace[0]?.rule).toBe("AVAILABLE");
      }),
    );
  });

  it("does not take from one location what another's buffer lacks: no order could either", () => {
    const stock = [
      { locationId: "loc_main", available: -5 },
      { locationId: "loc_a", available: 4 },
    ];
    expect(publishable(active, of(stock)).offer).toEqual({ quantity: 4, availableFrom: "inStock" });
    expect(unitsInStock({ ...active, buffer: 1 }, stock)).toBe(3);
  });

  it("shows none below the minimum, and at most the maximum", () => {
    const stock = [{ locationId: "loc_main", available: 3 }];
    expect(publishable({ ...active, minQuantity: 4 }, of(stock)).offer.quantity).toBe(0);
    expect(publishable({ ...active, minQuantity: 3 }, of(stock)).offer.quantity).toBe(3);
    expect(publishable({ ...active, maxQuantity: 2 }, of(stock)).offer.quantity).toBe(2);
  });

  it("of a presale is what was promised ahead, or what is there until its day", () => {
    const presale = { availableFrom: "2027-01-01T00:00:00.000Z" };
    const stock = [{ locationId: "loc_main", available: 3 }];
    expect(publishable({ ...active, presale }, of(stock)).offer).toEqual({ quantity: 3, ...presale });
    expect(publishable({ ...active, presale: { ...presale, quantity: 9 } }, of([])).offer).toEqual({
      quantity: 9,
      ...presale,
    });
  });
});
