import type { Hold } from "../inventory/index.ts";

/** Units that an order's line needs of a product; a bundle's line has one for each of its parts. */
export interface Demand {
  /** The line, by its id. */
  line: string;
  productId: string;
  quantity: number;
  /** Only here, where the caller said so. */
  locationId?: string | undefined;
}

export interface AllocationShortage {
  line: string;
  productId: string;
  requested: number;
  available: number;
}

/**
 * Where each demand is reserved: whole at the first location that has enough, else in parts along the locations.
 * Demands of one product draw on the same units, in their order.
 */
export function chooseLocations(
  demands: readonly Demand[],
  locations: readonly string[],
  availableAt: (productId: string, locationId: string) => number,
): { holds: Map<string, Hold[]>; shortages: AllocationShortage[] } {
  const left = new Map<string, number>();
  const holds = new Map<string, Hold[]>();
  const shortages: AllocationShortage[] = [];
  for (const { line, productId, quantity, locationId } of demands) {
    const places = locationId === undefined ? locations : [locationId];
    const nameOf = (place: string) => `${productId}#${place}`;
    const leftAt = (place: string) => left.get(nameOf(place)) ?? Math.max(0, availableAt(productId, place));
    const whole = places.find((place) => leftAt(place) >= quantity);
    const parts: Hold[] = [];
    let missing = quantity;
    for (const place of whole === undefined ? places : [whole]) {
      const taken = Math.min(missing, leftAt(place));
      if (taken === 0) continue;
      parts.push({ productId, locationId: place, quantity: taken });
      missing -= taken;
    }
    if (missing > 0) {
      shortages.push({ line, productId, requested: quantity, available: quantity - missing });
      continue;
    }
    for (const part of parts) left.set(nameOf(part.locationId), leftAt(part.locationId) - part.quantity);
    holds.set(line, [...(holds.get(line) ?? []), ...parts]);
  }
  // A bundle with one part short is not held in its other parts.
  for (const { line } of shortages) holds.delete(line);
  return { holds, shortages };
}
