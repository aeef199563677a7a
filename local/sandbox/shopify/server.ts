import { graphql, Kind, parse } from "graphql";
import { type Answered, type Asked, type Provider, startProvider } from "../provider/server.ts";
import { type Bucket, createBucket } from "./bucket.ts";
import { actualCost, costOf } from "./cost.ts";
import { change, sell, type Sale, stockShelves } from "./demo.ts";
import { resolvers } from "./resolvers.ts";
import { rest } from "./rest.ts";
import { schema } from "./schema.ts";
import { emptyState, nextId, type ShopifyState } from "./state.ts";

export interface ShopifySandboxOptions {
  /** Of loopback; 0 for any that is free. */
  port?: number;
  now?: () => number;
  /** A custom app's own token, which lasts. */
  accessToken?: string;
  client?: { clientId: string; clientSecret: string };
  /** Variants that it begins with, where nothing is saved. */
  variants?: number;
  /** Points at once and a second, as of the plan; those of the smallest where absent. */
  points?: { maximum: number; restoreRate: number };
  saved?: ShopifyState;
  /** Called with all it knows after each call. */
  save?: (state: ShopifyState) => void;
}

export interface ShopifySandbox extends Provider {
  state: ShopifyState;
  points: Bucket;
  /** Somebody buys there, as `POST /sandbox/orders` does; undefined where there is not enough. */
  sell: (sale?: Sale) => ReturnType<typeof sell>;
  /** Something happens to an order, as `POST /sandbox/orders/<id>` does. */
  change: (id: number, to?: { cancel?: boolean }) => ReturnType<typeof change>;
}

export const DEMO_ACCESS_TOKEN = "demo-shop-access-token";
/** An account that the stand-in takes, where it was told of no other: an app's of the Dev Dashboard, and a custom app's. */
export const SHOPIFY_DEMO = {
  credentials: { clientId: "demo-shop-client", clientSecret: "demo-shop-client-secret" },
  settings: { shop: "demo" },
};
export const CUSTOM_APP = { credentials: { accessToken: DEMO_ACCESS_TOKEN }, settings: { shop: "demo" } };
const VARIANTS = 60;
const STANDARD = { maximum: 2_000, restoreRate: 100 };
const REST = { maximum: 40, restoreRate: 2 };
const MAX_QUERY_COST = 1_000;
const TOKEN_SECONDS = 86_399;

/** A stand-in of a shop at Shopify, with goods and buyers of its own: docs/sandbox.md. */
export async function startShopifySandbox(options: ShopifySandboxOptions = {}): Promise<ShopifySandbox> {
  const { now = Date.now, save, port } = options;
  const { accessToken = CUSTOM_APP.credentials.accessToken, client = SHOPIFY_DEMO.credentials } = options;
  const state = options.saved ?? emptyState();
  if (!options.saved) stockShelves(state, options.variants ?? VARIANTS, now());
  const points = createBucket(options.points ?? STANDARD);
  const calls = createBucket(REST);

  function answer(asked: Asked): Answered | Promise<Answered> {
    const { method, path } = asked;
    if (`${method} ${path}` === "POST /admin/oauth/access_token") return giveToken(asked);
    if (path.startsWith("/sandbox/orders") && method === "POST") return happen(asked);
    const token = asked.header("x-shopify-access-token") ?? "";
    if (token !== accessToken && asked.now >= (state.accessTokens[token] ?? 0)) return UNAUTHORIZED;
    const [, below] = /^\/admin\/api\/\d{4}-\d{2}(\/.+)$/.exec(path) ?? [];
    if (below === "/graphql.json" && method === "POST") return execute(asked);
    if (!calls.take(1, asked.now))
      return { status: 429, body: { errors: "Exceeded 2 calls per second" }, headers: { "retry-after": "2.0" } };
    return (
      (below === undefined ? undefined : rest(state, below, asked)) ?? { status: 404, body: { errors: "Not Found" } }
    );
  }

  function giveToken({ body, now: at }: Asked): Answered {
    const form = new URLSearchParams(body);
    const isKnown = form.get("client_id") === client.clientId && form.get("client_secret") === client.clientSecret;
    if (!isKnown) return { status: 401, body: { error: "invalid_client" } };
    if (form.get("grant_type") !== "client_credentials")
      return { status: 400, body: { error: "unsupported_grant_type" } };
    const given = `demo-shop-token-${nextId(state)}`;
    state.accessTokens[given] = at + TOKEN_SECONDS * 1_000;
    return {
      status: 200,
      body: { access_token: given, scope: "write_products,write_inventory", expires_in: TOKEN_SECONDS },
    };
  }

  /** What buyers and the shop's own people do. */
  function happen({ path, body, now: at }: Asked): Answered {
    const given = JSON.parse(body || "{}") as Sale & { cancel?: boolean };
    const [, id] = /^\/sandbox\/orders\/(\d+)$/.exec(path) ?? [];
    const order = id === undefined ? sell(state, given, at) : change(state, Number(id), given, at);
    return order
      ? { status: id === undefined ? 201 : 200, body: { order } }
      : { status: 409, body: { errors: "Not for sale" } };
  }

  async function execute(asked: Asked): Promise<Answered> {
    const { query, variables = {} } = JSON.parse(asked.body) as { query: string; variables?: Record<string, unknown> };
    const cost = requestedCost(query, variables);
    if (typeof cost !== "number") return cost;
    const status = () => ({
      maximumAvailable: points.maximum,
      currentlyAvailable: Math.floor(points.available(asked.now)),
      restoreRate: points.restoreRate,
    });
    const spent = (actualQueryCost: number | null) => ({
      cost: { requestedQueryCost: cost, actualQueryCost, throttleStatus: status() },
    });
    if (cost > MAX_QUERY_COST) return fault("MAX_COST_EXCEEDED", `Query cost is ${cost}`, spent(null));
    if (!points.take(cost, asked.now)) return fault("THROTTLED", "Throttled", spent(null));
    const result = await graphql({
      schema,
      source: query,
      rootValue: resolvers(state, asked),
      variableValues: variables,
    });
    const actual = Math.min(cost, actualCost(result.data));
    points.giveBack(cost - actual);
    return { status: 200, body: { ...result, extensions: spent(actual) } };
  }

  const provider = await startProvider({
    ...(port === undefined ? {} : { port }),
    now,
    answer,
    errorBody: (_status, message) => ({ errors: message }),
    expired: UNAUTHORIZED,
    save: () => save?.(state),
  });
  return {
    ...provider,
    state,
    points,
    sell: (sale = {}) => sell(state, sale, now()),
    change: (id, to = {}) => change(state, id, to, now()),
  };
}

const UNAUTHORIZED: Answered = {
  status: 401,
  body: { errors: "[API] Invalid API key or access token (unrecognized login or wrong password)" },
};

const fault = (code: string, message: string, extensions: object = {}): Answered => ({
  status: 200,
  body: { errors: [{ message, extensions: { code } }], extensions },
});

function requestedCost(query: string, variables: Record<string, unknown>): number | Answered {
  try {
    const [operation] = parse(query).definitions;
    return operation?.kind === Kind.OPERATION_DEFINITION ? costOf(operation, variables) : 0;
  } catch (error) {
    return fault("GRAPHQL_PARSE_FAILED", error instanceof Error ? error.message : "unreadable");
  }
}
