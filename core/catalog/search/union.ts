import type { PostingList } from "./postings.store.ts";
import type { Token } from "./text.ts";

/** The products that have one of a token's words. */
export interface Union {
  token: Token;
  lists: PostingList[];
}

const FIRST_PAGE = 200;
const LEAST_PAGE = 30;

/** A first page of every list, smaller the more there are. */
export async function extendFirst(unions: Union[]): Promise<void> {
  const lists = unions.flatMap((union) => union.lists);
  const limit = Math.max(LEAST_PAGE, Math.ceil(FIRST_PAGE / lists.length));
  await Promise.all(lists.map((list) => list.extend(limit)));
}

export function holds(union: Union, id: string): boolean {
  return union.lists.some((list) => list.ids.has(id));
}

/** Ids above the floor and below the upper bound, both exclusive. */
export function idsBetween(union: Union, floor: string, upper: string | undefined): Set<string> {
  const ids = new Set<string>();
  for (const list of union.lists) {
    for (const id of list.ids) if (id > floor && (upper === undefined || id < upper)) ids.add(id);
  }
  return ids;
}

/** Down to here all lists of the union are known: the floor that lies highest. */
export function floorOf(union: Union): string {
  return union.lists.map((list) => list.floor).reduce((a, b) => (a > b ? a : b));
}

/** About how many items it took to know the union down to a floor. */
export function costAbove(union: Union, floor: string): number {
  let cost = 0;
  for (const { ids, read } of union.lists) {
    let above = 0;
    for (const id of ids) if (id > floor) above++;
    cost += ids.size === 0 ? read : (read * above) / ids.size;
  }
  return cost;
}
