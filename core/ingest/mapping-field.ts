import type { Fault } from "../platform/errors.ts";
import type { Columns } from "./formats/columns.ts";
import type { Field, ImagesField, Mapping } from "./mapping.ts";
import { quoted } from "./mapping-money.ts";
import { codeOf, listOf, oneLine, textOf, without } from "./mapping-text.ts";

/** `line`: text in one line. `block`: text with its line ends. `code`: an identifier or a number. */
export type FieldKind = "line" | "block" | "code";

/** Reads a field of a row; empty text where the row has none. */
export type Get = (cells: readonly string[]) => string | Fault;

const CLEAN: Record<FieldKind, (cell: string) => string> = {
  line: (cell) => oneLine(textOf(cell)),
  block: (cell) => textOf(cell).replaceAll(/\r\n?/g, "\n"),
  code: (cell) => oneLine(codeOf(cell)),
};

/** What a field needs to know of its surroundings. */
export interface FieldContext {
  columns: Columns;
  mapping: Pick<Mapping, "nullTexts">;
}

export function compileField({ columns, mapping }: FieldContext, field: Field, kind: FieldKind, path: string): Get {
  if (typeof field === "string") return column(columns, field, kind, mapping.nullTexts);
  if ("constant" in field) return () => field.constant;
  if ("template" in field) return template(columns, field, kind, mapping.nullTexts);
  const nullTexts = field.nullTexts ?? mapping.nullTexts;
  if ("columns" in field) return firstOf(columns, field.columns, kind, nullTexts);
  const { list, separator, join = " > ", remove } = field;
  const get = column(columns, field.column, list === undefined ? kind : "line", nullTexts, remove);
  if (list === undefined) return get;
  return (cells) => {
    const text = get(cells);
    const parts = text === "" ? [] : listOf(text, list, separator);
    return parts ? parts.join(join) : notAList(path, text);
  };
}

export function column(
  columns: Columns,
  name: string,
  kind: FieldKind,
  nullTexts: readonly string[],
  remove?: readonly string[],
): (cells: readonly string[]) => string {
  const index = columns.require(name);
  const clean = CLEAN[kind];
  const nulls = new Set(nullTexts);
  return (cells) => {
    const cell = cells[index ?? -1] ?? "";
    const text = clean(remove ? without(cell, remove) : cell);
    return nulls.has(text) ? "" : text;
  };
}

export function firstOf(
  columns: Columns,
  names: readonly string[],
  kind: FieldKind,
  nullTexts: readonly string[],
): (cells: readonly string[]) => string {
  // One of them is enough: a file rarely has all the columns that a name may hide behind.
  const present = names.filter((name) => columns.find(name) !== undefined);
  const gets = (present.length > 0 ? present : names).map((name) => column(columns, name, kind, nullTexts));
  return (cells) => {
    for (const get of gets) {
      const text = get(cells);
      if (text !== "") return text;
    }
    return "";
  };
}

/** A code lacking a part would name another thing; a sentence lacking one is a shorter sentence. */
function template(
  columns: Columns,
  field: { template: string; remove?: string[] | undefined },
  kind: FieldKind,
  nullTexts: readonly string[],
): Get {
  const parts = field.template
    .split(/\{([^{}]+)\}/)
    .map((part, index) => (index % 2 === 1 ? column(columns, part, kind, nullTexts, field.remove) : part));
  return (cells) => {
    let filled = 0;
    let empty = 0;
    let whole = "";
    for (const part of parts) {
      if (typeof part === "string") {
        whole += part;
        continue;
      }
      const piece = part(cells);
      if (piece === "") empty++;
      else filled++;
      whole += piece;
    }
    return filled === 0 || (kind === "code" && empty > 0) ? "" : CLEAN[kind](whole);
  };
}

export type GetList = (cells: readonly string[]) => (string[] | Fault)[];

/** Images come from one field or several, each a single address or a list. */
export function compileImages({ columns, mapping }: FieldContext, field: ImagesField): GetList {
  const gets = (Array.isArray(field) ? field : [field]).map((one): ((cells: readonly string[]) => string[] | Fault) => {
    if (typeof one !== "string" && "constant" in one) return () => [one.constant];
    const get = column(columns, typeof one === "string" ? one : one.column, "line", mapping.nullTexts);
    return (cells) => {
      const text = get(cells);
      if (text === "") return [];
      return typeof one === "string" ? [text] : (listOf(text, one.list, one.separator) ?? notAList("images", text));
    };
  });
  return (cells) => gets.map((get) => get(cells));
}

function notAList(path: string, text: string): Fault {
  return { path, code: "INVALID_JSON", message: `${quoted(text)} is not a JSON list` };
}
