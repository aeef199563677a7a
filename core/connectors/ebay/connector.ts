import type { Connector } from "../port.ts";
import { errorOf } from "./errors.ts";
import { fulfilments } from "./fulfilments.ts";
import { listings, prices } from "./inventory.ts";
import { orders } from "./orders.ts";
import { tokens } from "./tokens.ts";

export const connector: Connector = {
  sign: (request, { token }) => ({
    ...request,
    headers: { ...request.headers, authorization: `Bearer ${token?.accessToken ?? ""}`, accept: "application/json" },
  }),
  tokens,
  errorOf,
  orders,
  listings,
  prices,
  fulfilments,
};
