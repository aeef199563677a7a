import type { Connector } from "../port.ts";
import { catalogue } from "./catalogue.ts";
import { errorOf } from "./errors.ts";
import { purchases } from "./purchases.ts";
import { tokens } from "./tokens.ts";

export const connector: Connector = {
  sign: (request, { token }) =>
    token ? { ...request, headers: { ...request.headers, authorization: `Bearer ${token.accessToken}` } } : request,
  tokens,
  errorOf,
  catalogue,
  purchases,
};
