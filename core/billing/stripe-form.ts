/** What Stripe takes as a parameter: text, numbers, booleans, and lists and records of them. Undefined is left out. */
export type Param = string | number | boolean | undefined | readonly Param[] | { readonly [name: string]: Param };
export type Params = Readonly<Record<string, Param>>;

/**
 * `line_items[0][price_data][currency]=usd`: form encoding with Stripe's brackets. In the order of the names, which a
 * store may give back in any: what is asked again under an idempotency key is the same to the letter.
 */
export function formOf(params: Params): string {
  const form = new URLSearchParams();
  for (const [name, value] of byName(params)) append(form, name, value);
  return form.toString();
}

const byName = (params: Params): [string, Param][] => Object.entries(params).sort(([a], [b]) => (a < b ? -1 : 1));

function append(form: URLSearchParams, name: string, value: Param): void {
  if (value === undefined) return;
  if (Array.isArray(value))
    for (const [index, part] of value.entries()) append(form, `${name}[${index}]`, part as Param);
  else if (typeof value === "object")
    for (const [inner, part] of byName(value as Params)) append(form, `${name}[${inner}]`, part);
  else form.append(name, String(value));
}
