import { of, type Prepare } from "./good.ts";
import { fresh, make, type Shop } from "./makers.ts";

const password = "of-the-tests-only-0123456789";

const connecting = (shop: Shop) => ({
  provider: "ownerclan",
  name: fresh(shop),
  credentials: { username: "demo", password },
});

/** An account at a wholesaler that nobody calls. */
export const account = async (shop: Shop) => (await make(shop, "/v1/accounts", connecting(shop))).id;

/** An account whose owner has to consent. */
export const unauthorizedAccount = async (shop: Shop) =>
  (
    await make(shop, "/v1/accounts", {
      provider: "stockx",
      name: fresh(shop),
      credentials: { clientId: "demo", clientSecret: password, apiKey: password },
    })
  ).id;

export const ACCOUNT_REQUESTS: Record<string, Prepare> = {
  "post /v1/accounts": async (shop) => ({ body: connecting(shop) }),
  "get /v1/accounts/{id}": of(account),
  "patch /v1/accounts/{id}": of(account, { status: "paused" }),
  "delete /v1/accounts/{id}": of(account),
  "post /v1/accounts/{id}/check": of(account, {}),
  "post /v1/accounts/{id}/authorize": of(unauthorizedAccount, {}),
  "get /v1/accounts/{id}/quota": of(account),
};
