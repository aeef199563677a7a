import * as Catalog from "../catalog/index.ts";
import * as Inventory from "../inventory/index.ts";
import { type Context, requirePermission } from "../platform/context.ts";
import { AppError } from "../platform/errors.ts";
import { idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import * as Suppliers from "../suppliers/index.ts";
import { creationWrites, draftForStock, type WantedLine } from "./create.ts";
import type { PurchaseOrder } from "./purchase-order.ts";
import { FromSuggestionsSchema, MAX_LINES } from "./schemas.ts";

/** Pages of a hundred reorder rules that one request looks at. */
const MOST_PAGES = 10;

/**
 * What is to be ordered again of a supplier by its reorder rules, as a draft of as many lines as one takes: what it has
 * no offer of costs what the product does. A draft is not expected yet, so it is suggested until it is placed. Throws
 * NOT_FOUND, STATE_CONFLICT where there is enough of everything.
 */
export async function buySuggested(ctx: Context, input: unknown): Promise<PurchaseOrder> {
  requirePermission(ctx, "suppliers.write");
  const { days, ...data } = parse(FromSuggestionsSchema, input);
  return idempotent<PurchaseOrder>(ctx, "purchasing.fromSuggestions", input, async (commit) => {
    const { supplierId, locationId = Inventory.MAIN_LOCATION } = data;
    await Suppliers.supplierToBuyFrom(ctx, supplierId);
    const suggested = await suggestionsOf(ctx, { supplierId, locationId, days });
    if (suggested.length === 0)
      throw new AppError("STATE_CONFLICT", "No reorder rule says that something of this supplier is to be ordered", {
        details: { supplierId, locationId },
      });
    const order = await draftForStock(ctx, { ...data, lines: await linesOf(ctx, supplierId, suggested) });
    return commit(creationWrites(ctx, order), order);
  });
}

interface Suggested {
  productId: string;
  sku: string;
  quantity: number;
}

async function suggestionsOf(
  ctx: Context,
  { supplierId, locationId, days }: { supplierId: string; locationId: string; days: number },
): Promise<Suggested[]> {
  const found: Suggested[] = [];
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES && found.length < MAX_LINES; page++) {
    const rest = cursor === undefined ? {} : { cursor };
    const { items, nextCursor } = await Inventory.suggestReorders(ctx, { limit: 100, days, ...rest });
    for (const { productId, sku, quantity, ...of } of items)
      if (of.supplierId === supplierId && of.locationId === locationId && sku !== undefined)
        found.push({ productId, sku, quantity });
    if (nextCursor === undefined) break;
    cursor = nextCursor;
  }
  return found.slice(0, MAX_LINES);
}

/** Most suppliers know their goods by the SKU that we took from them. */
async function linesOf(ctx: Context, supplierId: string, suggested: readonly Suggested[]): Promise<WantedLine[]> {
  const skus = suggested.map(({ sku }) => sku);
  const [offers, products] = await Promise.all([
    Suppliers.readOffers(ctx, supplierId, skus),
    Catalog.findProducts(ctx, new Set(suggested.map(({ productId }) => productId))),
  ]);
  return suggested.map(({ productId, sku, quantity }) => ({
    productId,
    externalId: sku,
    quantity,
    unitCost: offers.get(sku)?.cost ?? products.get(productId)?.cost,
  }));
}
