import type { Context } from "../platform/context.ts";
import type { Supplier } from "./supplier.ts";
import { suppliers } from "./supplier.store.ts";

/** For who buys of a supplier; it is not answered to anybody. Throws NOT_FOUND. */
export const supplierToBuyFrom = (ctx: Context, id: string): Promise<Supplier> => suppliers.get(ctx, id);
