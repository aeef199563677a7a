import { normalizeStyleCode } from "../platform/style-code.ts";
import type { SourceProduct } from "./capabilities.ts";

/** Of what a search found, the one of the style code that was asked for, or the only one there is. */
export function productMeant(products: readonly SourceProduct[], query: string): SourceProduct | undefined {
  const [first, ...others] = products;
  if (others.length === 0) return first;
  const code = normalizeStyleCode(query);
  return code === undefined ? undefined : products.find(({ styleCode }) => styleCode === code);
}
