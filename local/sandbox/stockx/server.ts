import { type Answered, type Asked, type Provider, startProvider } from "../provider/server.ts";
import { getBatch, takeBatch, workBatches } from "./batches.ts";
import { type DemoProduct, demoCatalogue, wireMarkets, wireProduct, wireVariants } from "./catalogue.ts";
import { limiter, type StockxLimits } from "./limits.ts";
import { getListing, listListings, makeListing, stockShelves } from "./listings.ts";
import { authorize, checkToken, giveToken, type StockxApplication } from "./oauth.ts";
import { activeOrders, change, getOrder, pastOrders, sell } from "./orders.ts";
import { pageOf } from "./pages.ts";
import { emptyState, errorBody, Refused, type StockxState } from "./state.ts";

/** What the stand-in lets in unless told otherwise; its refresh token can be used again and again. */
export const STOCKX_DEMO = {
  credentials: {
    clientId: "demo-client",
    clientSecret: "demo-client-secret",
    apiKey: "demo-api-key",
    refreshToken: "demo-refresh",
  },
  settings: { currency: "USD" },
};

export interface StockxSandboxOptions {
  /** Of loopback; 0 for any that is free. */
  port?: number;
  now?: () => number;
  application?: Partial<StockxApplication>;
  refreshToken?: string;
  limits?: StockxLimits;
  catalogue?: readonly DemoProduct[];
  /** Without asks of the seller's. */
  isEmpty?: boolean;
  saved?: StockxState;
  /** Called with all it knows after each call. */
  save?: (state: StockxState) => void;
}

export interface StockxSandbox extends Provider {
  state: StockxState;
  catalogue: readonly DemoProduct[];
  /** Somebody buys there, as `POST /sandbox/orders` does. */
  sell: (sale?: { variantId?: string }) => ReturnType<typeof sell>;
  /** Something happens to an order, as `POST /sandbox/orders/<number>` does. */
  change: (orderNumber: string, to?: { status?: string }) => ReturnType<typeof change>;
  /** The seller offers a unit of a variant. */
  offer: (variantId: string, amount: string) => ReturnType<typeof makeListing>;
}

/** A stand-in of StockX with goods and a seller of its own: docs/sandbox.md. */
export async function startStockxSandbox(options: StockxSandboxOptions = {}): Promise<StockxSandbox> {
  const { now = Date.now, port, save, catalogue = demoCatalogue() } = options;
  const { refreshToken = STOCKX_DEMO.credentials.refreshToken } = options;
  const app = { ...STOCKX_DEMO.credentials, ...options.application };
  const state = options.saved ?? emptyState();
  if (!options.saved && !options.isEmpty) stockShelves(state, catalogue, now());
  const isTooMuch = limiter(options.limits ?? {});

  function answer(asked: Asked): Answered {
    workBatches(state, asked.now);
    try {
      const call = `${asked.method} ${asked.path}`;
      if (asked.path === "/authorize") return authorize(state, app, asked);
      if (call === "POST /oauth/token") return giveToken(state, app, refreshToken, asked);
      if (asked.path.startsWith("/sandbox/")) return control(asked);
      checkToken(state, app, asked);
      return route(asked);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      return { status: error.status, body: errorBody(error.status, error.message) };
    }
  }

  /** What people do there who are not the seller. */
  function control({ method, path, body, now: at }: Asked): Answered {
    const given = JSON.parse(body || "{}") as { variantId?: string; status?: string; refuses?: string };
    if (method === "POST" && path === "/sandbox/orders")
      return { status: 201, body: sell(state, catalogue, given, at) };
    const [, what, id = ""] = /^\/sandbox\/(orders|listings)\/([^/]+)$/.exec(path) ?? [];
    if (method !== "POST" || what === undefined) throw new Refused(404, "Not found");
    if (what === "orders") return { status: 200, body: change(state, id, given, at) };
    const listing = state.listings[id];
    if (!listing) throw new Refused(404, "Listing not found");
    if (given.refuses === undefined) delete listing.refuses;
    else listing.refuses = given.refuses;
    return { status: 200, body: listing };
  }

  function route(asked: Asked): Answered {
    const [, version, area, ...parts] = asked.path.split("/").map(decodeURIComponent);
    const [first = "", second, third] = parts;
    if (version !== "v2") throw new Refused(404, "Not found");
    if (area === "catalog" && asked.method === "GET") return catalog(parts, asked);
    const call = `${asked.method} ${area ?? ""}/${first}`;
    if (call === "GET selling/orders") {
      if (second === "active") return activeOrders(state, asked);
      return second === "history" ? pastOrders(state, asked) : getOrder(state, second ?? "");
    }
    if (call === "GET selling/listings")
      return second === undefined ? listListings(state, catalogue, asked) : getListing(state, catalogue, second);
    if (call === "POST selling/batch" && second === "update-listing") return takeBatch(state, asked);
    if (call === "GET selling/batch" && second === "update-listing")
      return getBatch(state, third ?? "", parts[3], asked);
    throw new Refused(404, "Not found");
  }

  function catalog([first, productId = "", part, variantId, last]: string[], asked: Asked): Answered {
    if (first === "search") return search(catalogue, asked);
    const product = catalogue.find((one) => one.productId === productId);
    if (first !== "products" || !product) throw new Refused(404, "Product not found");
    const currency = asked.query.get("currencyCode") ?? "USD";
    const of = (all: object[]) => all[product.variants.findIndex((one) => one.variantId === variantId)];
    if (part === undefined) return { status: 200, body: wireProduct(product, true) };
    if (part === "market-data") return { status: 200, body: wireMarkets(product, currency) };
    if (part !== "variants") throw new Refused(404, "Not found");
    if (variantId === undefined) return { status: 200, body: wireVariants(product) };
    const one = of(last === "market-data" ? wireMarkets(product, currency) : wireVariants(product));
    if (!one) throw new Refused(400, "Variant does not belong to the product.");
    return { status: 200, body: one };
  }

  const provider = await startProvider({
    ...(port === undefined ? {} : { port }),
    now,
    answer,
    errorBody,
    isOverLimit: (asked) => (isTooMuch(asked) ? {} : undefined),
    save: () => save?.(state),
  });
  return {
    ...provider,
    state,
    catalogue,
    sell: (sale = {}) => sell(state, catalogue, sale, now()),
    change: (orderNumber, to = {}) => change(state, orderNumber, to, now()),
    offer: (variantId, amount) => {
      const product = catalogue.find(({ variants }) => variants.some((one) => one.variantId === variantId));
      if (!product) throw new Refused(404, "Variant not found");
      return makeListing(state, { productId: product.productId, variantId, amount, currencyCode: "USD" }, now());
    },
  };
}

function search(catalogue: readonly DemoProduct[], asked: Asked): Answered {
  const query = asked.query.get("query") ?? "";
  if (query === "" || query.length > 100) throw new Refused(400, "query must have 1 to 100 characters");
  const words = query.toLowerCase().split(/\s+/);
  const found = catalogue.filter(({ title, styleId }) =>
    words.every((word) => `${title} ${styleId}`.toLowerCase().includes(word)),
  );
  const { page, items } = pageOf(found, asked, { max: 50, standard: 1 });
  return { status: 200, body: { ...page, products: items.map((one) => wireProduct(one, false)) } };
}
