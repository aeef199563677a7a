/** The digits before the check digit weigh 3, 1, 3 … from the right; the check digit brings the sum to a multiple of ten (GS1 General Specifications, 7.9). */
export function gtinCheckDigit(digits: string): number {
  let sum = 0;
  for (let place = 0; place < digits.length; place++) {
    const digit = Number(digits[digits.length - 1 - place]);
    sum += place % 2 === 0 ? 3 * digit : digit;
  }
  return (10 - (sum % 10)) % 10;
}

const GTIN_LENGTHS = new Set([8, 12, 13, 14]);

/** A GTIN-8, -12, -13 or -14 as 14 digits, zeros on the left; undefined when length or check digit is wrong. */
export function normalizeGtin(text: string): string | undefined {
  const digits = text.replaceAll(/[\s-]/g, "");
  if (!/^\d+$/.test(digits) || !GTIN_LENGTHS.has(digits.length)) return undefined;
  return gtinCheckDigit(digits.slice(0, -1)) === Number(digits.at(-1)) ? digits.padStart(14, "0") : undefined;
}

/** Why a text is no GTIN, naming the check digit that was expected. */
export function gtinFault(text: string): string {
  const digits = text.replaceAll(/[\s-]/g, "");
  if (/^\d(\.\d+)?e\+?\d+$/i.test(digits))
    return "was turned into a rounded number by a spreadsheet: its last digits are lost";
  if (!/^\d+$/.test(digits)) return "must be digits only";
  if (!GTIN_LENGTHS.has(digits.length)) return `must have 8, 12, 13 or 14 digits, not ${digits.length}`;
  return `has the check digit ${digits.at(-1)}, expected ${gtinCheckDigit(digits.slice(0, -1))}`;
}
