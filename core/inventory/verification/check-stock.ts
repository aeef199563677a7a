import type { LotPosition } from "../lot.ts";
import type { StockItem } from "../stock.ts";
import type { Difference, DifferenceCode } from "./difference.ts";
import type { LedgerSums, PlaceSums } from "./ledger-sums.ts";

/** Units that orders and open reservations hold of a product, by location. */
export type HeldUnits = ReadonlyMap<string, number>;

export interface ProductState {
  productId: string;
  stock: readonly StockItem[];
  positions: readonly LotPosition[];
  ledger: LedgerSums;
  held: HeldUnits;
}

/** Every balance of a product's stock items against its ledger, its lots and those who hold units of it. */
export function checkStock({ productId, stock, positions, ledger, held }: ProductState): Difference[] {
  const found: Difference[] = [];
  const items = new Map(stock.map((item) => [item.locationId, item]));
  const places = new Set([
    ...items.keys(),
    ...ledger.places.keys(),
    ...held.keys(),
    ...positions.map(({ locationId }) => locationId),
  ]);
  for (const locationId of places) {
    const item = items.get(locationId);
    const lots = positions.filter((position) => position.locationId === locationId);
    const sums = ledger.places.get(locationId);
    if (item) found.push(...checkItem(item, { lots, sums, held: held.get(locationId) ?? 0 }));
    else {
      const name = lots.length > 0 ? "lots" : sums ? "ledger" : "holds";
      found.push({ code: "STOCK_MISSING", productId, locationId, name, stored: "none", expected: "a stock item" });
    }
  }
  for (const { code, entry, stored, expected } of ledger.faults)
    found.push({ code, productId, locationId: entry.locationId, name: entry.id, stored, expected });
  return found;
}

interface Beside {
  lots: readonly LotPosition[];
  sums: PlaceSums | undefined;
  held: number;
}

function checkItem(item: StockItem, { lots, sums, held }: Beside): Difference[] {
  const { productId, locationId, onHand, reserved, blocked, buffer, free, available, heldByHand } = item;
  const found: Difference[] = [];
  const add = (code: DifferenceCode, stored: number | string, expected: number | string, more: object = {}) =>
    void found.push({ code, productId, locationId, ...more, stored, expected });
  const compare = (code: DifferenceCode, stored: number, expected: number) => {
    if (stored !== expected) add(code, stored, expected);
  };
  const of = (name: Exclude<keyof PlaceSums, "links">) => sums?.[name] ?? 0;
  const units = (accepts: (lot: LotPosition) => boolean) =>
    lots.reduce((sum, lot) => sum + (accepts(lot) ? lot.remaining : 0), 0);
  compare("ON_HAND_NOT_LEDGER", onHand, of("onHand"));
  compare(
    "ON_HAND_NOT_LOTS",
    onHand,
    units(() => true),
  );
  compare("RESERVED_NOT_LEDGER", reserved, of("reserved"));
  compare("RESERVED_NOT_HELD", reserved, held + heldByHand);
  compare("HELD_BY_HAND_NOT_LEDGER", heldByHand, of("heldByHand"));
  compare("BLOCKED_NOT_LEDGER", blocked, of("blocked"));
  compare(
    "BLOCKED_NOT_LOTS",
    blocked,
    units((lot) => lot.blocked === true),
  );
  compare("BUFFER_NOT_LEDGER", buffer, of("buffer"));
  compare("FREE_WRONG", free, onHand - reserved - blocked);
  compare("AVAILABLE_WRONG", available, free - buffer);
  const value = lots.reduce((sum, lot) => sum + (lot.costMinor ?? 0), 0);
  compare("VALUE_NOT_LOTS", item.valueMinor, value);
  compare("VALUE_NOT_LEDGER", item.valueMinor, of("costMinor"));
  compare(
    "UNCOSTED_NOT_LOTS",
    item.uncosted,
    units((lot) => lot.costMinor === undefined),
  );
  for (const [name, count] of Object.entries({ onHand, reserved, blocked, buffer, heldByHand }))
    if (count < 0) add("BELOW_ZERO", count, "0 or more", { name });
  for (const { lotId, currency } of lots)
    if (currency !== undefined && currency !== item.currency)
      add("LOT_IN_OTHER_CURRENCY", currency, item.currency ?? "none", { lotId });
  return [...found, ...checkChain(item, sums)];
}

/** Every change from the first to the last has its entries, and each begins where the one before it ended. */
function checkChain({ productId, locationId, seq, onHand }: StockItem, sums: PlaceSums | undefined): Difference[] {
  const found: Difference[] = [];
  const add = (code: DifferenceCode, name: string, stored: number | string, expected: number | string) =>
    void found.push({ code, productId, locationId, name, stored, expected });
  const links = [...(sums?.links ?? [])].toSorted(([a], [b]) => a - b);
  let [last, balance] = [0, 0];
  for (const [number, link] of links) {
    if (number > last + 1) add("CHAIN_GAP", changes(last + 1, number - 1), "no entry", "one");
    else if (link.before !== balance) add("CHAIN_BROKEN", changes(number, number), link.before, balance);
    [last, balance] = [number, link.after];
  }
  if (last < seq) add("CHAIN_GAP", changes(last + 1, seq), "no entry", "one");
  else if (last > seq) add("CHAIN_BROKEN", changes(last, last), `change ${last}`, `${seq} changes at most`);
  else if (balance !== onHand) add("CHAIN_BROKEN", "the last balance", balance, onHand);
  return found;
}

const changes = (from: number, to: number) => (from === to ? `change ${from}` : `changes ${from} to ${to}`);
