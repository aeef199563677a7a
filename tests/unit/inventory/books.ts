import fc from "fast-check";
import { type Account, placeName, StockBook } from "../../../core/inventory/book.ts";
import type { EntryFacts } from "../../../core/inventory/ledger.store.ts";
import { isExpired, type LotPosition } from "../../../core/inventory/lot.ts";
import { changed, emptyStock, type StockItem, type StockPlace } from "../../../core/inventory/stock.ts";
import { AppError } from "../../../core/platform/errors.ts";

const DAY_MS = 24 * 3600 * 1000;
const START_MS = Date.UTC(2026, 0, 10, 12);
const LOCATIONS = ["loc_a", "loc_b"] as const;
export type Location = (typeof LOCATIONS)[number];

/** What a sequence is made of; small numbers, so that it runs into every limit. */
export type Step =
  | { do: "receive"; at: Location; quantity: number; costMinor: number | null; expiresInDays: number | null }
  | { do: "issue"; at: Location; quantity: number; from: "free" | "reserved"; maySell: "any" | "unexpired" }
  | { do: "hold"; at: Location; quantity: number }
  | { do: "buffer"; at: Location; quantity: number }
  | { do: "transfer"; from: Location; quantity: number; maySell: "any" | "unexpired" }
  | { do: "reserve" | "release"; at: Location; quantity: number }
  | { do: "sweep" }
  | { do: "sleep"; days: number };

/** Mostly one, so that much happens there. */
const at = fc.constantFrom<Location>("loc_a", "loc_a", "loc_a", "loc_b");
const quantity = fc.integer({ min: 1, max: 9 });
const maySell = fc.constantFrom("any" as const, "unexpired" as const);

export const stepArbitrary: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("receive" as const),
      at,
      quantity,
      costMinor: fc.option(fc.integer({ min: 0, max: 1_000 })),
      expiresInDays: fc.option(fc.integer({ min: -1, max: 4 })),
    }),
  },
  {
    weight: 4,
    arbitrary: fc.record({
      do: fc.constant("issue" as const),
      at,
      quantity,
      from: fc.constantFrom("free" as const, "reserved" as const),
      maySell,
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("hold" as const), at, quantity: fc.integer({ min: -5, max: 5 }) }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ do: fc.constant("buffer" as const), at, quantity: fc.integer({ min: 0, max: 6 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant("transfer" as const), from: at, quantity, maySell }) },
  { weight: 3, arbitrary: fc.record({ do: fc.constantFrom("reserve" as const, "release" as const), at, quantity }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("sweep" as const) }) },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("sleep" as const), days: fc.integer({ min: 1, max: 2 }) }) },
);

/** The table, as far as stock is concerned: every unit of work reads it, and writes all of its changes or none. */
export class Shelf {
  readonly ledger: EntryFacts[] = [];
  costIn = 0;
  costOut = 0;
  readonly #stock = new Map<string, StockItem>();
  readonly #lots = new Map<string, LotPosition[]>();
  #nowMs = START_MS;
  #lotCount = 0;

  get today(): string {
    return new Date(this.#nowMs).toISOString().slice(0, 10);
  }

  places(): StockPlace[] {
    return LOCATIONS.map((locationId) => ({ productId: "prd_x", locationId }));
  }

  stock(place: StockPlace): StockItem {
    return this.#stock.get(placeName(place)) ?? emptyStock(place);
  }

  lots(place: StockPlace): LotPosition[] {
    return this.#lots.get(placeName(place)) ?? [];
  }

  open(): StockBook {
    const newLotId = () => `lot_${String(++this.#lotCount).padStart(6, "0")}`;
    const book = new StockBook({ newLotId, at: new Date(this.#nowMs).toISOString() });
    for (const place of this.places()) book.add(this.stock(place), this.lots(place));
    return book;
  }

  /** As the transaction does it: refused, as a whole, when what was taken of the free units is not there any more. */
  commit(book: StockBook): boolean {
    const accounts = [...book.accounts.values()];
    const isThere = ({ read, freeTaken }: Account) => freeTaken <= 0 || this.stock(read).free >= freeTaken;
    if (!accounts.every(isThere)) return false;
    for (const account of accounts) {
      this.#stock.set(placeName(account.read), changed(this.stock(account.read), account.delta));
      const kept = this.lots(account.read).filter(({ lotId }) => !account.touched.has(lotId));
      const written = [...account.touched.values()].filter(({ remaining }) => remaining > 0);
      this.#lots.set(placeName(account.read), [...kept, ...written]);
    }
    this.ledger.push(...book.entries);
    return true;
  }

  /** Blind, like a reservation's: no book, one condition. */
  hold(place: StockPlace, by: number): boolean {
    const stock = this.stock(place);
    if (by > 0 ? stock.available < by : stock.reserved - stock.heldByHand < -by) return false;
    this.#stock.set(placeName(place), changed(stock, { reserved: by }));
    this.ledger.push({ ...place, type: by > 0 ? "reserved" : "unreserved", reservedChange: by });
    return true;
  }

  sleep(days: number): void {
    this.#nowMs += days * DAY_MS;
  }

  /** One step within a unit of work. Throws AppError when it cannot be done. */
  run(book: StockBook, step: Step): void {
    const placeAt = (locationId: Location) => ({ productId: "prd_x", locationId });
    if (step.do === "receive") {
      const { costMinor, expiresInDays, quantity: units } = step;
      const expiry = expiresInDays === null ? undefined : new Date(this.#nowMs + expiresInDays * DAY_MS);
      const cost = costMinor === null ? undefined : { minor: costMinor, currency: "USD" };
      const expirationDate = expiry?.toISOString().slice(0, 10);
      book.receive({ ...placeAt(step.at), quantity: units, cost, expirationDate, type: "restock" });
      this.costIn += costMinor ?? 0;
    } else if (step.do === "issue") {
      const { at: location, quantity: units, from, maySell: may } = step;
      const { lots, cost } = book.issue({ ...placeAt(location), quantity: units, from, maySell: may, type: "sale" });
      if (may === "unexpired" && lots.some((lot) => isExpired(lot, this.today)))
        throw new Error("An expired lot was sold");
      this.costOut += cost?.minor ?? 0;
    } else if (step.do === "hold") {
      if (step.quantity !== 0) book.holdByHand({ ...placeAt(step.at), quantity: step.quantity, type: "reserved" });
    } else if (step.do === "buffer") {
      book.setBuffer(placeAt(step.at), step.quantity);
    } else if (step.do === "transfer") {
      const to = step.from === "loc_a" ? "loc_b" : "loc_a";
      const { quantity: units, maySell: may } = step;
      const { lots } = book.issue({
        ...placeAt(step.from),
        quantity: units,
        from: "free",
        maySell: may,
        type: "transfer",
      });
      for (const { costMinor, currency, ...lot } of lots) {
        const cost = costMinor === undefined || currency === undefined ? undefined : { minor: costMinor, currency };
        book.receive({ ...placeAt(to), ...lot, cost, type: "transfer" });
      }
    } else if (step.do === "sweep") {
      for (const place of this.places())
        for (const lot of this.lots(place).filter((one) => isExpired(one, this.today))) book.block(place, lot.lotId);
    }
  }

  /**
   * A unit of work of several steps: all of them, or none when one cannot be done. Returns why it could not. What happens
   * `meanwhile`, between its reads and its writes, may make it lose the race; nothing else may.
   */
  work(steps: readonly Step[], meanwhile?: () => boolean): AppError | undefined {
    const before = { in: this.costIn, out: this.costOut };
    const book = this.open();
    let isAlone = true;
    let isDone = false;
    try {
      for (const step of steps) this.run(book, step);
      if (meanwhile) isAlone = !meanwhile();
      isDone = this.commit(book);
    } catch (error) {
      if (error instanceof AppError) return error;
      throw error;
    } finally {
      if (!isDone) [this.costIn, this.costOut] = [before.in, before.out];
    }
    if (!isDone && isAlone) throw new Error("Alone, it asked for more free units than it had found");
    return undefined;
  }
}

type Hold = Extract<Step, { do: "reserve" | "release" }>;

/** Reservations do not go through a book. */
export const isHold = (step: Step): step is Hold => step.do === "reserve" || step.do === "release";
export const isWork = (step: Step): step is Exclude<Step, Hold> => !isHold(step) && step.do !== "sleep";
