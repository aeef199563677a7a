import type { Browser } from "../people.ts";
import type { Shop } from "./makers.ts";

/** What an operation is asked with, so that it succeeds. */
export interface Good {
  params?: Record<string, string>;
  query?: Record<string, string>;
  body?: unknown;
  /** Whose session it is, of what is for people. */
  person?: Browser;
  /** Another shop than the one that asks elsewhere: one in the state that it is good for. */
  shop?: Shop;
}

export type Prepare = (shop: Shop) => Promise<Good>;

/** An operation upon what `make` makes. */
export const of = (make: (shop: Shop) => Promise<string>, body?: unknown, name = "id"): Prepare => {
  return async (shop) => ({ params: { [name]: await make(shop) }, ...(body === undefined ? {} : { body }) });
};
