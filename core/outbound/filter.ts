/** Every type there is, and every one to come. */
export const ALL_EVENTS = "*";

/** Does a filter (`order.placed`, `order.*`, `*`) let this type through? */
export function matchesFilter(filters: readonly string[], type: string): boolean {
  return filters.some((filter) => (filter.endsWith("*") ? type.startsWith(filter.slice(0, -1)) : filter === type));
}

/** A filter has a meaning when some known type passes it: a misspelt one would wait for ever. */
export function isKnownFilter(filter: string, types: readonly string[]): boolean {
  if (filter === ALL_EVENTS) return true;
  return filter.endsWith(".*") ? types.some((type) => matchesFilter([filter], type)) : types.includes(filter);
}
