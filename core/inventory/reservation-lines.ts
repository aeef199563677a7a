import * as Catalog from "../catalog/index.ts";
import type { Context } from "../platform/context.ts";
import { AppError, NotFoundError } from "../platform/errors.ts";
import { readTogether } from "../platform/reads.ts";
import type { TransactionCanceled } from "../platform/table-errors.ts";
import { placeName } from "./book.ts";
import { componentsOf } from "./bundle.ts";
import { bundlesRead } from "./bundle.store.ts";
import { type Hold, shortagesOf } from "./holds.ts";
import { requireLocations } from "./locations.ts";

/** Each writes two items, and a transaction takes a hundred. */
export const MOST_HOLDS = 45;

export function tooManyHolds(): AppError {
  return new AppError("STATE_CONFLICT", `A reservation holds at most ${MOST_HOLDS} stock items: make several`, {
    details: { most: MOST_HOLDS },
  });
}

/** A line's need of one stock item. */
export interface LineDemand extends Hold {
  /** Place in the request, from 0. */
  line: number;
  /** Of the line, where it is a bundle and this is a component. */
  bundleId?: string;
}

/** What the lines hold: a bundle's components, or the product itself. One read. */
export async function demandsOf(ctx: Context, lines: readonly Hold[]): Promise<LineDemand[]> {
  const [bundles] = await readTogether(
    ctx,
    bundlesRead(
      ctx,
      lines.map(({ productId }) => productId),
    ),
  );
  return lines.flatMap((hold, line) =>
    componentsOf(hold, bundles).map(({ productId, quantity }) => ({
      line,
      ...(productId === hold.productId ? {} : { bundleId: hold.productId }),
      productId,
      locationId: hold.locationId,
      quantity,
    })),
  );
}

/** Why nothing was reserved: the transaction's writes must begin with those of the holds. Throws NOT_FOUND. */
export async function refusalOf(
  ctx: Context,
  error: TransactionCanceled,
  demands: readonly LineDemand[],
  holds: readonly Hold[],
): Promise<Error> {
  const shortages = shortagesOf(error, holds, { offset: 0, mayTakeBuffer: false });
  if (shortages.length === 0) return error;
  await requireThatExist(
    ctx,
    holds.filter((_, index) => error.failedAt(index) && error.reasons[index]?.item === undefined),
  );
  const short = new Map(shortages.map((shortage) => [placeName(shortage), shortage]));
  const lines = demands.flatMap((demand) => {
    const shortage = short.get(placeName(demand));
    return shortage ? [{ ...demand, requested: shortage.requested, available: shortage.available }] : [];
  });
  const named = shortages.map(
    ({ productId, requested, available }) => `${productId} (${requested} wanted, ${available} available)`,
  );
  return new AppError("INSUFFICIENT_STOCK", `Not enough stock: ${named.join(", ")}`, { details: { lines } });
}

/** Of stock items that do not exist: the product may have none yet, or not exist either. */
async function requireThatExist(ctx: Context, holds: readonly Hold[]): Promise<void> {
  if (holds.length === 0) return;
  const products = await Catalog.findProducts(ctx, [...new Set(holds.map(({ productId }) => productId))]);
  const missing = holds.find(({ productId }) => !products.has(productId));
  if (missing) throw new NotFoundError("Product", missing.productId);
  await requireLocations(
    ctx,
    holds.map(({ locationId }) => locationId),
  );
}
