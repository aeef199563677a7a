import type { Connector } from "../port.ts";

export const connector: Connector = { sign: (request) => request };
