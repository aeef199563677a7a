import { canonicalJson } from "../canonical.ts";

/**
 * `prefix:function:args…:name=value`, names in order, joined by `:`. Colons, equal signs and percent signs inside a
 * part are percent-encoded, so that two different calls never share a key.
 */
export function cacheKey(
  prefix: string,
  fn: string,
  args: readonly unknown[] = [],
  kwargs: Readonly<Record<string, unknown>> = {},
): string {
  const named = Object.keys(kwargs)
    .sort()
    .map((name) => `${part(name)}=${part(kwargs[name])}`);
  return [prefix, fn, ...args.map(part), ...named].join(":");
}

function part(value: unknown): string {
  const text = typeof value === "string" ? value : (canonicalJson(value) ?? "undefined");
  return text.replaceAll(/[%:=]/g, encodeURIComponent);
}
