export { closePurchaseOrderLines } from "./close-lines.ts";
export { createPurchaseOrder } from "./create.ts";
export { buyForOrder } from "./from-order.ts";
export { buySuggested } from "./from-suggestions.ts";
export { ENOUGH, type Performance, performanceOf } from "./performance.ts";
export { ATTENTION_CODES, type PurchaseOrder } from "./purchase-order.ts";
export { PURCHASE_DUE, wakePurchaseOrder } from "./purchase-work.store.ts";
export {
  getPurchaseOrder,
  listPurchaseOrders,
  supplierPerformance,
  type SupplierPerformance,
  supplierPurchases,
} from "./reads.ts";
export { receivePurchaseOrder } from "./receive.ts";
export type { OpenAccount } from "./run.ts";
export {
  BareStepSchema,
  CancelPurchaseOrderSchema,
  CloseLinesSchema,
  CreatePurchaseOrderSchema,
  FromOrderSchema,
  FromSuggestionsSchema,
  ListPurchaseOrdersSchema,
  ReceivePurchaseOrderSchema,
  ShipPurchaseOrderSchema,
  SubmitPurchaseOrderSchema,
  SupplierPurchasesSchema,
} from "./schemas.ts";
export { shipPurchaseOrder } from "./ship.ts";
export { PURCHASE_ORDER_STATUSES } from "./status.ts";
export { cancelPurchaseOrder, quotePurchaseOrder, submitPurchaseOrder } from "./steps.ts";
export { viewPurchaseOrder, viewPurchaseOrderPage } from "./view.ts";
export { workPurchaseOrders } from "./work.ts";
export { SEALED } from "./ship-to.ts";
