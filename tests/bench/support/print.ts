import type { Series } from "./rounds.ts";

/** One line of the table. */
export interface Line {
  what: string;
  value: string;
  /** The limit of DESIGN's budgets, where there is one. */
  budget?: string;
  verdict?: "within" | "OVER";
}

export function say(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** `1.08 (1.05–1.12)`: median, least and greatest. */
export function spread({ median, min, max }: Series, digits = 2): string {
  return `${median.toFixed(digits)} (${min.toFixed(digits)}–${max.toFixed(digits)})`;
}

export function atMost(value: number, limit: number): Pick<Line, "verdict"> {
  return { verdict: value <= limit ? "within" : "OVER" };
}

export function atLeast(value: number, limit: number): Pick<Line, "verdict"> {
  return { verdict: value >= limit ? "within" : "OVER" };
}

export function printTable(title: string, lines: Line[]): void {
  const columns = lines.map(({ what, value, budget = "", verdict = "" }) => [what, value, budget, verdict]);
  const header = ["", "measured", "budget", ""];
  const widths = header.map((name, index) => Math.max(name.length, ...columns.map((row) => row[index]?.length ?? 0)));
  const line = (cells: string[]) =>
    `  ${cells.map((cell, index) => cell.padEnd(widths[index] ?? 0)).join("  ")}`.trimEnd();
  say(`\n${title}`);
  say(line(header));
  for (const row of columns) say(line(row));
}
