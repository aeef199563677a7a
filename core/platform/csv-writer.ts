/** A cell that a spreadsheet would run as a formula, or one that was made harmless before. */
const FORMULA = /^'*[=+\-@\t\r]/;

/** A CSV cell. Formulas get a leading apostrophe, which `withoutNeutralisation` takes off again when the file comes back. */
export function csvCell(value: string): string {
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n;\t]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}

/** A CSV line with its line end. */
export function csvLine(values: readonly string[]): string {
  // A line that is one empty cell would be an empty line, which is no row.
  if (values.length === 1 && values[0] === "") return '""\n';
  return `${values.map(csvCell).join(",")}\n`;
}

const NEUTRALISED = /^'+[=+\-@\t\r]/;

/** The inverse of what `csvCell` did to formulas. */
export function withoutNeutralisation(text: string): string {
  return NEUTRALISED.test(text) ? text.slice(1) : text;
}
