/** Every type there is, and every one to come, but for those about who may do what here. */
export const ALL_EVENTS = "*";

/**
 * Who signed in, was refused, may do what: whoever hears of it watches over the organisation, or prepares to attack it.
 * `*` does not let it through, and to ask for it takes what reading the audit log takes.
 */
const SECURITY = [
  "access.",
  "apiKey.",
  "invitation.",
  "member.",
  "password.",
  "privacy.",
  "role.",
  "session.",
  "user.",
] as const;

export function isAboutSecurity(type: string): boolean {
  return SECURITY.some((prefix) => type.startsWith(prefix));
}

/** Does a filter (`order.placed`, `order.*`, `*`) let this type through? */
export function matchesFilter(filters: readonly string[], type: string): boolean {
  return filters.some((filter) => {
    if (filter === ALL_EVENTS) return !isAboutSecurity(type);
    return filter.endsWith("*") ? type.startsWith(filter.slice(0, -1)) : filter === type;
  });
}

/** A filter has a meaning when some known type passes it: a misspelt one would wait for ever. */
export function isKnownFilter(filter: string, types: readonly string[]): boolean {
  if (filter === ALL_EVENTS) return true;
  return filter.endsWith(".*") ? types.some((type) => matchesFilter([filter], type)) : types.includes(filter);
}
