import { describe, expect, it } from "vitest";
import { revisionsLeft } from "../../../core/listings/revisions.ts";

const DAY_MS = 24 * 3_600_000;
const EBAY = { limit: 250, windowMs: DAY_MS };
const NOON = Date.UTC(2026, 10, 21, 12);
const window = Date.UTC(2026, 10, 21);

describe("changes of one listing that a day has left", () => {
  it("keep ten of eBay's 250 for what is sold out", () => {
    const update = { revisions: { window, used: 240 } };
    expect(revisionsLeft(update, EBAY, { quantity: 1, now: NOON }).left).toBe(0);
    expect(revisionsLeft(update, EBAY, { quantity: 0, now: NOON }).left).toBe(10);
  });

  it("begin anew with the channel's day", () => {
    const update = { revisions: { window, used: 250 } };
    expect(revisionsLeft(update, EBAY, { quantity: 0, now: NOON }).left).toBe(0);
    expect(revisionsLeft(update, EBAY, { quantity: 1, now: NOON + DAY_MS })).toEqual({
      window: window + DAY_MS,
      used: 0,
      left: 240,
    });
  });

  it("of a small limit keep half", () => {
    expect(revisionsLeft({}, { limit: 3, windowMs: DAY_MS }, { quantity: 1, now: NOON }).left).toBe(2);
  });
});
