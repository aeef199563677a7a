import * as z from "zod";
import type { CatalogueSource } from "../capabilities.ts";
import type { Connection } from "../wire.ts";
import { HISTORY_WINDOW_MS, MAX_KEYS, MAX_PAGE } from "./constants.ts";
import { keyOf, readItems } from "./map.ts";
import { type ListAsk, listPage } from "./pages.ts";
import { ITEM_FIELDS, itemsByKeys } from "./requests.ts";
import { answerOf, HistorySchema, KeySchema } from "./wire.ts";

/** Oldest change first: what changes while it is read moves behind, and is read again rather than missed. */
const BY_CHANGE = { name: "dateAsc" };

/**
 * What changed is told twice: by the histories, and by the items' own times, which name the new ones too. Each is asked
 * after the other, and the cursor says which it is of.
 */
const CHANGES = {
  itemHistories: {
    fields: "itemKey kind createdAt",
    args: {},
    keyOf: (node: unknown) => {
      const { data } = HistorySchema.safeParse(node);
      return data && `${data.itemKey} ${data.kind} ${data.createdAt}`;
    },
    idOf: (node: unknown) => HistorySchema.safeParse(node).data?.itemKey,
  },
  allItems: {
    fields: "key",
    args: { sortBy: BY_CHANGE },
    keyOf,
    idOf: (node: unknown) => KeySchema.safeParse(node).data?.key,
  },
} as const;

type Told = keyof typeof CHANGES;

const ChangesCursor = z.lazy(() => z.object({ field: z.enum(["itemHistories", "allItems"]), cursor: z.string() }));

interface Changed {
  ids: string[];
  next?: { field: Told; cursor: string };
  mayMiss?: true;
}

async function changesOf(
  connection: Connection,
  field: Told,
  ask: { from: number; to: number; cursor?: string },
): Promise<Changed> {
  const { fields, args, keyOf: entryOf, idOf } = CHANGES[field];
  const { nodes, nextCursor, mayMiss } = await listPage(connection, {
    field,
    args: { dateFrom: ask.from, dateTo: ask.to, ...args },
    fields,
    keyOf: entryOf,
    cursor: ask.cursor,
  });
  return {
    ids: nodes.flatMap((node) => idOf(node) ?? []),
    ...(nextCursor === undefined ? {} : { next: { field, cursor: nextCursor } }),
    ...(mayMiss ? { mayMiss } : {}),
  };
}

export const catalogue: CatalogueSource = {
  maxPage: MAX_PAGE,

  async page(connection, { cursor, limit }) {
    const ask: ListAsk = { field: "allItems", args: { sortBy: BY_CHANGE }, fields: ITEM_FIELDS, keyOf, limit, cursor };
    const { nodes, ...rest } = await listPage(connection, ask);
    return { ...readItems(nodes), ...rest };
  },

  changes: {
    maxWindowMs: HISTORY_WINDOW_MS,
    maxIds: MAX_KEYS,

    async page(connection, { from, to, cursor }) {
      const at = cursor === undefined ? undefined : ChangesCursor.parse(JSON.parse(cursor));
      const first = await changesOf(connection, at?.field ?? "itemHistories", { from, to, ...at });
      // The last page of the histories comes with the first of the items: mostly that is all.
      const isBetween = first.next === undefined && at?.field !== "allItems";
      const second = isBetween ? await changesOf(connection, "allItems", { from, to }) : undefined;
      const next = first.next ?? second?.next;
      return {
        ids: [...new Set([...first.ids, ...(second?.ids ?? [])])],
        ...(next ? { nextCursor: JSON.stringify(next) } : {}),
        ...(first.mayMiss || second?.mayMiss ? { mayMiss: true as const } : {}),
      };
    },

    async byIds(connection, ids) {
      const answer = await connection.call(itemsByKeys(ids), answerOf("itemsByKeys", z.array(z.unknown())));
      const items = (answer.data["itemsByKeys"] ?? []).filter((item) => item !== null);
      return readItems(items);
    },
  },
};
