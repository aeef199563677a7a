import type { Connector } from "../port.ts";
import { catalogue } from "./catalogue.ts";
import { errorOf } from "./errors.ts";
import { purchases } from "./purchases.ts";
import { list } from "./requests.ts";
import { tokens } from "./tokens.ts";
import { answerOf, PageSchema } from "./wire.ts";

export const connector: Connector = {
  sign: (request, { token }) =>
    token ? { ...request, headers: { ...request.headers, authorization: `Bearer ${token.accessToken}` } } : request,
  tokens,
  errorOf,
  // A token is good for a month by its own word: only a call shows whether it is taken.
  check: async (connection) =>
    void (await connection.call(list("allItems", { first: 1 }, "key"), answerOf("allItems", PageSchema))),
  catalogue,
  purchases,
};
