import { UnreadableFileError } from "./unreadable.ts";

const SHOWN = 30;

/** Finds columns by name in a header, and remembers what was asked for in vain. */
export class Columns {
  readonly #header: readonly string[];
  readonly #exact = new Map<string, number[]>();
  readonly #folded = new Map<string, number[]>();
  readonly #missing = new Set<string>();

  constructor(header: readonly string[]) {
    this.#header = header;
    header.forEach((name, index) => {
      note(this.#exact, name, index);
      note(this.#folded, folded(name), index);
    });
  }

  /** The column's place; undefined when there is none, which `check` will say. Throws HEADER_DUPLICATE. */
  require(name: string): number | undefined {
    const index = this.find(name);
    if (index === undefined) this.#missing.add(name);
    return index;
  }

  /** The column's place, whatever the capitals. Throws HEADER_DUPLICATE when the name stands for several. */
  find(name: string): number | undefined {
    const places = this.#exact.get(name.trim()) ?? this.#folded.get(folded(name));
    if (!places) return undefined;
    if (places.length === 1) return places[0];
    const message = `The header has the column ${JSON.stringify(name)} ${places.length} times, so it is not clear which one is meant`;
    throw new UnreadableFileError("HEADER_DUPLICATE", message);
  }

  /** Throws HEADER_MISSING with every column that was required and is not there. */
  check(): void {
    if (this.#missing.size > 0) throw missingColumns([...this.#missing], this.#header);
  }
}

/** Names what is missing and what is there instead. */
export function missingColumns(missing: readonly string[], header: readonly string[]): UnreadableFileError {
  const more = header.length > SHOWN ? ` and ${header.length - SHOWN} more` : "";
  return new UnreadableFileError(
    "HEADER_MISSING",
    `The header lacks ${list(missing)}. It has ${list(header.slice(0, SHOWN))}${more}`,
  );
}

function list(names: readonly string[]): string {
  return names.map((name) => JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name)).join(", ");
}

function folded(name: string): string {
  return name.replaceAll(/\s+/g, " ").trim().toLowerCase();
}

function note(places: Map<string, number[]>, name: string, index: number): void {
  const known = places.get(name);
  if (known) known.push(index);
  else places.set(name, [index]);
}
