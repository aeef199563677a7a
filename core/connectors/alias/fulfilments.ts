import { PermanentError } from "../../platform/http/errors.ts";
import type { FulfilmentTarget } from "../capabilities.ts";
import type { Connection } from "../wire.ts";
import { oneOrder, shipOrder } from "./requests.ts";
import { OneOrderSchema } from "./wire.ts";

const SENT = new Set(["IN_TRANSIT", "SELLER_SHIPPED", "DELIVERED", "COMPLETED"]);

/**
 * That the goods are on their way: the label, and with it the tracking number, are Alias's own. What is on its way
 * already is not told again, and a refusal is held against how the order stands.
 */
export const fulfilments: FulfilmentTarget = {
  async fulfil(connection, { id, externalOrderId }) {
    const { status, isSent } = await stateOf(connection, externalOrderId);
    if (isSent) return { id, ok: true };
    if (status === "CANCELED")
      return { id, ok: false, transient: false, code: "ORDER_CANCELLED", message: "Alias has cancelled the order" };
    try {
      await connection.call(shipOrder(externalOrderId), OneOrderSchema);
    } catch (error) {
      if (!(error instanceof PermanentError) || !(await stateOf(connection, externalOrderId)).isSent) throw error;
    }
    return { id, ok: true };
  },
};

async function stateOf(connection: Connection, orderId: string): Promise<{ status: string; isSent: boolean }> {
  const { order } = await connection.call(oneOrder(orderId), OneOrderSchema);
  const status = order.status.replace(/^ORDER_STATUS_/, "");
  const fulfilment = order.fulfillment_status?.replace(/^FULFILLMENT_STATUS_/, "") ?? "";
  return { status, isSent: SENT.has(status) || SENT.has(fulfilment) };
}
