const QUOTE = 0x22;

/**
 * The cells of one row (RFC 4180): a cell that begins with a quote ends with the next single one, a quote anywhere else
 * is a character like any other. Undefined when a quote is left open or text follows a closing one.
 */
export function cellsOf(row: string, delimiter: string): string[] | undefined {
  if (!row.includes('"')) return row.split(delimiter);
  const cells: string[] = [];
  let at = 0;
  for (;;) {
    if (row.charCodeAt(at) === QUOTE) {
      let close = row.indexOf('"', at + 1);
      let doubled = false;
      while (close >= 0 && row.charCodeAt(close + 1) === QUOTE) {
        doubled = true;
        close = row.indexOf('"', close + 2);
      }
      if (close < 0) return undefined;
      const cell = row.slice(at + 1, close);
      cells.push(doubled ? cell.replaceAll('""', '"') : cell);
      at = close + 1;
      if (at === row.length) return cells;
      if (row[at] !== delimiter) return undefined;
    } else {
      const end = row.indexOf(delimiter, at);
      cells.push(end < 0 ? row.slice(at) : row.slice(at, end));
      if (end < 0) return cells;
      at = end;
    }
    at++;
  }
}
