export { CreateSupplierSchema, StartSyncSchema, type Supplier, UpdateSupplierSchema } from "./supplier.ts";
export {
  createSupplier,
  getSupplier,
  listSupplierOffers,
  listSuppliers,
  requireNamedSupplier,
  updateSupplier,
} from "./suppliers.ts";
export { getSync, listSyncRecords, runSync, startDueSyncs, startSync, syncRefusedUrl } from "./syncs.ts";
