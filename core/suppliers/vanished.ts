import type { Batch, FinishStep, ProductRecord, Row } from "../ingest/index.ts";
import type { Context } from "../platform/context.ts";
import { inParallel } from "../platform/in-parallel.ts";
import type { OpenSource } from "./fetch-catalogue.ts";
import { keptGone, unreadableKey } from "./fetched-pages.ts";
import type { Fetching } from "./fetching.ts";
import type { Offer } from "./offer.ts";
import { offersAfter, offersOfItem } from "./offer.store.ts";
import { recordsOfProduct } from "./source-records.ts";
import type { Supplier } from "./supplier.ts";
import { writeOffers } from "./write-offers.ts";

/** Fewer vanished offers than this are believed whatever their share. */
const FEW = 20;
/** Offers, or items that are gone, looked at a step of the finish. */
const FINISH_PAGE = 500;
const GONE_PAGE = 100;
/** Queries of single items that go at once. */
const AT_ONCE = 16;

interface Vanishing {
  supplier: Supplier;
  batch: Batch;
  /** Does the file name it? */
  has: (key: string) => boolean;
  /** Where the rows are of an account. */
  open?: OpenSource | undefined;
}

/**
 * Marks what the feed does not name any more. A feed that lost more than its usual share at once is more likely broken
 * than sold out, and one without any row surely is. Delisting everything is the dearest mistake a sync can make: then
 * nothing is marked, and it says so. Of an account that answers for single items, what no page named is asked for first.
 */
export async function markVanished(ctx: Context, vanishing: Vanishing): Promise<FinishStep> {
  const { supplier, batch } = vanishing;
  if (batch.finishCursor === undefined) {
    const { offers, missing } = await census(ctx, vanishing);
    if (missing === 0) return { vanished: 0 };
    const isBroken = batch.total === 0 || isTooMuch(supplier, missing, offers);
    if (isBroken) return held(`${missing} of ${offers} offers are not in this feed; none was marked unavailable`);
    const mayMiss = (batch.fetching as Fetching | undefined)?.mayMiss === true;
    if (mayMiss && !(await confirmation(vanishing)))
      return held(`${missing} of ${offers} offers were on no page, but pages are missing; none was marked unavailable`);
  }
  const { offers, lastId } = await offersAfter(ctx, supplier.id, batch.finishCursor, FINISH_PAGE);
  const missing = offers.filter((offer) => !isNamed(vanishing, offer) && isToMark(batch, offer));
  const confirm = missing.length > 0 ? await confirmation(vanishing) : undefined;
  const isThere = await confirm?.(missing);
  const gone = missing.filter((offer) => !isThere?.(offer));
  await writeOffers(ctx, batch, asVanished(ctx, batch, gone));
  const spared = missing.length - gone.length;
  return {
    vanished: gone.length,
    ...(spared > 0 ? { warnings: [`STILL_SOLD: ${spared} offers were on no page, but are still sold: kept`] } : {}),
    ...(lastId === undefined ? {} : { cursor: lastId }),
  };
}

/** Marks the offers of items that were asked for by their ids and are not there any more. */
export async function markGone(ctx: Context, supplier: Supplier, batch: Batch): Promise<FinishStep> {
  const { asked = 0, gone: count = 0 } = batch.fetching as Fetching;
  if (count === 0) return { vanished: 0 };
  if (isTooMuch(supplier, count, asked))
    return held(`${count} of ${asked} items that changed are gone; none was marked unavailable`);
  const start = Number(batch.finishCursor ?? 0);
  const ids = (await keptGone(ctx, batch)).slice(start, start + GONE_PAGE);
  const gone: Offer[] = [];
  await inParallel(ids, AT_ONCE, async (id) => {
    gone.push(...(await offersOfItem(ctx, supplier.id, id)).filter((offer) => isToMark(batch, offer)));
  });
  await writeOffers(ctx, batch, asVanished(ctx, batch, gone));
  const next = start + ids.length;
  return { vanished: gone.length, ...(next < count ? { cursor: String(next) } : {}) };
}

/**
 * Marks the options that a changed item does not have any more, before its own offers are written: these remember which
 * options there are, and what died in between finds the difference once more.
 */
export async function withdrawOptions(
  ctx: Context,
  supplier: Supplier,
  batch: Batch,
  changed: readonly Row<ProductRecord>[],
  stored: ReadonlyMap<string, Offer>,
): Promise<void> {
  const items = new Map<string, string[]>();
  for (const { record } of changed) {
    const { externalId = "", source } = record;
    if (!source) continue;
    const { itemId, options = [itemId] } = source;
    const before = stored.get(externalId);
    if (before && (before.options ?? [itemId]).join("\n") === options.join("\n")) continue;
    items.set(itemId, options);
  }
  const gone: Offer[] = [];
  await inParallel([...items], AT_ONCE, async ([itemId, options]) => {
    const offers = await offersOfItem(ctx, supplier.id, itemId);
    gone.push(...offers.filter((offer) => offer.availability === "available" && !options.includes(offer.externalId)));
  });
  await writeOffers(ctx, batch, asVanished(ctx, batch, gone));
}

const held = (what: string): FinishStep => ({ vanished: 0, warnings: [`VANISHED_HELD: ${what}`] });

function isTooMuch({ policy }: Supplier, missing: number, of: number): boolean {
  return missing >= FEW && (missing * 100) / of > policy.maxVanishedPercent;
}

/** Named by its own id, or its item was there and could not be read. */
function isNamed({ has }: Pick<Vanishing, "has">, { externalId, itemId }: Offer): boolean {
  return has(externalId) || (itemId !== undefined && has(unreadableKey(itemId)));
}

/** A repeat after a crash meets what it has marked already, and counts it again. */
function isToMark(batch: Batch, offer: Offer): boolean {
  return offer.availability === "available" || vanishedIn(batch, offer);
}

function vanishedIn(batch: Batch, { syncId, action }: Offer): boolean {
  return syncId === batch.id && action === "vanished";
}

function asVanished(ctx: Context, batch: Batch, offers: Offer[]): Offer[] {
  const updatedAt = new Date(ctx.now()).toISOString();
  return offers.map((offer) => ({
    ...offer,
    availability: "unavailable",
    syncId: batch.id,
    action: "vanished",
    updatedAt,
  }));
}

/** Tells of some offers whether the account still has them, option by option; undefined where it cannot be asked. */
async function confirmation({ open }: Vanishing) {
  if (!open) return undefined;
  const { connection, catalogue } = await open();
  const { changes } = catalogue;
  if (!changes) return undefined;
  return async (offers: Offer[]): Promise<(offer: Offer) => boolean> => {
    const ids = [...new Set(offers.map(({ itemId, externalId }) => itemId ?? externalId))];
    const there = new Set<string>();
    const unread = new Set<string>();
    for (let start = 0; start < ids.length; start += changes.maxIds) {
      const { products, unreadable } = await changes.byIds(connection, ids.slice(start, start + changes.maxIds));
      for (const { externalId } of products.flatMap(recordsOfProduct)) if (externalId) there.add(externalId);
      for (const { externalId } of unreadable) if (externalId) unread.add(externalId);
    }
    return ({ itemId, externalId }) => there.has(externalId) || unread.has(itemId ?? externalId);
  };
}

/** How many offers were available before this sync, and how many of them the feed does not name. */
async function census(ctx: Context, vanishing: Vanishing): Promise<{ offers: number; missing: number }> {
  const { supplier, batch } = vanishing;
  let available = 0;
  let missing = 0;
  let after: string | undefined;
  do {
    const page = await offersAfter(ctx, supplier.id, after, FINISH_PAGE);
    for (const offer of page.offers) {
      if (!isToMark(batch, offer)) continue;
      available++;
      if (!isNamed(vanishing, offer)) missing++;
    }
    after = page.lastId;
  } while (after !== undefined);
  return { offers: available, missing };
}
