import type { Connector } from "../port.ts";
import { errorOf } from "./errors.ts";
import { fulfilments } from "./fulfilments.ts";
import { listings, prices } from "./listings.ts";
import { offers } from "./offers.ts";
import { orders } from "./orders.ts";
import { sign } from "./requests.ts";

export const connector: Connector = { sign, errorOf, offers, orders, listings, prices, fulfilments };
