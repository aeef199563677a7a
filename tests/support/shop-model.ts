import { expect } from "vitest";
import * as Inventory from "../../core/inventory/index.ts";
import * as Orders from "../../core/orders/index.ts";
import type { Context } from "../../core/platform/context.ts";
import { AppError } from "../../core/platform/errors.ts";

/** What a product's numbers must be, over all places. */
export interface Totals {
  onHand: number;
  reserved: number;
  buffer: number;
}

export interface ModelLine {
  id: string;
  /** Units of each product that one unit of the line is. */
  perUnit: number[];
  quantity: number;
  fulfilled: number;
  returned: number;
  cancelled: number;
}

export interface ModelOrder {
  id: string;
  lines: ModelLine[];
}

/** A shop as simple as it can be thought of: no lots, no costs, no places, only how many units there must be. */
export interface Model {
  products: Totals[];
  byHand: number[];
  buffers: Map<string, number>;
  orders: ModelOrder[];
  reservations: { id: string; units: number[]; isOpen: boolean }[];
  batches: { id: string; state: "started" | "over" }[];
}

/** The shop itself. */
export interface Real {
  ctx: Context;
  advance: (ms: number) => void;
  productIds: string[];
  skus: string[];
  locations: string[];
  recipeId: string;
}

/** A shop with so many units of each product. */
export const modelOf = (units: readonly number[]): Model => ({
  products: units.map((onHand) => ({ onHand, reserved: 0, buffer: 0 })),
  byHand: [0, 0],
  buffers: new Map(),
  orders: [],
  reservations: [],
  batches: [],
});

/** Refusals that a caller can have brought about; anything else is a fault of ours. */
const REFUSALS = new Set(["INSUFFICIENT_STOCK", "STATE_CONFLICT", "VALIDATION_ERROR"]);

export async function attempt<T>(run: () => Promise<T>): Promise<{ done: T } | { refused: string }> {
  try {
    return { done: await run() };
  } catch (error) {
    if (error instanceof AppError && REFUSALS.has(error.code)) return { refused: error.code };
    throw error;
  }
}

export async function stockOf({ ctx, productIds }: Real): Promise<Inventory.StockItem[][]> {
  return Promise.all(productIds.map((id) => Inventory.stockOfProduct(ctx, id)));
}

/** Units of each product that could be sold: what is short at one place cannot be made up for by another's negative. */
export async function sellable(real: Real, mayTakeBuffer: boolean): Promise<number[]> {
  return (await stockOf(real)).map((items) =>
    items.reduce((sum, { free, available }) => sum + Math.max(0, mayTakeBuffer ? free : available), 0),
  );
}

/** The shop has the units that the model says, no more and no less. */
export async function expectSame(model: Model, real: Real): Promise<void> {
  const stock = await stockOf(real);
  const totals = stock.map((items) =>
    items.reduce(
      (sum, item) => ({
        onHand: sum.onHand + item.onHand,
        reserved: sum.reserved + item.reserved,
        buffer: sum.buffer + item.buffer,
      }),
      { onHand: 0, reserved: 0, buffer: 0 },
    ),
  );
  expect(totals).toEqual(model.products);
}

export function move(model: Model, product: number, change: Partial<Totals>): void {
  const totals = model.products[product];
  if (!totals) throw new Error(`There is no product ${product}`);
  for (const [name, by] of Object.entries(change) as [keyof Totals, number][]) totals[name] += by;
}

export const openOf = ({ quantity, fulfilled, cancelled }: ModelLine) => quantity - fulfilled - cancelled;

/** The order itself has what the model's has. */
export async function expectSameOrder({ ctx }: Real, { id, lines }: ModelOrder): Promise<void> {
  const order = await Orders.getOrder(ctx, id);
  expect(order.lines.map(({ fulfilled, returned, cancelled }) => ({ fulfilled, returned, cancelled }))).toEqual(
    lines.map(({ fulfilled, returned, cancelled }) => ({ fulfilled, returned, cancelled })),
  );
}
