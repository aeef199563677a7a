import type { AffiliateLinks, OfferSource, SourceProduct, Unreadable } from "../capabilities.ts";
import type { Connector } from "../port.ts";
import type { Connection } from "../wire.ts";
import { CURRENCIES, FALLBACK_CURRENCY, MAX_LINKS, MAX_PAGE } from "./constants.ts";
import { errorOf } from "./errors.ts";
import { productOf } from "./map.ts";
import { linkGenerate, listed, productQuery, sign } from "./requests.ts";
import { LinkGenerateAnswer, ProductQueryAnswer } from "./wire.ts";

const offers: OfferSource = {
  async search(connection, { query, limit, currency: wanted }) {
    const currency = CURRENCIES.has(wanted) ? wanted : FALLBACK_CURRENCY;
    // By id: the list lives, and a product that moves between two pages would come twice.
    const products = new Map<string, SourceProduct>();
    const unreadable: Unreadable[] = [];
    const pages = Math.ceil(limit / MAX_PAGE);
    // The size stays: pages of several sizes would overlap.
    const pageSize = Math.min(limit, MAX_PAGE);
    let total: number | undefined;
    for (let page = 1; page <= pages; page++) {
      const ask = productQuery({ query, page, pageSize, currency }, connection.settings);
      const answer = await connection.call(ask, ProductQueryAnswer);
      const given = answer.products?.product ?? [];
      for (const original of given) {
        const read = productOf(original, currency);
        if ("reasons" in read) unreadable.push(read);
        else if (!products.has(read.externalId)) products.set(read.externalId, read);
      }
      total = answer.total_record_count ?? total;
      if (given.length < pageSize) break;
    }
    return {
      products: [...products.values()].slice(0, limit),
      unreadable,
      ...(total === undefined ? {} : { total }),
    };
  },
};

const affiliateLinks: AffiliateLinks = {
  maxBatch: MAX_LINKS,
  async links(connection, urls) {
    const links = new Map<string, string>();
    const { trackingId } = connection.settings;
    // Without it nobody knows whose the commission is.
    if (trackingId === undefined || urls.length === 0) return links;
    const asked = new Map(urls.map((url) => [listed(url), url]));
    const answer = await connection.call(linkGenerate([...asked.keys()], trackingId), LinkGenerateAnswer);
    for (const { source_value: source, promotion_link: link } of answer?.promotion_link ?? []) {
      const url = asked.get(source ?? "");
      if (url !== undefined && link !== undefined && isWebAddress(link)) links.set(url, link);
    }
    return links;
  },
};

function isWebAddress(text: string): boolean {
  const protocol = URL.parse(text)?.protocol;
  return protocol === "https:" || protocol === "http:";
}

/** A search for one product, the smallest answer of the methods that are used here: nothing found is as good. */
async function check(connection: Connection): Promise<void> {
  const ask = productQuery({ query: "lamp", page: 1, pageSize: 1, currency: FALLBACK_CURRENCY }, connection.settings);
  await connection.call(ask, ProductQueryAnswer);
}

export const connector: Connector = { sign, errorOf, check, offers, affiliateLinks };
