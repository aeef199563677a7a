import { type Answered, type Asked, type Provider, startProvider } from "../provider/server.ts";
import { slidingWindow } from "../provider/sliding-window.ts";
import { change, sell, type Sale, stockShelves } from "./demo.ts";
import { errorBody, Refused } from "./errors.ts";
import { createFulfillment, getFulfillments } from "./fulfillments.ts";
import { bulkUpdate, getOffers, publishOffers } from "./inventory.ts";
import { type Application, checkToken, consent, giveToken } from "./oauth.ts";
import { getOrder, getOrders } from "./orders.ts";
import { type EbayState, emptyState } from "./state.ts";

export interface EbaySandboxOptions {
  /** Of loopback; 0 for any that is free. */
  port?: number;
  now?: () => number;
  /** What it takes for its application; `demo-client` and `demo-client-secret` where absent. */
  application?: Partial<Application>;
  /** What renews tokens of the demo seller, who has consented already. */
  refreshToken?: string;
  /** Items with offers that it begins with, where nothing is saved. */
  items?: number;
  /** Calls in a sliding window, beyond which it answers 429. */
  callLimit?: { limit: number; windowMs: number };
  saved?: EbayState;
  /** Called with all it knows after each call. */
  save?: (state: EbayState) => void;
}

export interface EbaySandbox extends Provider {
  state: EbayState;
  /** Somebody buys there, as `POST /sandbox/orders` does. */
  sell: (sale?: Sale) => ReturnType<typeof sell>;
  /** Something happens to an order, as `POST /sandbox/orders/<id>` does. */
  change: (orderId: string, to?: { cancelState?: string }) => ReturnType<typeof change>;
}

export const DEMO_REFRESH_TOKEN = "v^1.1#demo-refresh";
/** An account that the stand-in takes, where it was told of no other. */
export const EBAY_DEMO = {
  credentials: { clientId: "demo-client", clientSecret: "demo-client-secret", refreshToken: DEMO_REFRESH_TOKEN },
  settings: { marketplaceId: "EBAY_US" },
};
const ITEMS = 40;

/** A stand-in of eBay's Sell APIs, with goods and buyers of its own: docs/sandbox.md. */
export async function startEbaySandbox(options: EbaySandboxOptions = {}): Promise<EbaySandbox> {
  const { now = Date.now, refreshToken = EBAY_DEMO.credentials.refreshToken, callLimit, save, port } = options;
  const state = options.saved ?? emptyState();
  const { clientId, clientSecret } = EBAY_DEMO.credentials;
  const application = { clientId, clientSecret, redirects: {}, ...options.application };
  if (!options.saved) {
    stockShelves(state, options.items ?? ITEMS);
    state.refreshTokens.push(refreshToken);
  }
  const mayCall = callLimit && slidingWindow(callLimit.limit, callLimit.windowMs);

  function answer(asked: Asked): Answered {
    try {
      return route(state, application, asked);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const body = errorBody(error.status, error.message) as { errors: [{ errorId: number }] };
      body.errors[0].errorId = error.errorId;
      return { status: error.status, body };
    }
  }

  const provider = await startProvider({
    ...(port === undefined ? {} : { port }),
    now,
    answer,
    errorBody,
    isOverLimit: ({ now: at, path }) => (!mayCall || path.startsWith("/sandbox/") || mayCall(at) ? undefined : {}),
    save: () => save?.(state),
  });
  return {
    ...provider,
    state,
    sell: (sale = {}) => sell(state, sale, now()),
    change: (orderId, to = {}) => change(state, orderId, to, now()),
  };
}

function route(state: EbayState, application: Application, asked: Asked): Answered {
  const { method, path, now } = asked;
  const call = `${method} ${path}`;
  if (call === "POST /identity/v1/oauth2/token") return giveToken(state, application, asked);
  if (call === "GET /oauth2/authorize") return consent(state, application, asked);
  const body = () => JSON.parse(asked.body || "{}") as object;
  if (call === "POST /sandbox/orders") return { status: 201, body: sell(state, body(), now) };
  const [, ordered] = /^POST \/sandbox\/orders\/([^/]+)$/.exec(call) ?? [];
  if (ordered !== undefined) return { status: 200, body: change(state, decodeURIComponent(ordered), body(), now) };
  checkToken(state, asked);
  if (call === "GET /sell/inventory/v1/offer") return getOffers(state, asked);
  if (call === "POST /sell/inventory/v1/bulk_update_price_quantity") return bulkUpdate(state, asked);
  if (call === "POST /sell/inventory/v1/bulk_publish_offer") return publishOffers(state, asked);
  if (call === "GET /sell/fulfillment/v1/order") return getOrders(state, asked);
  const [, id = "", part] = /^\/sell\/fulfillment\/v1\/order\/([^/]+)(\/shipping_fulfillment)?$/.exec(path) ?? [];
  const orderId = decodeURIComponent(id);
  if (orderId !== "" && part === undefined && method === "GET") return getOrder(state, orderId);
  if (part !== undefined && method === "GET") return getFulfillments(state, orderId);
  if (part !== undefined && method === "POST") return createFulfillment(state, orderId, asked);
  throw new Refused(404, 2002, "Resource not found");
}
