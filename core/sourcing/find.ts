import type { Context } from "../platform/context.ts";
import { type Ask, askSources, type Found, type SourceReport } from "./ask.ts";
import { offerOf } from "./check.ts";
import type { After } from "./deadline.ts";
import { type Kept, withoutDuplicates } from "./duplicates.ts";
import { type Link, linksFor } from "./links.ts";
import type { DropReason, Offer, Origin, Scored } from "./offer.ts";
import { byRank } from "./rank.ts";
import { scoreOf } from "./score.ts";
import type { SourcingSettings } from "./settings.ts";
import type { Source } from "./source.ts";

/** What came of asking, before it is shown. */
export interface SearchResult {
  query: string;
  currency: string;
  items: { kept: Kept<Scored>; link: Link | undefined }[];
  sources: SourceReport[];
  /** How many there are besides those shown, of which each stands for itself. */
  more: number;
  duplicates: number;
  dropped: Partial<Record<DropReason, number>>;
}

/** The search itself, over the sources given. */
export async function searchIn(
  ctx: Context,
  {
    ask,
    settings,
    sources,
    after: timer,
  }: { ask: Ask; settings: SourcingSettings; sources: readonly Source[]; after: After },
): Promise<SearchResult> {
  const answers = await askSources(ctx, ask, sources, timer);
  const dropped: SearchResult["dropped"] = {};
  const scored = answers.flatMap(({ source: { origin }, found }) => judge(ctx, { origin, found, settings, dropped }));
  const ranked = scored.toSorted(byRank(ask.currency));
  const kept = withoutDuplicates(ranked, ({ offer }) => offer, settings.similarity);
  const shown = kept.slice(0, ask.limit);
  const offers = shown.map(({ item }) => item.offer);
  const links = await linksFor(ctx, offers, sources, timer);
  const result = {
    query: ask.query,
    currency: ask.currency,
    items: shown.map((one) => ({ kept: one, link: links.get(one.item.offer) })),
    sources: answers.map(({ report }) => report),
    more: kept.length - shown.length,
    duplicates: ranked.length - kept.length,
    dropped,
  };
  counted(ctx, result);
  return result;
}

/** How many of one source a log line names. */
const EXAMPLES = 20;

/** What of a source's answer can be shown, scored. The rest is counted by its reason, and logged with what it was. */
function judge(
  ctx: Context,
  {
    origin,
    found,
    settings,
    dropped,
  }: {
    origin: Origin;
    found: Found;
    settings: SourcingSettings;
    dropped: SearchResult["dropped"];
  },
): Scored[] {
  const examples: { externalId?: string | undefined; reason: DropReason; details?: unknown }[] = [];
  const drop = (reason: DropReason, externalId: string | undefined, details?: unknown): Scored[] => {
    dropped[reason] = (dropped[reason] ?? 0) + 1;
    if (examples.length < EXAMPLES)
      examples.push({ externalId, reason, ...(details === undefined ? {} : { details }) });
    return [];
  };
  for (const { externalId, reasons } of found.unreadable) drop("unreadable", externalId, reasons);
  const scored = found.products.flatMap((product) => {
    const offer: Offer | DropReason = offerOf(origin, product, settings);
    if (typeof offer === "string") return drop(offer, product.externalId, product.name.slice(0, 100));
    const judged = scoreOf(offer, settings.weights);
    return judged.score < settings.minQuality ? drop("belowQuality", product.externalId, judged.score) : [judged];
  });
  if (examples.length > 0) ctx.log.info("Offers of a source are not shown", { ...origin, examples });
  return scored;
}

function counted(ctx: Context, { items, more, duplicates, dropped }: SearchResult): void {
  for (const [outcome, count] of Object.entries({ shown: items.length, left: more, duplicate: duplicates, ...dropped }))
    if (count > 0) ctx.metrics.count("sourcing_offers_total", { outcome }, count);
}
