/**
 * A maker's style code in the one form that is compared: StockX writes DD1391-100, Alias DD1391 100, people dd1391100, and
 * all three are DD1391100. Undefined when nothing is left. A slash stays: it separates two codes of one product.
 */
export function normalizeStyleCode(text: string): string | undefined {
  const code = text
    .normalize("NFKC")
    .toUpperCase()
    .replaceAll(/[\s\p{Pd}\p{Cf}._]/gu, "")
    // A letter's capital can be several signs, and what a space parted may join: they have one form as well.
    .normalize("NFKC");
  return code || undefined;
}
