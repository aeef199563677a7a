import { withoutNeutralisation } from "../platform/csv-writer.ts";

/** Spaces of Unicode and the marks that show as nothing, at both ends. */
const EDGES = /^[\s\u200B\u2060\uFEFF]+|[\s\u200B\u2060\uFEFF]+$/g;

export function trimmed(cell: string): string {
  const first = cell.charCodeAt(0);
  const last = cell.charCodeAt(cell.length - 1);
  // Letters and digits at both ends, which is nearly every cell.
  if (first > 0x20 && first < 0x7f && last > 0x20 && last < 0x7f) return cell;
  return cell.replaceAll(EDGES, "");
}

/** A cell of free text. */
export function textOf(cell: string): string {
  const text = trimmed(cell);
  return text.startsWith("'") ? withoutNeutralisation(text) : text;
}

/** A code or number: spreadsheets put an apostrophe before these to keep their zeros, and it is not part of them. */
export function codeOf(cell: string): string {
  const text = trimmed(cell);
  return text.startsWith("'") ? trimmed(text.replace(/^'+/, "")) : text;
}

/** Runs of spaces, and those that are not the plain one. */
const UNEVEN = /[^\S ]|  |[\u200B\uFEFF]/;

/** Text that stands in one line: line ends and runs of spaces become one space. */
export function oneLine(text: string): string {
  return UNEVEN.test(text) ? text.replaceAll(/[\s\u200B\uFEFF]+/g, " ") : text;
}

/** Takes every occurrence of the patterns out; `*` in one stands for anything up to what follows it. */
export function without(text: string, patterns: readonly string[] = []): string {
  return patterns.reduce((rest, pattern) => {
    const parts = pattern.split("*");
    let kept = "";
    let from = 0;
    for (;;) {
      const found = occurrence(rest, parts, from);
      if (!found) return trimmed(kept + rest.slice(from));
      kept += rest.slice(from, found.start);
      from = found.end;
    }
  }, text);
}

function occurrence(
  text: string,
  [first = "", ...others]: string[],
  from: number,
): { start: number; end: number } | undefined {
  const start = text.indexOf(first, from);
  if (start < 0 || (first === "" && start === text.length)) return undefined;
  let end = start + first.length;
  for (const part of others) {
    const at = text.indexOf(part, end);
    if (at < 0) return undefined;
    end = part === "" ? text.length : at + part.length;
  }
  return { start, end };
}

/** The parts of a cell that holds a list; undefined when it should be JSON and is not. Empty parts are left out. */
export function listOf(cell: string, list: "json" | "split", separator = ","): string[] | undefined {
  const parts = list === "split" ? cell.split(separator) : jsonList(cell);
  return parts?.map(textOf).filter((part) => part !== "");
}

function jsonList(cell: string): string[] | undefined {
  const value = parseJson(cell);
  return Array.isArray(value) ? value.flatMap((part: unknown) => scalarText(part) ?? []) : undefined;
}

/** `[{"name":"Color","value":"Red"}]` as pairs; undefined when the cell is something else. */
export function nameValues(cell: string): [string, string][] | undefined {
  const value = parseJson(cell);
  if (!Array.isArray(value)) return undefined;
  return value.flatMap((part: unknown): [string, string][] => {
    if (part === null || typeof part !== "object" || !("name" in part) || !("value" in part)) return [];
    const name = scalarText(part.name);
    const text = scalarText(part.value) ?? JSON.stringify(part.value);
    return name === undefined || text === undefined ? [] : [[oneLine(textOf(name)), textOf(text)]];
  });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

function scalarText(value: unknown): string | undefined {
  if (typeof value === "string") return value;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : undefined;
}
