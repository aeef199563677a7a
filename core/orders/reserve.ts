import * as Inventory from "../inventory/index.ts";
import type { Context } from "../platform/context.ts";
import { AppError } from "../platform/errors.ts";
import { type AllocationShortage, chooseLocations } from "./allocation.ts";
import { isMarketplace } from "./channels/names.ts";
import { openUnits, type Order, type OrderLine } from "./order.ts";
import type { FoundProducts } from "./products.ts";

/** A transaction takes a hundred writes: two for each stock item, and the order's own. */
export const MAX_STOCK_ITEMS = 45;

/** What a marketplace has sold already may take the safety buffer. */
export const mayTakeBuffer = (order: Pick<Order, "channel">) => isMarketplace(order.channel);

/** Lines whose open units nothing is reserved for, and which no supplier sends. */
export function unreservedLines(order: Order): OrderLine[] {
  if (!order.affectsStock) return [];
  return order.lines.filter(
    ({ productId, holds, boughtBy, ...line }) =>
      productId !== undefined && holds.length === 0 && boughtBy === undefined && openUnits(line) > 0,
  );
}

/**
 * Where the units of these lines are to be reserved, by the lines' ids. With one location nothing was read, and the
 * write's condition says whether there is enough; among several it is known here what is short.
 */
export function chooseHolds(
  order: Order,
  lines: readonly OrderLine[],
  {
    found,
    locationOf = () => undefined,
  }: { found: FoundProducts; locationOf?: (line: OrderLine) => string | undefined },
): { holds: Map<string, Inventory.Hold[]>; shortages: AllocationShortage[] } {
  const demands = lines.flatMap((line) => {
    const { id, productId } = line;
    if (productId === undefined) return [];
    const parts = Inventory.componentsOf({ productId, quantity: openUnits(line) }, found.bundles);
    return parts.map((part) => ({ ...part, line: id, locationId: locationOf(line) }));
  });
  return chooseLocations(demands, found.locations, (productId, locationId) => {
    if (found.locations.length < 2) return Number.MAX_SAFE_INTEGER;
    const stock = found.stock.get(`${productId}#${locationId}`);
    return (mayTakeBuffer(order) ? stock?.free : stock?.available) ?? 0;
  });
}

/** The lines that draw on stock items which were short, each with what there is for all of them. */
export function shortLines(lines: readonly OrderLine[], short: readonly Inventory.Shortage[]): AllocationShortage[] {
  return lines.flatMap((line) => {
    const lacking = short.find((one) =>
      line.holds.some((hold) => hold.productId === one.productId && hold.locationId === one.locationId),
    );
    if (!lacking) return [];
    const { productId, available } = lacking;
    const requested = line.holds.reduce((sum, hold) => sum + (hold.productId === productId ? hold.quantity : 0), 0);
    return [{ line: line.id, productId, requested, available }];
  });
}

/** INSUFFICIENT_STOCK with what each line wants and what there is. */
export function insufficient(order: Order, shortages: readonly AllocationShortage[]): AppError {
  const lines = shortages.map(({ line, productId, requested, available }) => {
    const sku = order.lines.find(({ id }) => id === line)?.sku;
    return {
      lineId: line,
      line: Number(line) - 1,
      productId,
      ...(sku === undefined ? {} : { sku }),
      requested,
      available,
    };
  });
  const named = lines.map(
    ({ sku, productId, requested, available }) => `${sku ?? productId} (${requested} wanted, ${available} available)`,
  );
  return new AppError("INSUFFICIENT_STOCK", `Not enough stock: ${named.join(", ")}`, { details: { lines } });
}

export function reserveWritesOf(ctx: Context, order: Order, holds: readonly Inventory.Hold[]) {
  return Inventory.reserveWrites(ctx, holds, {
    cause: { kind: "order", id: order.id },
    mayTakeBuffer: mayTakeBuffer(order),
  });
}
