/** Parameters as Stripe's form encoding nests them; all leaves are text. */
export interface Params {
  [name: string]: string | Params | undefined;
}

const PART = /^([^[\]]+)((?:\[[^[\]]*\])*)$/;

/** `items[0][price]=p` → `{items: {0: {price: "p"}}}`. What cannot be read is left out. */
export function parseForm(text: string): Params {
  const params: Params = {};
  for (const [name, value] of new URLSearchParams(text)) {
    const [, head, tail = ""] = PART.exec(name) ?? [];
    if (head === undefined || head === "__proto__") continue;
    const inner = [...tail.matchAll(/\[([^[\]]*)\]/g)].map(([, part = ""]) => part);
    put(params, [head, ...inner], value);
  }
  return params;
}

function put(into: Params, [head = "", ...rest]: string[], value: string): void {
  if (head === "__proto__") return;
  if (rest.length === 0) {
    into[head] = value;
    return;
  }
  const next = into[head];
  const nested = typeof next === "object" ? next : {};
  into[head] = nested;
  put(nested, rest, value);
}

export const text = (value: Params[string]): string | undefined => (typeof value === "string" ? value : undefined);
export const nested = (value: Params[string]): Params => (typeof value === "object" ? value : {});
export const number = (value: Params[string]): number | undefined =>
  typeof value === "string" && /^-?\d+$/.test(value) ? Number(value) : undefined;
/** The members of a list, which a form writes by their places. */
export const members = (value: Params[string]): Params[] => Object.values(nested(value)).map(nested);
/** Metadata and the like: names with texts. */
export const texts = (value: Params[string]): Record<string, string> =>
  Object.fromEntries(
    Object.entries(nested(value)).flatMap(([name, inner]) => (typeof inner === "string" ? [[name, inner]] : [])),
  );
