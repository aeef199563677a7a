import type { Connector } from "../port.ts";
import { listings, prices } from "./listings.ts";
import { offers } from "./offers.ts";
import { orders } from "./orders.ts";
import { activeOrders, sign } from "./requests.ts";
import { tokens } from "./tokens.ts";
import { OrdersSchema } from "./wire.ts";

export const connector: Connector = {
  sign,
  tokens,
  offers,
  orders,
  listings,
  prices,
  // A token may be good where the application's key is not.
  check: async (connection) => void (await connection.call(activeOrders(1, 1), OrdersSchema)),
};
