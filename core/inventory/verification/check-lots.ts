import type { Lot, LotPosition } from "../lot.ts";
import type { Difference } from "./difference.ts";
import { type LedgerSums, lotName } from "./ledger-sums.ts";

/** What is left of a product's lots against the ledger: of each lot at each location, units and cost. */
export function checkPositions(productId: string, positions: readonly LotPosition[], ledger: LedgerSums): Difference[] {
  const found: Difference[] = [];
  const left = new Map(positions.map((position) => [lotName(position.locationId, position.lotId), position]));
  for (const name of new Set([...left.keys(), ...ledger.lots.keys()])) {
    const position = left.get(name);
    const sums = ledger.lots.get(name);
    const { locationId, lotId } = position ?? sums ?? { locationId: "", lotId: "" };
    const compare = (code: Difference["code"], stored: number, expected: number) => {
      if (stored !== expected) found.push({ code, productId, locationId, lotId, stored, expected });
    };
    compare("LOT_NOT_LEDGER", position?.remaining ?? 0, sums?.units ?? 0);
    compare("LOT_COST_NOT_LEDGER", position?.costMinor ?? 0, sums?.costMinor ?? 0);
    if (position && position.remaining <= 0)
      found.push({
        code: "BELOW_ZERO",
        productId,
        locationId,
        lotId,
        name: "remaining",
        stored: position.remaining,
        expected: "more than 0",
      });
  }
  return found;
}

/** The record of how each lot came against its first entry: `received` and cost never change. */
export function checkLots(productId: string, lots: readonly Lot[], ledger: LedgerSums): Difference[] {
  const found: Difference[] = [];
  const recorded = new Set(lots.map(({ id }) => id));
  for (const lotId of ledger.arrivals.keys()) {
    if (recorded.has(lotId)) continue;
    found.push({ code: "LOT_MASTER_MISSING", productId, lotId, stored: "no record", expected: "how it came" });
  }
  for (const { id: lotId, received, costMinor } of lots) {
    const arrival = ledger.arrivals.get(lotId);
    if (!arrival) {
      found.push({ code: "LOT_MASTER_WITHOUT_ENTRY", productId, lotId, stored: received, expected: 0 });
      continue;
    }
    const compare = (name: string, stored: number | undefined, expected: number | undefined) => {
      if (stored === expected) return;
      const [is, shall] = [stored ?? "unknown", expected ?? "unknown"];
      found.push({ code: "LOT_RECEIVED_NOT_LEDGER", productId, lotId, name, stored: is, expected: shall });
    };
    compare("received", received, arrival.units);
    compare("cost", costMinor, arrival.costMinor);
  }
  return found;
}
