/** Scripts written without spaces between words: there pairs of characters stand in for words. */
const UNSPACED = /^[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}]+$/u;
const RUN = /[\p{scx=Han}\p{scx=Hira}\p{scx=Kana}\p{scx=Thai}]+|[\p{L}\p{N}\p{M}]+/gu;

/** More words than these say no more about what a thing is. */
const MAX_WORDS = 40;

/** A title's distinct words, folded, in order. */
export function wordsOf(title: string): string[] {
  const words = new Set<string>();
  for (const [run] of title.normalize("NFKC").toLowerCase().matchAll(RUN)) {
    if (!UNSPACED.test(run) || run.length <= 2) words.add(run);
    else for (let at = 0; at + 2 <= run.length; at++) words.add(run.slice(at, at + 2));
  }
  return [...words].slice(0, MAX_WORDS);
}

/**
 * How alike two titles are, 0 to 100: the mean of what they share of words and of what they share of letters in threes,
 * each twice what is shared over the sum of both. Words alone would miss a letter's slip, letters alone the order of
 * words. The same two titles always come to the same number, whichever is first. Pure.
 */
export function similarity(a: string, b: string): number {
  const [wordsA, wordsB] = [wordsOf(a), wordsOf(b)];
  if (wordsA.length === 0 || wordsB.length === 0) return 0;
  const shared = share(new Set(wordsA), new Set(wordsB)) + share(threes(wordsA), threes(wordsB));
  return Math.round(shared * 50);
}

function share(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  let common = 0;
  for (const one of a) if (b.has(one)) common++;
  return (2 * common) / (a.size + b.size);
}

/** Of each word with its ends marked, so that words of one letter have some too. */
function threes(words: string[]): Set<string> {
  const found = new Set<string>();
  for (const word of words) {
    const marked = ` ${word} `;
    for (let at = 0; at + 3 <= marked.length; at++) found.add(marked.slice(at, at + 3));
  }
  return found;
}
