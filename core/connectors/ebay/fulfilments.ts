import { defined } from "../../platform/defined.ts";
import { PermanentError } from "../../platform/http/errors.ts";
import type { ChannelFulfilment, FulfilmentTarget } from "../capabilities.ts";
import { fulfillmentRequest, fulfillmentsRequest, type ShippingFulfillment } from "./requests.ts";
import { type Fulfillments, FulfillmentsSchema } from "./wire.ts";

/**
 * eBay keeps no key of ours with a fulfilment, so what it has is read first: one with the same tracking number and lines
 * is this one, told before by a call whose answer was lost. Its 409 says the same.
 */
export const fulfilments: FulfilmentTarget = {
  async fulfil(connection, fulfilment) {
    const { id, externalOrderId } = fulfilment;
    const wanted = toWire(fulfilment);
    const { fulfillments } = await connection.call(fulfillmentsRequest(externalOrderId), FulfillmentsSchema);
    if (isTold(fulfillments, wanted)) return { id, ok: true };
    try {
      await connection.exchange(fulfillmentRequest(externalOrderId, wanted));
    } catch (error) {
      if (!(error instanceof PermanentError) || error.upstreamStatus !== 409) throw error;
    }
    return { id, ok: true };
  },
};

function toWire({ lines, carrier, trackingNumber, shippedAt }: ChannelFulfilment): ShippingFulfillment {
  // Letters and digits only, or 32300.
  const number = trackingNumber?.replaceAll(/[^0-9A-Za-z]/g, "") || undefined;
  return defined({
    lineItems: lines.map(({ externalLineId, quantity }) => ({ lineItemId: externalLineId, quantity })),
    shippedDate: shippedAt,
    // Neither is taken without the other.
    shippingCarrierCode: number === undefined ? undefined : (carrier ?? "Other"),
    trackingNumber: number,
  });
}

function isTold(fulfillments: Fulfillments, { lineItems, trackingNumber }: ShippingFulfillment): boolean {
  return fulfillments.some(
    (told) =>
      (told.shipmentTrackingNumber || undefined) === trackingNumber &&
      lineItems.every(({ lineItemId, quantity }) =>
        told.lineItems.some((line) => line.lineItemId === lineItemId && (line.quantity ?? quantity) === quantity),
      ),
  );
}
