import * as Accounts from "../accounts/index.ts";
import type { CataloguePage } from "../connectors/index.ts";
import type { Context } from "../platform/context.ts";
import { ValidationError } from "../platform/errors.ts";
import type { Origin } from "./offer.ts";

/** Somebody who can be asked for offers. */
export interface Source {
  origin: Origin;
  /** Changes whenever answers may: of the account. */
  version: number;
  search(ask: { query: string; limit: number; currency: string }): Promise<CataloguePage>;
  /** Where it turns addresses into ones that earn a commission: undefined where it does not. */
  links(): Promise<LinkMaker | undefined>;
}

export interface LinkMaker {
  maxBatch: number;
  /** By the address given; what has none is missing. */
  make(urls: readonly string[]): Promise<Map<string, string>>;
}

/** One call; the search itself waits no longer for all of them together. */
const CALL_MS = 4_500;

/**
 * The organisation's active accounts that can be searched; of them those that `wanted` names by id or provider. Throws
 * ValidationError for a name that is none of theirs.
 */
export async function connectedSources(ctx: Context, wanted: readonly string[] | undefined): Promise<Source[]> {
  const accounts = await Accounts.accountsWith(ctx, "offers");
  const unknown =
    wanted?.filter((name) => !accounts.some(({ id, provider }) => name === id || name === provider)) ?? [];
  if (unknown.length > 0) {
    const message = "is no active account that can be searched, and no provider of one";
    throw new ValidationError([
      { path: "sources", code: "unknown_source", message: `${unknown[0]?.slice(0, 100)} ${message}` },
    ]);
  }
  return accounts
    .filter(({ id, provider }) => wanted === undefined || wanted.includes(id) || wanted.includes(provider))
    .map((account) => sourceOf(ctx, account));
}

function sourceOf(ctx: Context, { id, provider, name, version }: Accounts.Account): Source {
  let opening: Promise<Accounts.OpenAccount> | undefined;
  // What is kept for urgent calls is for delists and orders: whoever looks around can look again.
  const open = () => (opening ??= Accounts.openAccount(ctx, id, { urgency: "bulk", timeoutMs: CALL_MS }));
  return {
    origin: { accountId: id, provider, name },
    version,
    async search(ask) {
      const { connector, connection } = await open();
      return (await connector.offers?.search(connection, ask)) ?? { products: [], unreadable: [] };
    },
    async links() {
      const { connector, connection } = await open();
      const { affiliateLinks } = connector;
      if (!affiliateLinks) return undefined;
      return { maxBatch: affiliateLinks.maxBatch, make: (urls) => affiliateLinks.links(connection, urls) };
    },
  };
}
