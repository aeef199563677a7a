/** What becomes of a field: why it is left out on purpose, or the text that it must be found as in what was made of it. */
export type Fate = { ignored: string } | ((leaf: Leaf) => string | { within: string } | undefined);
export type Leaf = string | number | boolean;

/** A field that comes through as it is. */
export const same: Fate = (leaf) => String(leaf);
export const ignored = (reason: string): Fate => ({ ignored: reason });

/**
 * Walks every field of a recorded answer and names those that nothing was made of: of which no fate is known, or which are
 * not found in `made` as their fate says. Places in lists are written `[]`; what is null says nothing.
 */
export function lostFields(recorded: unknown, made: unknown, fates: Readonly<Record<string, Fate>>): string[] {
  const texts = textsOf(made);
  return leavesOf(recorded).flatMap(({ path, leaf }) => {
    const fate = fates[path] ?? fates[path.replace(/\.[^.]*$/, ".*")];
    if (fate === undefined) return [`${path}: nobody knows of it`];
    if ("ignored" in fate) return [];
    const wanted = fate(leaf);
    if (wanted === undefined) return [];
    const isThere =
      typeof wanted === "string" ? texts.has(wanted) : [...texts].some((text) => text.includes(wanted.within));
    return isThere ? [] : [`${path}: ${JSON.stringify(wanted)} is not in what was made of it`];
  });
}

function leavesOf(value: unknown, path = ""): { path: string; leaf: Leaf }[] {
  if (value === null || value === undefined) return [];
  if (Array.isArray(value)) return value.flatMap((inner) => leavesOf(inner, `${path}[]`));
  if (typeof value === "object")
    return Object.entries(value).flatMap(([name, inner]) => leavesOf(inner, path === "" ? name : `${path}.${name}`));
  return [{ path, leaf: value as Leaf }];
}

/** All values, and the names that data gave them. */
function textsOf(value: unknown): Set<string> {
  const texts = new Set<string>();
  const walk = (inner: unknown): void => {
    if (Array.isArray(inner)) inner.forEach(walk);
    else if (typeof inner === "object" && inner !== null)
      for (const [name, one] of Object.entries(inner)) {
        texts.add(name);
        walk(one);
      }
    else texts.add(String(inner));
  };
  walk(value);
  return texts;
}
