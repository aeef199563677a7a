import { type Answered, type Asked, type Provider, startProvider } from "../provider/server.ts";
import { slidingWindow } from "../provider/sliding-window.ts";
import { getBatch, getOperations, listBatches, quota, takeBatch, workBatches } from "./batches.ts";
import { type DemoItem, demoCatalogue, wireAvailabilities, wireItem } from "./catalogue.ts";
import { getListing, listListings, makeListing, stockShelves } from "./listings.ts";
import { change, getOrder, listOrders, sell, step } from "./orders.ts";
import { pageOf } from "./pages.ts";
import { type AliasState, type BatchKind, emptyState, errorBody, nextNumber, Refused } from "./state.ts";

/** What the stand-in lets in unless told otherwise. */
export const ALIAS_DEMO = { credentials: { accessToken: "demo-personal-access-token" }, settings: {} };

export interface AliasSandboxOptions {
  /** Of loopback; 0 for any that is free. */
  port?: number;
  now?: () => number;
  accessToken?: string;
  /** Calls that it takes in a second; Alias does not say how many it does. */
  callsASecond?: number;
  catalogue?: readonly DemoItem[];
  /** Without listings of the seller's. */
  isEmpty?: boolean;
  saved?: AliasState;
  /** Called with all it knows after each call. */
  save?: (state: AliasState) => void;
}

export interface AliasSandbox extends Provider {
  state: AliasState;
  catalogue: readonly DemoItem[];
  /** Somebody buys there, as `POST /sandbox/orders` does. */
  sell: (sale?: { catalogId?: string; size?: number }) => ReturnType<typeof sell>;
  /** Something happens to an order, as `POST /sandbox/orders/<id>` does. */
  change: (id: string, to?: { status?: string }) => ReturnType<typeof change>;
  /** The seller offers a unit of an item. */
  offer: (item: DemoItem, offered: { size: number; cents: number }) => ReturnType<typeof makeListing>;
}

const CALLS_A_SECOND = 20;
const PREFIX = "/api/v1/";

const KINDS: Record<string, BatchKind> = {
  batch_update: "UPDATE",
  batch_activate: "ACTIVATE",
  batch_deactivate: "DEACTIVATE",
};

/** A stand-in of Alias with goods and a seller of its own: docs/sandbox.md. */
export async function startAliasSandbox(options: AliasSandboxOptions = {}): Promise<AliasSandbox> {
  const { now = Date.now, port, save, catalogue = demoCatalogue() } = options;
  const { accessToken = ALIAS_DEMO.credentials.accessToken, callsASecond = CALLS_A_SECOND } = options;
  const state = options.saved ?? emptyState();
  if (!options.saved && !options.isEmpty) stockShelves(state, catalogue, now());
  const mayCall = slidingWindow(callsASecond, 1_000);

  function answer(asked: Asked): Answered {
    workBatches(state, asked.now);
    const answered = answerOf(asked);
    // As every answer of theirs, for whoever asks what became of a call.
    return { ...answered, headers: { ...answered.headers, "x-request-id": `demo-request-${nextNumber(state)}` } };
  }

  function answerOf(asked: Asked): Answered {
    try {
      if (asked.path.startsWith("/sandbox/")) return control(asked);
      if (asked.header("authorization") !== `Bearer ${accessToken}`) throw new Refused(401, "No valid token");
      if (!asked.path.startsWith(PREFIX)) throw new Refused(404, "Not found");
      return route(asked, asked.path.slice(PREFIX.length).split("/").map(decodeURIComponent));
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
      const body = errorBody(error.status, error.message);
      return { status: error.status, body: error.code === undefined ? body : { ...body, code: error.code } };
    }
  }

  /** What people do there who are not the seller. */
  function control({ method, path, body, now: at }: Asked): Answered {
    const given = JSON.parse(body || "{}") as { catalogId?: string; size?: number; status?: string; refuses?: string };
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

  function route(asked: Asked, [noun = "", first, second]: string[]): Answered {
    const isGet = asked.method === "GET";
    if (noun === "test" && isGet) return { status: 200, body: { ok: true } };
    if (noun === "catalog" && isGet) return first === undefined ? search(catalogue, asked) : oneItem(first);
    if (noun === "pricing_insights" && first === "availabilities" && isGet)
      return { status: 200, body: { variants: wireAvailabilities(itemOf(second ?? "")) } };
    if (noun === "orders" && isGet) return first === undefined ? listOrders(state, asked) : getOrder(state, first);
    if (noun === "orders" && first !== undefined && second !== undefined) return step(state, first, second, asked.now);
    if (noun !== "listings") throw new Refused(404, "Not found");
    const kind = KINDS[first ?? ""];
    if (!isGet && kind !== undefined) return takeBatch(state, kind, asked);
    if (!isGet) throw new Refused(404, "Not found");
    if (first === undefined) return listListings(state, asked);
    if (first === "batch") return second === undefined ? listBatches(state, asked) : getBatch(state, second, asked);
    if (first === "batch_operation" && second === "quota") return quota(state);
    return first === "batch_operations" ? getOperations(state, second ?? "", asked) : getListing(state, first);
  }

  const oneItem = (catalogId: string): Answered => ({
    status: 200,
    body: { catalog_item: wireItem(itemOf(catalogId)) },
  });

  function itemOf(catalogId: string): DemoItem {
    const item = catalogue.find((one) => one.catalogId === catalogId);
    if (!item) throw new Refused(404, "Catalog item not found");
    return item;
  }

  const provider = await startProvider({
    ...(port === undefined ? {} : { port }),
    now,
    answer,
    errorBody,
    isOverLimit: ({ now: at, path }) => (!path.startsWith(PREFIX) || mayCall(at) ? undefined : {}),
    save: () => save?.(state),
  });
  return {
    ...provider,
    state,
    catalogue,
    sell: (sale = {}) => sell(state, catalogue, sale, now()),
    change: (id, to = {}) => change(state, id, to, now()),
    offer: (item, offered) => makeListing(state, item, offered, now()),
  };
}

function search(catalogue: readonly DemoItem[], asked: Asked): Answered {
  const words = (asked.query.get("query") ?? "").toLowerCase().split(/\s+/).filter(Boolean);
  if (words.length === 0) throw new Refused(400, "Missing parameter: query");
  const found = catalogue.filter(({ name, sku }) =>
    words.every((word) => `${name} ${sku} ${sku.replaceAll(" ", "-")}`.toLowerCase().includes(word)),
  );
  const { items, token, hasMore } = pageOf(found, asked, { size: "limit", max: 50, standard: 50 });
  return { status: 200, body: { catalog_items: items.map(wireItem), next_pagination_token: token, has_more: hasMore } };
}
