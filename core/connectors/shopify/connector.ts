import type { Connector } from "../port.ts";
import { catalogue } from "./catalogue.ts";
import { errorOf } from "./errors.ts";
import { fulfilments } from "./fulfilments.ts";
import { listings } from "./listings.ts";
import { orders } from "./orders.ts";
import { prices } from "./prices.ts";
import { tokens } from "./tokens.ts";

export const connector: Connector = {
  sign: (request, { token }) => ({
    ...request,
    headers: { ...request.headers, "x-shopify-access-token": token?.accessToken ?? "", accept: "application/json" },
  }),
  tokens,
  errorOf,
  catalogue,
  orders,
  listings,
  prices,
  fulfilments,
};
