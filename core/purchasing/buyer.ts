import * as Accounts from "../accounts/index.ts";
import type { Context } from "../platform/context.ts";
import { AppError } from "../platform/errors.ts";
import * as Suppliers from "../suppliers/index.ts";

/**
 * The account by which a supplier is sent orders: the one that is named, or else the one by which its offers are read where
 * that can order; undefined where somebody orders by hand. Throws NOT_FOUND (supplier), VALIDATION_ERROR for an account that
 * cannot order.
 */
export async function accountToBuyWith(
  ctx: Context,
  { supplierId, accountId }: { supplierId: string; accountId?: string | null | undefined },
): Promise<string | undefined> {
  const supplier = await Suppliers.supplierToBuyFrom(ctx, supplierId);
  const wanted = accountId === undefined ? supplier.connection?.accountId : accountId;
  if (wanted === undefined || wanted === null) return undefined;
  const able = await Accounts.accountsWith(ctx, "purchases");
  if (able.some(({ id }) => id === wanted)) return wanted;
  if (accountId === undefined) return undefined;
  throw new AppError("VALIDATION_ERROR", "There is no active account with this id that takes orders", {
    field: "accountId",
    details: { accountId },
  });
}
