type Path = readonly (string | number)[];

/** The ways to every value of a body that says something: neither null nor empty. */
export function leavesOf(body: unknown, path: Path = []): Path[] {
  if (body === null || body === undefined || body === "") return [];
  if (typeof body !== "object") return [path];
  return Object.entries(body).flatMap(([name, inner]) =>
    leavesOf(inner, [...path, Array.isArray(body) ? Number(name) : name]),
  );
}

/** `lineItems.*.sku`: the way without its places. */
export const fieldOf = (path: Path): string => path.map((part) => (typeof part === "number" ? "*" : part)).join(".");

/** The same body with another value there, of the same kind: another amount, day, word or id. */
export function altered(body: unknown, [part, ...rest]: Path): unknown {
  if (part === undefined) return another(body);
  if (Array.isArray(body)) return body.map((inner: unknown, place) => (place === part ? altered(inner, rest) : inner));
  return Object.fromEntries(
    Object.entries(body as object).map(([name, inner]) => [name, name === part ? altered(inner, rest) : inner]),
  );
}

function another(value: unknown): unknown {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 1;
  const text = String(value);
  if (/^-?\d+\.\d+$/.test(text)) return text.replace(/^-?\d+/, (whole) => String(Number(whole) + 1));
  if (/^\d{4}-\d\d-\d\dT/.test(text)) return text.replace(/^\d{4}/, (year) => String(Number(year) + 1));
  return /\d$/.test(text) ? text.replace(/\d$/, (digit) => String((Number(digit) + 1) % 10)) : `${text}-other`;
}

/** The fields of a body that make no difference to what is read of it. */
export function withoutEffect(body: unknown, read: (body: unknown) => unknown): string[] {
  const as = (one: unknown) => JSON.stringify(read(one));
  const before = as(body);
  const effects = new Map<string, boolean>();
  for (const path of leavesOf(body)) {
    const field = fieldOf(path);
    effects.set(field, (effects.get(field) ?? false) || as(altered(body, path)) !== before);
  }
  return [...effects].flatMap(([field, hasEffect]) => (hasEffect ? [] : [field])).toSorted();
}
