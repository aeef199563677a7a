import type { Connector } from "../port.ts";
import { catalogue } from "./catalogue.ts";
import { errorOf } from "./errors.ts";
import { fulfilments } from "./fulfilments.ts";
import { primaryLocation } from "./levels.ts";
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
  // A custom app's token is got without a call: this is the one that shows whether it is good.
  check: async (connection) => void (await primaryLocation(connection)),
  catalogue,
  orders,
  listings,
  prices,
  fulfilments,
};
