/** What Stripe takes as a parameter: text, numbers, booleans, and lists and records of them. Undefined is left out. */
export type Param = string | number | boolean | undefined | readonly Param[] | { readonly [name: string]: Param };
export type Params = Readonly<Record<string, Param>>;

/** `line_items[0][price_data][currency]=usd`: form encoding with Stripe's brackets, in the order of the parameters. */
export function formOf(params: Params): string {
  const form = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) append(form, name, value);
  return form.toString();
}

function append(form: URLSearchParams, name: string, value: Param): void {
  if (value === undefined) return;
  if (typeof value === "object")
    for (const [inner, part] of Object.entries(value)) append(form, `${name}[${inner}]`, part);
  else form.append(name, String(value));
}
