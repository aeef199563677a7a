/** The longest query token that is looked up whole, and the window that surely holds every substring of that length. */
const TOKEN_LENGTH = 20;
const WINDOW = 2 * TOKEN_LENGTH;

/** Scripts written without spaces between words; there a "word" would be a whole clause, so pairs of characters stand in. */
const UNSPACED = ["Han", "Hira", "Kana", "Bopo", "Thai", "Laoo", "Khmr", "Mymr"];
const UNSPACED_SET = `[${UNSPACED.map((script) => `\\p{scx=${script}}`).join("")}]`;
const STARTS_UNSPACED = new RegExp(`^${UNSPACED_SET}`, "v");
const WORD_SET = "[\\p{L}\\p{N}\\p{M}]";

/** A run of one kind of writing. Classes look at one character at a time, so part of a text has part of its runs. */
const RUN = new RegExp(`(?<unspaced>[${WORD_SET}&&${UNSPACED_SET}]+)|[${WORD_SET}--${UNSPACED_SET}]+`, "gv");

/** What search compares: compatibility forms and case are gone, and with them the two forms of the Greek small sigma. */
export function fold(text: string): string {
  return text.normalize("NFKC").toLowerCase().replaceAll("ς", "σ");
}

/** The folded words of a query, without those that another word contains anyway. */
export function queryWords(query: string): string[] {
  const words = [...new Set(fold(query).split(/\s+/u))].filter((word) => word !== "");
  return words.filter((word) => !words.some((other) => other !== word && other.includes(word)));
}

export interface Searchable {
  name: string;
  sku: string;
  description?: string;
}

/** The text that a query's words must be contained in. */
export function searchText({ name, sku, description = "" }: Searchable): string {
  return fold(`${name}\n${sku}\n${description}`);
}

/**
 * The words that a folded text is found under. Runs longer than a window are cut into overlapping windows, so that
 * every stretch of TOKEN_LENGTH characters is whole in one of them. Single characters are left out: they select nothing.
 */
export function indexWords(text: string): Set<string> {
  const words = new Set<string>();
  for (const match of text.matchAll(RUN)) {
    const run = match[0];
    if (match.groups?.["unspaced"] !== undefined) for (const pair of pairs(run)) words.add(pair);
    else if (run.length > WINDOW) for (const window of windows(run)) words.add(window);
    else if (!isSingle(run)) words.add(run);
  }
  return words;
}

export interface Token {
  text: string;
  /** `pair`: an index word as it stands. `part`: contained in any number of index words. */
  kind: "pair" | "part";
  /** Every product under the token's index words contains the whole query word. */
  proves: boolean;
}

/** What a query word can be looked up by; empty for single characters and punctuation. */
export function queryTokens(word: string): Token[] {
  const tokens: Token[] = [];
  for (const match of word.matchAll(RUN)) {
    const run = match[0];
    if (match.groups?.["unspaced"] !== undefined) {
      for (const text of pairs(run)) tokens.push({ text, kind: "pair", proves: text === word });
      continue;
    }
    const text = run.length > TOKEN_LENGTH ? [...run].slice(0, TOKEN_LENGTH).join("") : run;
    if (!isSingle(text)) tokens.push({ text, kind: "part", proves: text === word });
  }
  return tokens;
}

function isSingle(text: string): boolean {
  return text.length === 1 || (text.length === 2 && (text.codePointAt(0) ?? 0) > 0xffff);
}

/** What a lookup by a part of the word may begin with: its endings of two characters or more. Pairs are asked for whole. */
export function endings(word: string): string[] {
  if (STARTS_UNSPACED.test(word)) return [];
  const characters = [...word];
  return characters.slice(0, -1).map((_, index) => characters.slice(index).join(""));
}

function pairs(run: string): string[] {
  const characters = [...run];
  return characters.slice(1).map((character, index) => `${characters[index] ?? ""}${character}`);
}

function windows(run: string): string[] {
  const characters = [...run];
  const found: string[] = [];
  for (let start = 0; ; start += TOKEN_LENGTH) {
    found.push(characters.slice(start, start + WINDOW).join(""));
    if (start + WINDOW >= characters.length) return found;
  }
}
