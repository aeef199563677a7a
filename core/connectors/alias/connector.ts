import type { Connector } from "../port.ts";
import { errorOf } from "./errors.ts";
import { fulfilments } from "./fulfilments.ts";
import { listings, prices } from "./listings.ts";
import { offers } from "./offers.ts";
import { orders } from "./orders.ts";
import { sign, test } from "./requests.ts";
import { TestSchema } from "./wire.ts";

export const connector: Connector = {
  sign,
  errorOf,
  offers,
  orders,
  listings,
  prices,
  fulfilments,
  check: async (connection) => void (await connection.call(test(), TestSchema)),
};
