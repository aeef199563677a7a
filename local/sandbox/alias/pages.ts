import type { Asked } from "../provider/server.ts";
import { Refused } from "./state.ts";

/** A page of a list by its token, which says where the page begins. */
export function pageOf<T>(
  all: readonly T[],
  { query, pageFault }: Pick<Asked, "query" | "pageFault">,
  { size: name, max, standard }: { size: string; max: number; standard: number },
): { items: T[]; token: string; hasMore: boolean } {
  const asked = query.get(name) ?? String(standard);
  const size = /^\d{1,6}$/.test(asked) ? Number(asked) : 0;
  if (size < 1 || size > max) throw new Refused(400, `Invalid parameter: ${name}`);
  const token = query.get("pagination_token") ?? query.get("paginationToken") ?? "from-0";
  const from = Number(/^from-(\d{1,9})$/.exec(token)?.[1] ?? Number.NaN);
  if (Number.isNaN(from)) throw new Refused(400, "Invalid parameter: pagination_token");
  // One page once more, or one left out: what a list does that lives.
  const shift = pageFault === "duplicatedPage" ? -size : pageFault === "missingPage" ? size : 0;
  const start = Math.max(0, from + shift);
  const hasMore = start + size < all.length;
  return { items: all.slice(start, start + size), token: hasMore ? `from-${start + size}` : "", hasMore };
}
