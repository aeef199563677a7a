import type { Money } from "../platform/money.ts";
import type { Listing } from "./listing.ts";

/** What can be sold of a product at a location, in units; under zero while a buffer is larger than what is free. */
export interface StockLevel {
  locationId: string;
  available: number;
}

/** What a channel is told. A presale carries its date, so that nobody can take it for goods that are here. */
export interface Offer {
  quantity: number;
  /** `inStock`, or the time from which a presale is available. */
  availableFrom: "inStock" | (string & {});
  /** For how much; absent where the channel is told no price. */
  price?: Money;
}

/** One step of the calculation, to be read by people. */
export interface Step {
  rule: "AVAILABLE" | "LISTING_BUFFER" | "PRESALE" | "MIN_QUANTITY" | "MAX_QUANTITY" | "STATUS";
  formula: string;
  inputs: Record<string, number | string>;
  /** Units after this step. */
  result: number;
}

export interface Publishable {
  offer: Offer;
  trace: Step[];
}

type Rules = Pick<
  Listing,
  "status" | "buffer" | "maxQuantity" | "minQuantity" | "locations" | "presale" | "price" | "followPrice"
>;

/**
 * What the channel should show: max(0, available − buffers), within the listing's limits, with every step. Available is
 * what orders can get: no order takes from a location whose buffer is not full, so what one lacks is not taken from
 * another.
 */
export function publishable(
  rules: Rules,
  { levels, isOnSale, price: ofProduct }: { levels: readonly StockLevel[]; isOnSale: boolean; price?: Money },
): Publishable {
  const trace: Step[] = [];
  const step = (rule: Step["rule"], formula: string, inputs: Step["inputs"], result: number) => {
    trace.push({ rule, formula, inputs, result });
    return result;
  };
  const { status, presale, minQuantity, maxQuantity } = rules;
  let quantity = inStock(rules, levels, step);
  if (presale) {
    const promised = presale.quantity ?? quantity;
    quantity = step("PRESALE", "published only as presale", { availableFrom: presale.availableFrom }, promised);
  }
  if (minQuantity !== undefined && quantity < minQuantity)
    quantity = step("MIN_QUANTITY", "fewer than the minimum: none", { minQuantity }, 0);
  if (maxQuantity !== undefined && quantity > maxQuantity)
    quantity = step("MAX_QUANTITY", "min(quantity, maxQuantity)", { maxQuantity }, maxQuantity);
  if (status === "paused" || status === "ended") quantity = step("STATUS", "nothing is offered", { status }, 0);
  if (!isOnSale) quantity = step("STATUS", "the product is not on sale: nothing is offered", {}, 0);
  const price = rules.price ?? (rules.followPrice ? ofProduct : undefined);
  const offer = { quantity, availableFrom: presale?.availableFrom ?? "inStock", ...(price ? { price } : {}) };
  return { offer, trace };
}

/** Units that are there for this listing, whatever it is marked as. */
export function unitsInStock(rules: Rules, levels: readonly StockLevel[]): number {
  return inStock(rules, levels, (_rule, _formula, _inputs, result) => result);
}

function inStock(
  { locations, buffer }: Rules,
  levels: readonly StockLevel[],
  step: (rule: Step["rule"], formula: string, inputs: Step["inputs"], result: number) => number,
): number {
  const used = levels.filter(({ locationId }) => !locations || locations.includes(locationId));
  const available = step(
    "AVAILABLE",
    "sum of max(0, available) of the locations",
    Object.fromEntries(used.map(({ locationId, available: units }) => [locationId, units])),
    used.reduce((sum, { available: units }) => sum + Math.max(0, units), 0),
  );
  if (buffer === 0) return available;
  return step("LISTING_BUFFER", "max(0, available − buffer)", { buffer }, Math.max(0, available - buffer));
}
