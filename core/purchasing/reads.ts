import { type Context, requirePermission } from "../platform/context.ts";
import { parse } from "../platform/parse.ts";
import type { Page } from "../platform/resources.ts";
import * as Suppliers from "../suppliers/index.ts";
import { type Performance, performanceOf } from "./performance.ts";
import type { PurchaseOrder } from "./purchase-order.ts";
import { listPurchaseOrders as list, readPurchaseOrder } from "./purchase-order.store.ts";
import { ListPurchaseOrdersSchema, SupplierPurchasesSchema } from "./schemas.ts";
import { readStats } from "./stats.store.ts";

export async function getPurchaseOrder(ctx: Context, id: string): Promise<PurchaseOrder> {
  requirePermission(ctx, "suppliers.read");
  return readPurchaseOrder(ctx, id);
}

/** Newest first. A page may be short while a cursor says that there is more to look through. */
export async function listPurchaseOrders(ctx: Context, input: unknown): Promise<Page<PurchaseOrder>> {
  requirePermission(ctx, "suppliers.read");
  const { limit, cursor, ...filters } = parse(ListPurchaseOrdersSchema, input);
  return list(ctx, filters, { limit, cursor });
}

/** What was bought of a supplier, by one of its accounts where one is named; newest first. Throws NOT_FOUND. */
export async function supplierPurchases(
  ctx: Context,
  { id, query }: { id: string; query: unknown },
): Promise<Page<PurchaseOrder>> {
  requirePermission(ctx, "suppliers.read");
  const { limit, cursor, accountId } = parse(SupplierPurchasesSchema, query);
  await Suppliers.requireNamedSupplier(ctx, { supplierId: id });
  return list(ctx, { supplierId: id, accountId }, { limit, cursor });
}

export interface SupplierPerformance extends Performance {
  supplierId: string;
  /** Months, this one among them: what is counted there, in UTC. */
  from: string;
  to: string;
}

/** How a supplier has done by what we bought of it in twelve months, part by part. Throws NOT_FOUND. */
export async function supplierPerformance(ctx: Context, id: string): Promise<SupplierPerformance> {
  requirePermission(ctx, "suppliers.read");
  const [{ from, to, sums }] = await Promise.all([
    readStats(ctx, id),
    Suppliers.requireNamedSupplier(ctx, { supplierId: id }),
  ]);
  return { supplierId: id, from, to, ...performanceOf(sums) };
}
