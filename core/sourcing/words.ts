/** A title as a set of words. */
export interface Words {
  words: readonly string[];
  /** Those with a digit: sizes, counts and models, which tell two titles apart that are alike otherwise. */
  numbers: ReadonlySet<string>;
}

const WORD = /[\p{L}\p{N}\p{M}]+/gu;
/** Written without blanks between words: two characters each stand for a word there. */
const UNSPACED = /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u;
const DIGIT = /\p{N}/u;

/** What says nothing of the goods. */
const NOISE: ReadonlySet<string> = new Set(
  "a an and by for from in of on or the to with hot new sale free shipping best quality dropshipping wholesale".split(
    " ",
  ),
);

export function wordsOf(title: string): Words {
  const all = new Set<string>();
  for (const [word] of title.normalize("NFKC").toLowerCase().matchAll(WORD)) {
    if (UNSPACED.test(word) && !DIGIT.test(word)) for (const pair of pairsOf(word)) all.add(pair);
    else all.add(word);
  }
  const telling = [...all].filter((word) => !NOISE.has(word));
  const words = telling.length > 0 ? telling : [...all];
  return { words, numbers: new Set(words.filter((word) => DIGIT.test(word))) };
}

function pairsOf(word: string): string[] {
  const characters = [...word];
  if (characters.length <= 2) return [word];
  return characters.slice(1).map((character, index) => `${characters[index]}${character}`);
}

/** Whether each title has a number that the other has not: `iPhone 13` and `iPhone 14` are not the same goods. */
export function numbersDiffer(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  return hasOthers(a, b) && hasOthers(b, a);
}

function hasOthers(a: ReadonlySet<string>, b: ReadonlySet<string>): boolean {
  for (const number of a) if (!b.has(number)) return true;
  return false;
}
