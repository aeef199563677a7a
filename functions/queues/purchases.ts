import * as Accounts from "../../core/accounts/index.ts";
import * as Purchasing from "../../core/purchasing/index.ts";
import { byOrganization } from "./by-organization.ts";

/** Quotes, places, follows and cancels purchase orders at suppliers. */
export const handler = byOrganization("purchases", (ctx, ids) =>
  Purchasing.workPurchaseOrders(ctx, { ids, openAccount: Accounts.openAccount }),
);
