import type { Asked } from "../provider/server.ts";

export interface Connected<T> {
  pageInfo: { hasNextPage: boolean; hasPreviousPage: boolean; startCursor: string | null; endCursor: string | null };
  edges: { cursor: string; node: T }[];
}

const BY_DEFAULT = 100;

/**
 * A page of what is sorted by `placeOf`. A cursor is the place of its entry, so that it holds while others come and go.
 * A fault of pages shifts it by a whole page.
 */
export function pageOf<E, T>(
  all: readonly E[],
  { first, after }: { first?: number | null; after?: string | null },
  {
    placeOf,
    nodeOf,
    fault,
    most,
  }: { placeOf: (entry: E) => string; nodeOf: (entry: E) => T | undefined; fault: Asked["pageFault"]; most: number },
): Connected<T> {
  const length = Math.min(first ?? BY_DEFAULT, most);
  const place = after ? Buffer.from(after, "base64url").toString("utf8") : undefined;
  const from = place === undefined ? 0 : behind(all, place, placeOf);
  const shift = fault === "duplicatedPage" ? -length : fault === "missingPage" ? length : 0;
  const start = Math.max(0, from + shift);
  const edges = all.slice(start, start + length).flatMap((entry) => {
    const node = nodeOf(entry);
    return node === undefined ? [] : [{ cursor: Buffer.from(placeOf(entry)).toString("base64url"), node }];
  });
  return {
    pageInfo: {
      hasNextPage: start + length < all.length,
      hasPreviousPage: start > 0,
      startCursor: edges[0]?.cursor ?? null,
      endCursor: edges.at(-1)?.cursor ?? null,
    },
    edges,
  };
}

/** The first place behind another, found by halves. */
function behind<E>(all: readonly E[], place: string, placeOf: (entry: E) => string): number {
  let [low, high] = [0, all.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const entry = all[middle];
    if (entry !== undefined && placeOf(entry) <= place) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** A number as text that sorts as it does. */
export const sortable = (value: number) => String(value).padStart(12, "0");
