/** What can be searched by. */
export interface Searched {
  id: number;
  updated_at: string;
  sku?: string | null;
  product_id?: number;
}

/**
 * The part of Shopify's search that is documented for these lists: terms joined by AND, or by OR; `>`, `>=`, `<`, `<=`
 * before a number or a quoted time; quoted texts, which are found whatever their case and wherever they begin a word.
 */
export function search<T extends Searched>(all: readonly T[], query: string | null | undefined): T[] {
  if (!query) return [...all];
  const isAny = query.includes(" OR ");
  const tests = query.split(isAny ? " OR " : " AND ").map(testOf);
  return all.filter((one) => (isAny ? tests.some((test) => test(one)) : tests.every((test) => test(one))));
}

function testOf(term: string): (one: Searched) => boolean {
  const [, field = "", sign = "", given = ""] = /^(\w+):(>=|<=|>|<|)(.*)$/s.exec(term.trim()) ?? [];
  const text = given.replaceAll(/^['"]|['"]$/g, "").replaceAll(/\\(.)/g, "$1");
  if (field === "id") return ({ id }) => compares(id - Number(text), sign);
  if (field === "updated_at") return ({ updated_at }) => compares(Date.parse(updated_at) - Date.parse(text), sign);
  if (field === "sku") return ({ sku }) => wordsOf(sku ?? "").some((word) => word.startsWith(text.toLowerCase()));
  if (field === "product_ids") return ({ product_id }) => text.split(",").includes(String(product_id));
  // What Shopify does not know it leaves out of account.
  return () => true;
}

const wordsOf = (sku: string) => [sku.toLowerCase(), ...sku.toLowerCase().split(/\s+/)];

function compares(difference: number, sign: string): boolean {
  if (sign === ">=") return difference >= 0;
  if (sign === "<=") return difference <= 0;
  if (sign === ">") return difference > 0;
  return sign === "<" ? difference < 0 : difference === 0;
}
