import * as Accounts from "../accounts/index.ts";
import type { CatalogueSource, Connection } from "../connectors/index.ts";
import type { Batch, FetchStep } from "../ingest/index.ts";
import type { Context } from "../platform/context.ts";
import { AppError } from "../platform/errors.ts";
import { TransientError } from "../platform/http/errors.ts";
import { assemblePages, keepLists, keepPage, keptList } from "./fetched-pages.ts";
import { CHANGES, EVERYTHING, type Fetching, readEverything } from "./fetching.ts";

/** No catalogue has so many pages: a source that goes on has lost its way. */
const MAX_PAGES = 50_000;

export interface OpenCatalogue {
  connection: Connection;
  catalogue: CatalogueSource;
}

/** Opens the account when a call is to be made, and not before. */
export type OpenSource = () => Promise<OpenCatalogue>;

/** The account's catalogue, ready for calls. Throws STATE_CONFLICT for an account that is not active or has none. */
export async function openCatalogue(ctx: Context, accountId: string): Promise<OpenCatalogue> {
  const { connector, connection, manifest } = await Accounts.openAccount(ctx, accountId, { urgency: "bulk" });
  const { catalogue } = connector;
  if (!catalogue) throw new AppError("STATE_CONFLICT", `${manifest.title} has no catalogue to read`);
  return { connection, catalogue };
}

/** One step of reading an account, a page at most. What it kept counts once the step is committed. */
export async function fetchCatalogue(
  ctx: Context,
  batch: Batch,
  open: OpenSource,
  beat: () => Promise<void>,
): Promise<FetchStep> {
  const fetching = batch.fetching as Fetching;
  if (fetching.pages + fetching.idPages > MAX_PAGES)
    throw new AppError("STATE_CONFLICT", `The source has more than ${MAX_PAGES} pages`);
  if (fetching.step === "assemble") return assemble(ctx, batch, fetching, beat);
  const source = await open();
  if (fetching.step === "pages") return nextPage(ctx, batch, fetching, source);
  const { changes } = source.catalogue;
  // A source that does not tell what changed is read as a whole each time.
  if (!changes) return { kind: EVERYTHING, fetching: readEverything() };
  if (fetching.step === "ids") return nextIds(ctx, batch, fetching, source.connection, changes);
  return nextItems(ctx, batch, fetching, source.connection, changes);
}

async function nextPage(
  ctx: Context,
  batch: Batch,
  fetching: Fetching,
  { connection, catalogue }: OpenCatalogue,
): Promise<FetchStep> {
  const { cursor: asked, ...before } = fetching;
  const page = await catalogue.page(connection, { limit: catalogue.maxPage, ...(asked ? { cursor: asked } : {}) });
  const { products, unreadable, nextCursor, total, mayMiss } = page;
  moves(connection, asked, nextCursor);
  const kept = await keepPage(ctx, batch, before, { products, unreadable, gone: [] });
  return {
    kind: EVERYTHING,
    fetched: (batch.fetched ?? 0) + products.length + unreadable.length,
    fetching: {
      ...kept,
      ...(total === undefined ? {} : { total }),
      ...(mayMiss ? { mayMiss } : {}),
      ...(nextCursor === undefined ? { step: "assemble" } : { cursor: nextCursor }),
    } satisfies Fetching,
  };
}

type Changes = NonNullable<CatalogueSource["changes"]>;

/** A page of a window's changes; after the last of one window the next window, and after the last of those the items. */
async function nextIds(
  ctx: Context,
  batch: Batch,
  fetching: Fetching,
  connection: Connection,
  changes: Changes,
): Promise<FetchStep> {
  const { cursor: asked, at = 0, to: end = 0, ...before } = fetching;
  const to = Math.min(at + changes.maxWindowMs, end);
  const page = await changes.page(connection, { from: at, to, ...(asked ? { cursor: asked } : {}) });
  moves(connection, asked, page.nextCursor);
  const ids = [...new Set(page.ids)];
  const kept: Fetching = {
    ...(await keepPage(ctx, batch, { ...before, to: end }, { ids })),
    ...(page.mayMiss ? { mayMiss: true as const } : {}),
  };
  if (page.nextCursor !== undefined) return { kind: CHANGES, fetching: { ...kept, at, cursor: page.nextCursor } };
  if (to < end) return { kind: CHANGES, fetching: { ...kept, at: to } };
  return { kind: CHANGES, fetching: await keepLists(ctx, batch, kept, { lastPage: ids, most: changes.maxIds }) };
}

/** The items of the next list of ids, as they are now. */
async function nextItems(
  ctx: Context,
  batch: Batch,
  fetching: Fetching,
  connection: Connection,
  changes: Changes,
): Promise<FetchStep> {
  const { asked = 0, lists = 0, listsAsked = 0 } = fetching;
  const ids = await keptList(ctx, batch, fetching);
  const { products, unreadable } = await changes.byIds(connection, ids);
  const there = new Set([...products, ...unreadable].map(({ externalId }) => externalId));
  const kept = await keepPage(ctx, batch, fetching, {
    products,
    unreadable,
    gone: ids.filter((id) => !there.has(id)),
  });
  const done = listsAsked + 1;
  return {
    fetched: (batch.fetched ?? 0) + products.length + unreadable.length,
    fetching: {
      ...kept,
      asked: asked + ids.length,
      listsAsked: done,
      step: done < lists ? "items" : "assemble",
    } satisfies Fetching,
  };
}

async function assemble(ctx: Context, batch: Batch, fetching: Fetching, beat: () => Promise<void>): Promise<FetchStep> {
  const { objectKey, items, repeated, gone } = await assemblePages(ctx, batch, fetching, beat);
  const { total } = fetching;
  const lacks = total !== undefined && items < total;
  const warnings = [
    ...(repeated > 0 ? [`REPEATED: ${repeated} items came more than once; what came last was taken`] : []),
    ...(lacks ? [`INCOMPLETE: ${items} of ${total} items came`] : []),
    ...(fetching.mayMiss ? ["MAY_MISS: pages did not follow one another; what they left out is read next time"] : []),
  ];
  return {
    objectKey,
    warnings,
    fetching: { ...fetching, repeated, gone, ...(lacks ? { mayMiss: true as const } : {}) } satisfies Fetching,
  };
}

/** Throws TransientError for a page that is its own successor: a source that has lost its way may find it again. */
function moves({ provider }: Connection, asked: string | undefined, next: string | undefined): void {
  if (next !== undefined && next === asked) throw new TransientError(provider, "its pages do not go on");
}
