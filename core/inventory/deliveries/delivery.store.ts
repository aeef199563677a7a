import type { Context } from "../../platform/context.ts";
import { type Key, orgPartition } from "../../platform/keys.ts";
import type { Read } from "../../platform/reads.ts";
import { resourceStore } from "../../platform/resources.ts";
import type { Write } from "../../platform/table.ts";
import type { StockPlace } from "../stock.ts";
import type { Delivery } from "./delivery.ts";

export const deliveries = resourceStore<Delivery>("DELIVERY", "Expected delivery");

function expectedKey(ctx: Context, { productId, locationId }: StockPlace): Key {
  return { pk: orgPartition(ctx.actor.organizationId, "EXPECTED"), sk: `${productId}#${locationId}` };
}

/** Units of a stock item over all its open deliveries, in the transaction that changes one of them. */
export function expectedWrite(ctx: Context, place: StockPlace, by: number): Write {
  return {
    update: expectedKey(ctx, place),
    set: { expression: "SET entity = :entity ADD units :by", values: { ":entity": "expected-units", ":by": by } },
  };
}

/** Units that are expected at each of the places, by `<product>#<location>`, to be read along with other things. */
export function expectedRead(ctx: Context, places: readonly StockPlace[]): Read<Map<string, number>> {
  return {
    keys: places.map((place) => expectedKey(ctx, place)),
    from: (items) => new Map(items.map((item) => [String(item["sk"]), Number(item["units"])])),
  };
}
