import { graphql, OperationTypeNode, parse } from "graphql";
import { type Answered, type Asked, type Provider, startProvider } from "../provider/server.ts";
import { type Catalogue, type CatalogueState, createCatalogue } from "./catalogue.ts";
import { createOrders, type Orders, type SandboxOrder } from "./orders.ts";
import { resolvers } from "./resolvers.ts";
import { schema } from "./schema.ts";
import { isGood, issueToken } from "./tokens.ts";

/** What outlives the process. */
export interface OwnerclanState {
  catalogue: CatalogueState;
  orders: SandboxOrder[];
}

export interface OwnerclanOptions {
  /** Of loopback; 0 for any that is free. */
  port?: number;
  /** Milliseconds since the epoch. */
  now?: () => number;
  username: string;
  password: string;
  /** Items that it has at first. */
  size: number;
  /** Entries of one page; 1,000 where absent. */
  mostPerPage?: number;
  /** How it answers with a token: the document says `text`, others have met `json`. */
  tokenStyle?: "text" | "json";
  /** Seconds that a token lasts; a month where absent. */
  tokenSeconds?: number;
  /** How many items change, and in what time. */
  drift?: { everyMs: number; items: number };
  saved?: OwnerclanState;
  save?: (state: OwnerclanState) => void;
}

export interface OwnerclanSandbox extends Provider {
  catalogue: Catalogue;
  orders: Orders;
}

const MONTH_SECONDS = 30 * 24 * 3_600;

/** A server that answers as OwnerClan's document says: tokens, and the part of its schema that a seller who buys needs. */
export async function startOwnerclanSandbox(options: OwnerclanOptions): Promise<OwnerclanSandbox> {
  const {
    now = Date.now,
    mostPerPage = 1_000,
    tokenStyle = "text",
    tokenSeconds = MONTH_SECONDS,
    saved,
    drift,
  } = options;
  const catalogue = createCatalogue({ size: options.size, ...(saved ? { saved: saved.catalogue } : {}) }, now);
  const orders = createOrders(catalogue, saved?.orders ?? [], now);
  let driftedAt = now();

  function answer(asked: Asked): Answered | Promise<Answered> {
    if (asked.path === "/auth" && asked.method === "POST") return authenticate(asked);
    if (asked.path !== "/v1/graphql") return { status: 404, body: errors("Not found") };
    const [, token = ""] = /^Bearer (.+)$/.exec(asked.header("authorization") ?? "") ?? [];
    if (!isGood(token, now())) return { status: 401, body: errors("jwt expired", "UNAUTHENTICATED") };
    return execute(asked);
  }

  function authenticate({ body }: Asked): Answered {
    const given = jsonOf(body);
    const isKnown = given["username"] === options.username && given["password"] === options.password;
    if (!isKnown || given["service"] !== "ownerclan" || given["userType"] !== "seller")
      return { status: 401, body: "Unauthorized" };
    const token = issueToken(options.username, now(), tokenSeconds);
    return { status: 200, body: tokenStyle === "text" ? `${token}\n` : { access_token: token } };
  }

  async function execute(asked: Asked): Promise<Answered> {
    const sent = asked.method === "GET" ? { query: asked.query.get("query") ?? "" } : jsonOf(asked.body);
    const source = typeof sent["query"] === "string" ? sent["query"] : "";
    if (asked.method === "GET" && isMutation(source)) return { status: 405, body: errors("Mutations go by POST") };
    changeWithTime();
    const result = await graphql({
      schema,
      source,
      rootValue: resolvers({ catalogue, orders, now }, { fault: asked.pageFault, most: mostPerPage }),
      variableValues: "variables" in sent ? (sent["variables"] as Record<string, unknown>) : null,
    });
    return { status: result.data === undefined ? 400 : 200, body: result };
  }

  function changeWithTime(): void {
    if (!drift) return;
    const turns = Math.min(Math.floor((now() - driftedAt) / drift.everyMs), 10);
    if (turns <= 0) return;
    catalogue.drift(turns * drift.items);
    driftedAt = now();
  }

  const provider = await startProvider({
    ...(options.port === undefined ? {} : { port: options.port }),
    now,
    answer,
    errorBody: (_status, message) => errors(message),
    expired: { status: 401, body: errors("jwt expired", "UNAUTHENTICATED") },
    save: () => options.save?.({ catalogue: catalogue.state(), orders: [...orders.all] }),
  });
  return { ...provider, catalogue, orders };
}

function errors(message: string, code?: string) {
  return { errors: [{ message, ...(code === undefined ? {} : { extensions: { code } }) }] };
}

function isMutation(source: string): boolean {
  try {
    return parse(source).definitions.some((one) => "operation" in one && one.operation === OperationTypeNode.MUTATION);
  } catch {
    // What cannot be read is refused with its reasons when it is executed.
    return false;
  }
}

function jsonOf(text: string): Record<string, unknown> {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === "object" && read !== null ? (read as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
