import type { PurchaseOrder, PurchaseOrderLine, SupplierOrder } from "../../../core/purchasing/purchase-order.ts";

export const NOW = Date.UTC(2026, 10, 21, 12);
const at = new Date(NOW).toISOString();

export function lineOf(id: string, changes: Partial<PurchaseOrderLine> = {}): PurchaseOrderLine {
  return { id, externalId: `W-${id}`, quantity: 3, unitCostMinor: 1_000, received: 0, ...changes };
}

export function partOf(externalId: string, lineIds: string[], changes: Partial<SupplierOrder> = {}): SupplierOrder {
  return { externalId, status: "placed", externalStatus: "placed", lineIds, shipments: [], ...changes };
}

export function purchaseOf(changes: Partial<PurchaseOrder> = {}): PurchaseOrder {
  return {
    id: "por_1",
    version: 1,
    createdAt: at,
    updatedAt: at,
    status: "placed",
    supplierId: "sup_1",
    accountId: "acc_1",
    currency: "KRW",
    destination: "location",
    locationId: "loc_main",
    lines: [lineOf("1"), lineOf("2")],
    tolerance: "0.05",
    parts: [],
    createdBy: "test",
    ...changes,
  };
}
