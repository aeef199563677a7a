import type { Connector } from "../port.ts";
import { listings, prices } from "./listings.ts";
import { offers } from "./offers.ts";
import { orders } from "./orders.ts";
import { sign } from "./requests.ts";
import { tokens } from "./tokens.ts";

export const connector: Connector = { sign, tokens, offers, orders, listings, prices };
