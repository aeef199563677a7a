import type { LedgerEntry } from "../ledger.ts";

/** What all entries of one stock item come to. */
export interface PlaceSums {
  onHand: number;
  reserved: number;
  blocked: number;
  buffer: number;
  heldByHand: number;
  costMinor: number;
  /** For each change of the stock item, by its number: the balance before and after it, and what made it. */
  links: Map<number, Link>;
}

export interface Link {
  before: number;
  after: number;
  cause: string;
}

/** What all entries of one lot at one location come to. */
export interface LotSums {
  locationId: string;
  lotId: string;
  units: number;
  costMinor: number;
}

/** How a lot came: its first entry. */
export interface Arrival {
  units: number;
  costMinor: number | undefined;
}

/** An entry that contradicts itself or the one before it. */
export interface EntryFault {
  code: "CHAIN_BROKEN" | "CHAIN_TWICE";
  entry: LedgerEntry;
  stored: number | string;
  expected: number | string;
}

/** The ledger of one product, summed entry by entry: only the sums are kept. */
export class LedgerSums {
  readonly places = new Map<string, PlaceSums>();
  readonly lots = new Map<string, LotSums>();
  readonly arrivals = new Map<string, Arrival>();
  readonly faults: EntryFault[] = [];
  entries = 0;

  /** In the ledger's own order. */
  add(entry: LedgerEntry): void {
    this.entries++;
    const place = this.#place(entry.locationId);
    place.onHand += entry.onHandChange;
    place.reserved += entry.reservedChange;
    place.blocked += entry.blockedChange;
    place.buffer += entry.bufferChange;
    place.costMinor += entry.costChangeMinor ?? 0;
    // What leaves for an order or is released by one was reserved by it: only adjustments hold by hand.
    if (entry.cause.kind === "adjustment") place.heldByHand += entry.reservedChange;
    this.#addToLot(entry);
    this.#link(place, entry);
  }

  #place(locationId: string): PlaceSums {
    const found = this.places.get(locationId);
    if (found) return found;
    const none = { onHand: 0, reserved: 0, blocked: 0, buffer: 0, heldByHand: 0, costMinor: 0 };
    const place = { ...none, links: new Map<number, Link>() };
    this.places.set(locationId, place);
    return place;
  }

  #addToLot({ locationId, lotId, onHandChange, costChangeMinor }: LedgerEntry): void {
    if (lotId === undefined || onHandChange === 0) return;
    if (!this.arrivals.has(lotId)) this.arrivals.set(lotId, { units: onHandChange, costMinor: costChangeMinor });
    const name = lotName(locationId, lotId);
    const lot = this.lots.get(name) ?? { locationId, lotId, units: 0, costMinor: 0 };
    lot.units += onHandChange;
    lot.costMinor += costChangeMinor ?? 0;
    this.lots.set(name, lot);
  }

  #link(place: PlaceSums, entry: LedgerEntry): void {
    const { seq, onHandAfter, onHandChange, blockedChange, bufferChange, lotId } = entry;
    const fault = (code: EntryFault["code"], stored: number | string, expected: number | string) =>
      void this.faults.push({ code, entry, stored, expected });
    if (onHandChange !== 0 && lotId === undefined) fault("CHAIN_BROKEN", "no lot", "the lot whose units moved");
    if (seq === undefined || onHandAfter === undefined) {
      if (onHandChange !== 0 || blockedChange !== 0 || bufferChange !== 0)
        fault("CHAIN_BROKEN", "no balance", "the balance after it");
      return;
    }
    const cause = `${entry.cause.kind} ${entry.cause.id}`;
    const before = onHandAfter - onHandChange;
    const link = place.links.get(seq);
    if (!link) {
      place.links.set(seq, { before, after: onHandAfter, cause });
      return;
    }
    if (link.cause !== cause) fault("CHAIN_TWICE", `${seq} by ${cause}`, `${seq} by ${link.cause} alone`);
    else if (link.after !== before) fault("CHAIN_BROKEN", onHandAfter, link.after + onHandChange);
    link.after = onHandAfter;
  }
}

export const lotName = (locationId: string, lotId: string) => `${locationId}#${lotId}`;
