import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { checkListing, type Facts, type Listing, nextStatus } from "../../../core/listings/listing.ts";
import { isDue, recordPresale, requireFuture } from "../../../core/listings/presale.ts";
import {
  type Command,
  LISTING_STATUSES,
  type ListingStatus,
  type Outcome,
  sourcesOf,
  statusAfter,
} from "../../../core/listings/status.ts";
import { AppError, ValidationError } from "../../../core/platform/errors.ts";

const COMMANDS: Command[] = ["publish", "pause", "resume", "end"];
const OUTCOMES: Outcome[] = ["confirm", "refuse"];
const event = fc.constantFrom<Command | Outcome>(...COMMANDS, ...OUTCOMES);
const ready: Facts = { productStatus: "active", target: { takesPresale: true } };

function listing(changes: Partial<Listing> = {}): Listing {
  return {
    id: "lst_1",
    productId: "prd_1",
    platformType: "shop",
    platformSku: "A",
    status: "draft",
    buffer: 0,
    currency: "USD",
    createdBy: "key_1",
    version: 1,
    createdAt: "",
    updatedAt: "",
    ...changes,
  };
}

function refusal(work: () => unknown): AppError {
  try {
    work();
  } catch (error) {
    if (error instanceof AppError) return error;
  }
  throw new Error("was not refused");
}

/** Where a series of events leads; what is not allowed changes nothing. */
function after(events: (Command | Outcome)[]): ListingStatus[] {
  const statuses: ListingStatus[] = ["draft"];
  for (const one of events) statuses.push(statusAfter(statuses.at(-1) ?? "draft", one) ?? statuses.at(-1) ?? "draft");
  return statuses;
}

describe("the life of a listing", () => {
  it("is active only by its channel's word, whatever happened before", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        const statuses = after(events);
        for (const [index, one] of events.entries())
          if (statuses[index + 1] === "active" && statuses[index] !== "active") expect(one).toBe("confirm");
      }),
    );
  });

  it("ends once: nothing leads out of it", () => {
    fc.assert(
      fc.property(fc.array(event, { maxLength: 30 }), (events) => {
        const statuses = after([...events, "end", ...events]);
        expect(statuses.slice(events.length + 1).every((status) => status === "ended")).toBe(true);
      }),
    );
    for (const status of LISTING_STATUSES)
      expect(statusAfter(status, "end")).toBe(status === "ended" ? undefined : "ended");
  });

  it("is not made active by an answer that comes after a pause", () => {
    expect(after(["publish", "pause", "confirm"]).at(-1)).toBe("paused");
    expect(sourcesOf("confirm")).toEqual(["publishing", "failed"]);
  });

  it("says which command a status does not take", () => {
    const error = refusal(() => nextStatus(listing({ status: "paused" }), "publish", ready));
    expect(error.code).toBe("STATE_CONFLICT");
    expect(error.details).toEqual({ id: "lst_1", status: "paused", command: "publish" });
  });

  it("is not published with a product that is not on sale, nor a presale where no presale can be told: with every reason", () => {
    const presale = { availableFrom: "2027-01-01T00:00:00.000Z" };
    const facts: Facts = { productStatus: "draft", target: { takesPresale: false } };
    for (const [status, command] of [
      ["draft", "publish"],
      ["failed", "publish"],
      ["paused", "resume"],
    ] as const) {
      const error = refusal(() => nextStatus(listing({ status, presale }), command, facts));
      expect(error.details).toMatchObject({
        reasons: [{ code: "PRODUCT_NOT_ACTIVE" }, { code: "PRESALE_NOT_SUPPORTED" }],
      });
    }
    expect(nextStatus(listing({ presale }), "publish", { ...facts, productStatus: "active", target: undefined })).toBe(
      "publishing",
    );
    expect(nextStatus(listing({ status: "active" }), "pause", facts)).toBe("paused");
  });

  it("does not change once it has ended, and takes no limits that leave nothing to show", () => {
    expect(refusal(() => checkListing(listing({ status: "ended" }))).code).toBe("STATE_CONFLICT");
    expect(refusal(() => checkListing(listing({ minQuantity: 3, maxQuantity: 2 })))).toBeInstanceOf(ValidationError);
    expect(() => checkListing(listing({ minQuantity: 2, maxQuantity: 2 }))).not.toThrow();
  });
});

describe("a presale mark", () => {
  const presale = { availableFrom: "2027-01-01T00:00:00.000Z" };

  it("is for the future, and due from its very moment on", () => {
    const at = Date.parse(presale.availableFrom);
    expect([isDue(presale, at - 1), isDue(presale, at)]).toEqual([false, true]);
    expect(() => requireFuture(presale, at - 1)).not.toThrow();
    expect(refusal(() => requireFuture(presale, at)).field).toBe("availableFrom");
  });

  it("leaves a record of bounded length", () => {
    let presaleChanges: ReturnType<typeof recordPresale> = [];
    for (let n = 0; n < 30; n++)
      presaleChanges = recordPresale({ presaleChanges }, { change: "marked", by: `key_${n}`, at: "" });
    expect(presaleChanges).toHaveLength(20);
    expect(presaleChanges.at(-1)?.by).toBe("key_29");
  });
});
