import type { Connector } from "../port.ts";
import { errorOf } from "./errors.ts";
import { fulfilments } from "./fulfilments.ts";
import { listings, prices } from "./inventory.ts";
import { orders } from "./orders.ts";
import { anyOrder } from "./requests.ts";
import { tokens } from "./tokens.ts";
import { OrdersSchema } from "./wire.ts";

export const connector: Connector = {
  sign: (request, { token }) => ({
    ...request,
    headers: { ...request.headers, authorization: `Bearer ${token?.accessToken ?? ""}`, accept: "application/json" },
  }),
  tokens,
  errorOf,
  // A token is good for two hours by its own word, whatever its seller has taken back since.
  check: async (connection) => void (await connection.call(anyOrder(), OrdersSchema)),
  orders,
  listings,
  prices,
  fulfilments,
};
