import type { Asked } from "../provider/server.ts";
import { Refused } from "./state.ts";

/** A page of a list by `pageNumber` and `pageSize`, as all of StockX's lists come. */
export function pageOf<T>(
  all: readonly T[],
  { query, pageFault }: Pick<Asked, "query" | "pageFault">,
  { max, standard }: { max: number; standard: number },
) {
  const pageNumber = wholeNumber(query.get("pageNumber"), 1);
  const pageSize = wholeNumber(query.get("pageSize"), standard);
  if (pageNumber < 1 || pageSize < 1 || pageSize > max) throw new Refused(400, "Invalid page");
  // One page once more, or one left out: what a list does that lives.
  const shift = pageFault === "duplicatedPage" && pageNumber > 1 ? -1 : pageFault === "missingPage" ? 1 : 0;
  const start = (pageNumber - 1 + shift) * pageSize;
  return {
    page: { count: all.length, pageSize, pageNumber, hasNextPage: start + pageSize < all.length },
    items: all.slice(start, start + pageSize),
  };
}

function wholeNumber(text: string | null, standard: number): number {
  if (text === null) return standard;
  return /^\d{1,6}$/.test(text) ? Number(text) : 0;
}
