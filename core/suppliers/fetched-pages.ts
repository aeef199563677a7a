import { Readable } from "node:stream";
import { buffer, text as readText } from "node:stream/consumers";
import type { CataloguePage } from "../connectors/index.ts";
import { type Batch, recordLine, RECORDS_HEAD, SeenKeys } from "../ingest/index.ts";
import type { Context } from "../platform/context.ts";
import { type Fetching, writerOf, writtenBy } from "./fetching.ts";
import { recordsOfProduct } from "./source-records.ts";

/** A page as it came, as the bucket keeps it. */
export interface KeptPage extends Pick<CataloguePage, "products" | "unreadable"> {
  /** Asked for by their ids and not there any more. */
  gone: string[];
}

type Kind = "pages" | "ids" | "lists";

const folder = (ctx: Context, { supplierId, id }: Batch) => `feeds/${ctx.actor.organizationId}/${supplierId}/${id}`;
const pageKey = (ctx: Context, batch: Batch, kind: Kind, number: number, writer: string) =>
  `${folder(ctx, batch)}/${kind}/${String(number).padStart(8, "0")}-${writer}.json`;

/** Keeps a page as the next of its kind. Returns how far the fetch is then; nothing of it counts before that is committed. */
export async function keepPage(
  ctx: Context,
  batch: Batch,
  fetching: Fetching,
  page: KeptPage | { ids: string[] },
): Promise<Fetching> {
  const writer = batch.leaseOwner ?? "";
  const isIds = "ids" in page;
  const number = isIds ? fetching.idPages : fetching.pages;
  const body = JSON.stringify(isIds ? page.ids : page);
  await ctx.objects.put(pageKey(ctx, batch, isIds ? "ids" : "pages", number, writer), body, "application/json");
  return isIds
    ? { ...fetching, idPages: number + 1, idWriters: writtenBy(fetching.idWriters, number, writer) }
    : { ...fetching, pages: number + 1, writers: writtenBy(fetching.writers, number, writer) };
}

/** Keeps all ids anew, each once, in lists as long as may be asked for at once. A page that is the only one is such a list. */
export async function keepLists(
  ctx: Context,
  batch: Batch,
  fetching: Fetching,
  { lastPage, most }: { lastPage: readonly string[]; most: number },
): Promise<Fetching> {
  const begun = { ...fetching, step: "items" as const, listsAsked: 0, asked: 0 };
  if (fetching.idPages === 1 && lastPage.length <= most)
    return lastPage.length === 0 ? { ...begun, step: "assemble" } : { ...begun, lists: 1 };
  const ids = await keptIds(ctx, batch, fetching);
  const listsBy = batch.leaseOwner ?? "";
  const lists = Math.ceil(ids.length / most);
  for (let number = 0; number < lists; number++) {
    const list = JSON.stringify(ids.slice(number * most, (number + 1) * most));
    await ctx.objects.put(pageKey(ctx, batch, "lists", number, listsBy), list, "application/json");
  }
  return lists === 0 ? { ...begun, step: "assemble" } : { ...begun, lists, listsBy };
}

export function keptList(ctx: Context, batch: Batch, fetching: Fetching): Promise<string[]> {
  const { listsAsked = 0, listsBy, idWriters } = fetching;
  const key =
    listsBy === undefined
      ? pageKey(ctx, batch, "ids", 0, writerOf(idWriters, 0))
      : pageKey(ctx, batch, "lists", listsAsked, listsBy);
  return readJson(ctx, key);
}

async function keptIds(ctx: Context, batch: Batch, { idPages, idWriters }: Fetching): Promise<string[]> {
  const ids = new Set<string>();
  for (let number = 0; number < idPages; number++) {
    const key = pageKey(ctx, batch, "ids", number, writerOf(idWriters, number));
    for (const id of await readJson<string[]>(ctx, key)) ids.add(id);
  }
  return [...ids];
}

const goneKey = (ctx: Context, batch: Batch) => `${folder(ctx, batch)}/gone.json`;

export const keptGone = (ctx: Context, batch: Batch): Promise<string[]> => readJson(ctx, goneKey(ctx, batch));

export interface Assembled {
  objectKey: string;
  /** Items, however many options they have. */
  items: number;
  repeated: number;
  gone: number;
}

const BEAT_MS = 5_000;

/**
 * Makes one file of all pages, an item in it once: lists that change while they are read tell of some items twice, and
 * what was read later stands. So pages are gone through from the last to the first.
 */
export async function assemblePages(
  ctx: Context,
  batch: Batch,
  { pages, writers }: Fetching,
  beat: () => Promise<void>,
): Promise<Assembled> {
  const seen = new SeenKeys();
  const gone: string[] = [];
  let repeated = 0;
  let items = 0;
  let nextBeat = ctx.now() + BEAT_MS;
  const isFirst = (id: string | undefined, page: number): boolean => {
    const isNew = id === undefined || seen.add(id, page + 1) === undefined;
    if (!isNew) repeated++;
    return isNew;
  };

  async function* lines(): AsyncGenerator<Uint8Array> {
    yield Buffer.from(RECORDS_HEAD);
    for (let number = pages - 1; number >= 0; number--) {
      const page = await readJson<KeptPage>(ctx, pageKey(ctx, batch, "pages", number, writerOf(writers, number)));
      for (const id of page.gone) if (isFirst(id, number)) gone.push(id);
      const products = page.products.toReversed().filter(({ externalId }) => isFirst(externalId, number));
      const unreadable = page.unreadable.filter(({ externalId }) => isFirst(externalId, number));
      items += products.length + unreadable.length;
      yield Buffer.from(
        products
          .toReversed()
          .flatMap(recordsOfProduct)
          .map((record) => recordLine({ record }))
          .concat(unreadable.map(unreadableLine))
          .join(""),
      );
      if (ctx.now() < nextBeat) continue;
      await beat();
      nextBeat = ctx.now() + BEAT_MS;
    }
  }

  const objectKey = `${folder(ctx, batch)}/items.jsonl`;
  const type = "application/jsonl; charset=utf-8";
  // In parts it would take three calls: most readings of changes are a page.
  if (pages <= 1) await ctx.objects.put(objectKey, await buffer(Readable.from(lines())), type);
  else await ctx.objects.putStream(objectKey, lines(), type);
  if (gone.length > 0) await ctx.objects.put(goneKey(ctx, batch), JSON.stringify(gone), "application/json");
  return { objectKey, items, repeated, gone: gone.length };
}

/** Under which a file names an item that it holds no record of. */
export const unreadableKey = (itemId: string) => `unreadable:${itemId}`;

function unreadableLine({ externalId, reasons, original }: CataloguePage["unreadable"][number]): string {
  return recordLine({ reasons, original, ...(externalId === undefined ? {} : { named: unreadableKey(externalId) }) });
}

async function readJson<T>(ctx: Context, key: string): Promise<T> {
  return JSON.parse(await readText(await ctx.objects.read(key))) as T;
}
