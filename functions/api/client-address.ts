import type { ApiContext } from "./api-env.ts";

/** Not a header that anybody can send: an event's request answers it with the address that the gateway saw. */
export const CLIENT_ADDRESS = "x-stockwright-client-address";

/** Undefined where no gateway says. */
export function clientAddress(c: ApiContext): string | undefined {
  return c.req.header(CLIENT_ADDRESS);
}
