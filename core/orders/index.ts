export { allocateOrder, submitOrder } from "./allocate.ts";
export { splitAmount } from "./amounts.ts";
export {
  coverWrites,
  linesToBuy,
  orderToBuyFor,
  sentBySupplierWrites,
  type SentBySupplier,
  uncoverWrites,
} from "./bought.ts";
export { cancelOrder, CancelOrderSchema, expireOrder } from "./cancel.ts";
export { BareStepSchema } from "./change.ts";
export * from "./channels/index.ts";
export { type Buyer, normalEmail } from "./buyer.store.ts";
export { type BuyerSought, type Erased, eraseBuyerOrders, exportBuyerOrders, findBuyerOrders } from "./erase-buyer.ts";
export { ORDER_DUE } from "./expire.ts";
export { fulfilOrder, FulfilOrderSchema } from "./fulfil.ts";
export { renameBuyers } from "./rename-buyers.ts";
export { getOrder, listOrders, ListOrdersSchema, orderHistory, requireNamedOrder, requireOrder } from "./list.ts";
export {
  AddressSchema,
  ATTENTION_CODES,
  CreateOrderSchema,
  type Order,
  type OrderLine,
  UpdateOrderSchema,
} from "./order.ts";
export type { Address, OrderDraft, OrderDraftLine } from "./order-draft.ts";
export type { HistoryEntry } from "./order.store.ts";
export { payOrder, PayOrderSchema } from "./pay.ts";
export {
  type MoneyEffect,
  type MoneyFact,
  noticeEffect,
  orderToPay,
  paymentEffect,
  refundEffect,
} from "./provider-money.ts";
export { type Placed, placeOrder } from "./place.ts";
export { findLineProducts, type FoundProducts } from "./products.ts";
export { type Recorded, type RecordOptions, recordOrder, recordOrders } from "./record.ts";
export { refreshOrder, type Refreshed } from "./refresh.ts";
export { hasGoodsToLeave, refundOrder, RefundOrderSchema } from "./refund.ts";
export { returnOrder, ReturnOrderSchema } from "./returns.ts";
export { type SoldOn, soldOn } from "./sold-on.ts";
export { splitOrder, SplitOrderSchema } from "./split.ts";
export { type TakenBack, takeBack } from "./take-back.ts";
export { ORDER_STATUSES, type OrderStatus } from "./status.ts";
export { stuckOrders, StuckOrdersSchema } from "./stuck.ts";
export { deliverOrder, updateOrder } from "./update.ts";
export { heldUnits, ORDER_DIFFERENCES, type OrderDifference, verifyOrders } from "./verify.ts";
export { viewOrder, viewStuckOrder } from "./view.ts";
export { STUCK_REASONS } from "./why-stuck.ts";
export { SEALED } from "./person.ts";
