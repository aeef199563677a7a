import type { PurchaseAddress } from "../connectors/index.ts";
import type * as Orders from "../orders/index.ts";
import type { Context } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { ownerOf, type SealedIn } from "../platform/reseal.ts";
import { seal, unseal } from "../platform/secrets.ts";
import type { PurchaseOrder, ShipTo } from "./purchase-order.ts";

/** What the encrypted text is bound to: it opens for this purchase order of this organisation only. */
const aboutOf = (organizationId: string, id: string) => `purchase-order#${organizationId}#${id}`;

const about = (ctx: Context, id: string) => aboutOf(ctx.actor.organizationId, id);

/** What purchase orders keep sealed, for when its key rolls. */
export const SEALED: SealedIn = {
  "purchase-order": (item) => [{ path: ["sealed"], about: aboutOf(ownerOf(item), String(item["id"])) }],
};

/** Undefined where there is nothing to keep. */
export function sealShipTo(ctx: Context, id: string, shipTo: ShipTo): string | undefined {
  return Object.keys(shipTo).length === 0 ? undefined : seal(ctx.config, about(ctx, id), JSON.stringify(shipTo));
}

/** What was said of where it goes. Of goods for a buyer the address is the order's, and stands there only. */
export function openShipTo(ctx: Context, { id, sealed }: Pick<PurchaseOrder, "id" | "sealed">): ShipTo {
  return sealed === undefined ? {} : (JSON.parse(unseal(ctx.config, about(ctx, id), sealed)) as ShipTo);
}

/** Where a buyer's goods go, as far as the order says it; undefined where a name or a street is missing. */
export function recipientOf({ shippingAddress: to, customer }: Orders.Order): PurchaseAddress | undefined {
  const name = to?.name ?? customer?.name;
  if (!to?.street || name === undefined) return undefined;
  return defined({
    name,
    phone: to.phone ?? customer?.phone,
    line1: to.street,
    line2: to.street2,
    city: to.city,
    region: to.state,
    postalCode: to.postalCode,
    country: to.country,
  });
}
