import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Account, StockBook } from "../../../core/inventory/book.ts";
import type { StockPlace } from "../../../core/inventory/stock.ts";
import { AppError } from "../../../core/platform/errors.ts";
import { isHold, isWork, Shelf, type Step, stepArbitrary } from "./books.ts";

const sum = <T>(all: readonly T[], of: (one: T) => number) => all.reduce((total, one) => total + of(one), 0);

function expectBalanced(shelf: Shelf): void {
  for (const place of shelf.places()) {
    const stock = shelf.stock(place);
    const lots = shelf.lots(place);
    const entries = shelf.ledger.filter(({ locationId }) => locationId === place.locationId);
    expect(stock).toMatchObject({
      onHand: sum(entries, ({ onHandChange = 0 }) => onHandChange),
      reserved: sum(entries, ({ reservedChange = 0 }) => reservedChange),
      blocked: sum(entries, ({ blockedChange = 0 }) => blockedChange),
      buffer: sum(entries, ({ bufferChange = 0 }) => bufferChange),
      valueMinor: sum(entries, ({ costChangeMinor = 0 }) => costChangeMinor),
      free: stock.onHand - stock.reserved - stock.blocked,
      available: stock.free - stock.buffer,
    });
    expect(stock).toMatchObject({
      onHand: sum(lots, ({ remaining }) => remaining),
      blocked: sum(lots, ({ blocked, remaining }) => (blocked ? remaining : 0)),
      valueMinor: sum(lots, ({ costMinor = 0 }) => costMinor),
      uncosted: sum(lots, ({ costMinor, remaining }) => (costMinor === undefined ? remaining : 0)),
    });
    for (const count of ["onHand", "reserved", "blocked", "buffer", "heldByHand", "valueMinor", "uncosted"] as const)
      expect(stock[count], count).toBeGreaterThanOrEqual(0);
    // Only a lot that expires under a promise makes a promise that cannot be kept.
    if (!entries.some(({ type }) => type === "expired")) expect(stock.free).toBeGreaterThanOrEqual(0);
  }
  expect(shelf.costIn).toBe(shelf.costOut + sum(shelf.places(), (place) => shelf.stock(place).valueMinor));
}

/** All that an account holds, to see that nothing moved. */
const snapshot = (book: StockBook) =>
  structuredClone({
    accounts: [...book.accounts.values()].map(({ touched, arrived, ...rest }: Account) => ({
      ...rest,
      touched: [...touched],
      arrived: [...arrived],
    })),
    entries: book.entries,
    lots: book.lots,
  });

describe("the book of stock", () => {
  test("balances after any sequence: on hand = lots = ledger, free and available follow, cost in = cost out + cost held", () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(stepArbitrary, { minLength: 1, maxLength: 4, size: "max" }), { maxLength: 25, size: "max" }),
        (works) => {
          const shelf = new Shelf();
          for (const steps of works) {
            // Reservations come and go between the reads and the writes of the work.
            const meanwhile = () => {
              // An order's version keeps it from giving back what it is just taking.
              const isTaking = steps.some((step) => step.do === "issue" && step.from === "reserved");
              const holds = steps.filter(isHold).filter((step) => step.do === "reserve" || !isTaking);
              const held = holds.map(({ do: what, at, quantity }) => {
                const place = { productId: "prd_x", locationId: at };
                return shelf.hold(place, what === "reserve" ? quantity : -quantity);
              });
              return held.some(Boolean);
            };
            const error = shelf.work(steps.filter(isWork), meanwhile);
            if (error) meanwhile();
            for (const step of steps) if (step.do === "sleep") shelf.sleep(step.days);
            expectBalanced(shelf);
          }
        },
      ),
      { numRuns: 1_000 },
    );
  });

  test("changes nothing by an operation that fails, and never issues more than there is", () => {
    fc.assert(
      fc.property(fc.array(stepArbitrary, { maxLength: 40, size: "max" }), (steps) => {
        const shelf = new Shelf();
        let book = shelf.open();
        for (const step of steps.filter(isWork)) {
          const before = snapshot(book);
          try {
            shelf.run(book, step);
          } catch (error) {
            if (!(error instanceof AppError)) throw error;
            expect(error.code).toMatch(/^INSUFFICIENT_STOCK$|^STATE_CONFLICT$/);
            // A transfer is two operations; its unit of work is thrown away as a whole.
            if (step.do !== "transfer") expect(snapshot(book)).toEqual(before);
          }
          for (const { now, positions } of book.accounts.values()) {
            expect(now.onHand).toBeGreaterThanOrEqual(0);
            for (const { remaining } of positions) expect(remaining).toBeGreaterThanOrEqual(0);
          }
          expect(shelf.commit(book)).toBe(true);
          book = shelf.open();
        }
      }),
      { numRuns: 200 },
    );
  });

  const done = (shelf: Shelf, ...steps: Step[]) => {
    for (const step of steps) expect(shelf.work([step])).toBeUndefined();
    return shelf.stock(shelf.places()[0] as StockPlace);
  };
  const receive = (quantity: number, expiresInDays: number | null = null): Step => ({
    do: "receive",
    at: "loc_a",
    quantity,
    costMinor: 100 * quantity,
    expiresInDays,
  });

  test("blocks at once what has expired when it comes", () => {
    const shelf = new Shelf();
    expect(done(shelf, receive(3), receive(4, -1))).toMatchObject({ onHand: 7, blocked: 4, free: 3, available: 3 });
  });

  test("lets expired units be written off while others are promised that are not there any more", () => {
    const shelf = new Shelf();
    done(shelf, receive(5, 0));
    shelf.hold(shelf.places()[0] as StockPlace, 5);
    shelf.sleep(1);
    expect(done(shelf, { do: "sweep" })).toMatchObject({ reserved: 5, blocked: 5, free: -5 });
    const spoil: Step = { do: "issue", at: "loc_a", quantity: 5, from: "free", maySell: "any" };
    expect(done(shelf, spoil)).toMatchObject({ onHand: 0, reserved: 5, blocked: 0, free: -5, valueMinor: 0 });
  });

  test("asks for the buffer once, however many units one piece of work holds", () => {
    const shelf = new Shelf();
    const hold = (quantity: number): Step => ({ do: "hold", at: "loc_a", quantity });
    done(shelf, receive(10), { do: "buffer", at: "loc_a", quantity: 4 });
    expect(shelf.work([hold(3), hold(3)])).toBeUndefined();
    expect(shelf.work([hold(1)])).toMatchObject({ code: "INSUFFICIENT_STOCK" });
  });

  test("loses the race, and changes nothing, when a reservation has taken meanwhile what it needs", () => {
    const issue: Step = { do: "issue", at: "loc_a", quantity: 3, from: "free", maySell: "unexpired" };
    const works: Step[][] = [[issue], [receive(4, -1), issue], [{ do: "hold", at: "loc_a", quantity: 3 }]];
    for (const steps of works) {
      const shelf = new Shelf();
      const place = shelf.places()[0] as StockPlace;
      done(shelf, receive(3));
      expect(shelf.work(steps, () => shelf.hold(place, 1))).toBeUndefined();
      expect(shelf.stock(place)).toMatchObject({ onHand: 3, reserved: 1, free: 2, heldByHand: 0 });
    }
  });

  test("sells no lot after its last day, though nobody has taken it off sale yet", () => {
    const shelf = new Shelf();
    done(shelf, receive(2, 0), receive(2));
    shelf.sleep(1);
    const sell = (quantity: number): Step => ({
      do: "issue",
      at: "loc_a",
      quantity,
      from: "free",
      maySell: "unexpired",
    });
    expect(shelf.work([sell(3)])).toMatchObject({ code: "INSUFFICIENT_STOCK" });
    expect(done(shelf, sell(2))).toMatchObject({ onHand: 2, blocked: 0 });
  });
});
