export type { Offer } from "./offer.ts";
export { readOffers } from "./offer.store.ts";
export { CreateSupplierSchema, StartSyncSchema, type Supplier, UpdateSupplierSchema } from "./supplier.ts";
export {
  createSupplier,
  getSupplier,
  listSupplierOffers,
  listSuppliers,
  requireNamedSupplier,
  updateSupplier,
} from "./suppliers.ts";
export { supplierToBuyFrom } from "./to-buy-from.ts";
export { startDueSyncs } from "./due-syncs.ts";
export { getSync, listSyncRecords, runSync, startSync, syncRefusedUrl } from "./syncs.ts";
