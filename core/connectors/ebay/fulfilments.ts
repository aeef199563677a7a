import { defined } from "../../platform/defined.ts";
import { PermanentError } from "../../platform/http/errors.ts";
import type { ChannelFulfilment, FulfilmentTarget } from "../capabilities.ts";
import { untold } from "../untold.ts";
import { fulfillmentRequest, fulfillmentsRequest, type ShippingFulfillment } from "./requests.ts";
import { type Fulfillments, FulfillmentsSchema } from "./wire.ts";

/**
 * eBay keeps no key of ours with a fulfilment, so what it has is read first: what has the same tracking number, beyond
 * what other dispatches told, was told by a call whose answer was lost, and only the rest is told. Its 409 says the same.
 */
export const fulfilments: FulfilmentTarget = {
  async fulfil(connection, fulfilment) {
    const { id, externalOrderId } = fulfilment;
    const trackingNumber = numberOf(fulfilment);
    const { fulfillments } = await connection.call(fulfillmentsRequest(externalOrderId), FulfillmentsSchema);
    const rest = untold(fulfilment, unitsThere(fulfillments, trackingNumber));
    if (rest.size === 0) return { id, ok: true };
    try {
      await connection.exchange(fulfillmentRequest(externalOrderId, toWire(fulfilment, rest, trackingNumber)));
    } catch (error) {
      if (!(error instanceof PermanentError) || error.upstreamStatus !== 409) throw error;
    }
    return { id, ok: true };
  },
};

/** Letters and digits only, or 32300. */
const numberOf = ({ trackingNumber }: ChannelFulfilment) =>
  trackingNumber?.replaceAll(/[^0-9A-Za-z]/g, "") || undefined;

function toWire(
  { carrier, shippedAt }: ChannelFulfilment,
  rest: ReadonlyMap<string, number>,
  trackingNumber: string | undefined,
): ShippingFulfillment {
  return defined({
    lineItems: [...rest].map(([lineItemId, quantity]) => ({ lineItemId, quantity })),
    shippedDate: shippedAt,
    // Neither is taken without the other.
    shippingCarrierCode: trackingNumber === undefined ? undefined : (carrier ?? "Other"),
    trackingNumber,
  });
}

/** Units by order line that it has with this tracking number; a line without a quantity stands for all of it. */
function unitsThere(fulfillments: Fulfillments, trackingNumber: string | undefined): Map<string, number> {
  const there = new Map<string, number>();
  for (const { shipmentTrackingNumber, lineItems } of fulfillments) {
    if ((shipmentTrackingNumber || undefined) !== trackingNumber) continue;
    for (const { lineItemId, quantity } of lineItems)
      there.set(lineItemId, (there.get(lineItemId) ?? 0) + (quantity ?? Number.POSITIVE_INFINITY));
  }
  return there;
}
