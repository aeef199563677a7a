import { contentHash } from "../platform/canonical.ts";
import type { Context } from "../platform/context.ts";
import { codeOf, KEPT_SECONDS, namespaceOf } from "./ask.ts";
import { isUsableAddress } from "./clean.ts";
import { type After, LateError, within } from "./deadline.ts";
import type { Offer, Origin } from "./offer.ts";
import type { LinkMaker, Source } from "./source.ts";

/** For the links of a whole search: better none than a search that nobody waits for. */
export const LINKS_MS = 2_500;

export interface Link {
  url: string;
  /** Whether it earns a commission; where not it is the original. */
  isAffiliate: boolean;
}

/** How many addresses a log line names. */
const EXAMPLES = 5;

type Outcome = "given" | "made" | "none" | "failed";

/**
 * A link for each of the offers that have an address: given with it, made by its source, or its original address. Never fails: what earns no
 * commission is sold all the same. `affiliate_links_total` counts how often that was so.
 */
export async function linksFor(
  ctx: Context,
  offers: readonly Offer[],
  sources: readonly Source[],
  after: After,
): Promise<Map<Offer, Link>> {
  const made = new Map<string, string>();
  /** Of the addresses for which links were to be made. What is late finds nobody who looks any more. */
  const outcomes = new Map<string, Outcome>();

  async function makeFor(source: Source, urls: readonly string[]): Promise<void> {
    const maker = await source.links();
    if (!maker) return;
    for (const url of urls) outcomes.set(url, "failed");
    await Promise.all(
      batches(urls, maker.maxBatch).map(async (batch) => {
        try {
          await makeBatch(source, maker, batch);
        } catch (error) {
          notMade(ctx, source.origin, batch, error);
        }
      }),
    );
  }

  async function makeBatch({ origin, version }: Source, maker: LinkMaker, urls: string[]): Promise<void> {
    const key = `links:${contentHash([origin.accountId, version, urls])}`;
    const links = await ctx.cache.getOrSet(namespaceOf(ctx), key, () => maker.make(urls), KEPT_SECONDS);
    for (const url of urls) {
      const link = links.get(url);
      const isMade = link !== undefined && isUsableAddress(link);
      outcomes.set(url, isMade ? "made" : "none");
      if (isMade) made.set(url, link);
    }
  }

  await Promise.all(
    sources.map(async (source) => {
      const own = offers.filter(({ origin }) => origin.accountId === source.origin.accountId);
      const urls = [...new Set(own.flatMap(wanting))];
      if (urls.length === 0) return;
      try {
        await within(makeFor(source, urls), after(LINKS_MS));
      } catch (error) {
        // Each source for itself, so that one that is late takes nothing from those that were not.
        const left = urls.filter((url) => !made.has(url));
        for (const url of left) outcomes.set(url, "failed");
        notMade(ctx, source.origin, left, error);
      }
    }),
  );
  const links = new Map<Offer, Link>();
  for (const offer of offers) {
    const { url, affiliateUrl = made.get(url ?? "") } = offer.product;
    const shown = affiliateUrl ?? url;
    if (shown !== undefined) links.set(offer, { url: shown, isAffiliate: affiliateUrl !== undefined });
    const outcome = offer.product.affiliateUrl === undefined ? outcomes.get(url ?? "") : "given";
    if (outcome) ctx.metrics.count("affiliate_links_total", { outcome });
  }
  return links;
}

function notMade(ctx: Context, origin: Origin, urls: readonly string[], error: unknown): void {
  ctx.log.warn("Links were not made: the original addresses are shown", {
    ...origin,
    links: urls.length,
    addresses: urls.slice(0, EXAMPLES),
    code: error instanceof LateError ? "TIMED_OUT" : codeOf(error),
    error,
  });
}

/** The address for which a link is to be made, where there is one and no link. */
function wanting({ product: { url, affiliateUrl } }: Offer): string[] {
  return url === undefined || affiliateUrl !== undefined ? [] : [url];
}

function batches(urls: readonly string[], size: number): string[][] {
  return Array.from({ length: Math.ceil(urls.length / size) }, (_, index) =>
    urls.slice(index * size, (index + 1) * size),
  );
}
