import * as Accounts from "../../../core/accounts/index.ts";
import { answerKey, namespaceOf } from "../../../core/sourcing/ask.ts";
import { ALIEXPRESS_DEMO } from "../../../local/sandbox/aliexpress/server.ts";
import { sourceProduct } from "../offers.ts";
import { fresh, type Shop } from "./makers.ts";

/** What names an offer of a search of the last minutes. */
export async function foundOffer(shop: Shop): Promise<{ accountId: string; externalId: string; q: string }> {
  const { ctx } = shop;
  const q = fresh(shop);
  const { id, version, provider, name } = await Accounts.createAccount(ctx, {
    provider: "aliexpress",
    name: q,
    ...ALIEXPRESS_DEMO,
  });
  const externalId = fresh(shop);
  const found = { products: [sourceProduct({ externalId, name: `Desk lamp ${q}` })], unreadable: [] };
  const asked = { query: q, limit: 50, currency: ctx.actor.currency };
  const origin = { accountId: id, provider, name };
  await ctx.cache.set(namespaceOf(ctx), answerKey({ origin, version }, asked), found);
  return { accountId: id, externalId, q };
}
