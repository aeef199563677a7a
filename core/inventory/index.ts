export { AdjustmentSchema, AdjustmentsSchema, DateSchema, MAX_UNITS } from "./adjustment.ts";
export { adjust, adjustMany, type AdjustmentResult } from "./adjustments.ts";
export { type Issued, StockBook } from "./book.ts";
export { BufferSchema, setBuffer } from "./buffers.ts";
export {
  type Bundle,
  bundleAvailability,
  BundleSchema,
  componentsOf,
  type Demand,
  expandBundles,
  ListBundlesSchema,
} from "./bundle.ts";
export { bundlesRead, bundlesWithRead } from "./bundle.store.ts";
export { getBundle, listBundles, removeBundle, setBundle } from "./bundles.ts";
export { changeStock, type Needed } from "./change-stock.ts";
export { type CountReport, CreateCountSchema, viewCountPage, viewCountReport } from "./counts/count.ts";
export { COUNT_DUE, createCount, getCount, listCounts, resumeCount } from "./counts/counts.ts";
export {
  cancelDelivery,
  expectDelivery,
  getDelivery,
  listDeliveries,
  receiveDelivery,
  requireStocked,
} from "./deliveries/deliveries.ts";
export {
  CancelDeliverySchema,
  CreateDeliverySchema,
  type Delivery,
  DELIVERY_STATUSES,
  ReceiveDeliverySchema,
} from "./deliveries/delivery.ts";
export {
  type Arrival,
  closeGoodsWrites,
  type ExpectedGoods,
  expectGoodsWrites,
  readDeliveries,
  receiveGoods,
} from "./deliveries/purchased.ts";
export { type Hold, mergeHolds, releaseWrites, reserveWrites, type Shortage, shortagesOf } from "./holds.ts";
export { blockExpiredLots } from "./expiry.ts";
export { CHANGE_TYPES, type Cause, type LedgerEntry } from "./ledger.ts";
export { CreateLocationSchema, MAIN_LOCATION, UpdateLocationSchema } from "./location.ts";
export {
  createLocation,
  getLocation,
  listLocations,
  requireLocation,
  requireLocations,
  sellingLocationsRead,
  updateLocation,
} from "./locations.ts";
export type { LotTake } from "./lot.ts";
export {
  getStock,
  ListByLocationSchema,
  listLedger,
  listLots,
  listStock,
  ListStockSchema,
  stockOfProduct,
  stockRead,
  valuation,
} from "./reads.ts";
export {
  CreateReservationSchema,
  ExtendReservationSchema,
  ReleaseReservationSchema,
  type Reservation,
  RESERVATION_STATUSES,
  viewReservation,
  viewReservationPage,
} from "./reservation.ts";
export {
  consumeReservation,
  createReservation,
  expireReservation,
  extendReservation,
  getReservation,
  listReservations,
  releaseReservation,
  RESERVATION_DUE,
} from "./reservations.ts";
export { listShortfalls } from "./shortfalls.ts";
export {
  getReorderRule,
  listReorderRules,
  listReorderSuggestions,
  removeReorderRule,
  setReorderRule,
  suggestReorders,
  SuggestionsSchema,
} from "./reorder/reorder.ts";
export { ReorderRuleSchema, RulePlaceSchema } from "./reorder/rule.ts";
export type { StockItem, StockPlace } from "./stock.ts";
export type { Trail } from "./trace/trail.ts";
export { lotsOfNumber, readTrail, type TraceBudget } from "./trace/trails.ts";
export { CreateTransferSchema, type Transfer, viewTransfer, viewTransferPage } from "./transfer.ts";
export { createTransfer, getTransfer, listTransfers } from "./transfers.ts";
export {
  viewLedgerPage,
  viewLotPage,
  viewProductStock,
  viewStockItem,
  viewStockPage,
  viewValuation,
} from "./views.ts";
export { DIFFERENCES, type Difference, sentenceOf } from "./verification/difference.ts";
export { type Verification, verifyLedger, type VerifyOptions } from "./verify.ts";
