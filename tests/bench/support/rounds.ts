/** Several measurements of one thing, in one unit. */
export interface Series {
  median: number;
  min: number;
  max: number;
  rounds: number;
}

export function series(values: number[]): Series {
  const sorted = values.toSorted((a, b) => a - b);
  const at = (place: number) => sorted[place] ?? Number.NaN;
  const middle = Math.floor(sorted.length / 2);
  const median = sorted.length % 2 === 1 ? at(middle) : (at(middle - 1) + at(middle)) / 2;
  return { median, min: at(0), max: at(sorted.length - 1), rounds: sorted.length };
}

export interface Comparison {
  ours: Series;
  floor: Series;
  /** Ours by the floor, taken within each round, so that a slow minute of the machine is in both. */
  ratio: Series;
}

/**
 * A, B, A, B …: the machine's moods meet both. As many rounds before the first that counts (they are 0 and below) let
 * both be compiled, as a function that has served for a minute is.
 */
export async function compare(
  rounds: number,
  ours: (round: number) => Promise<number>,
  floor: (round: number) => Promise<number>,
): Promise<Comparison> {
  const [measured, below]: [number[], number[]] = [[], []];
  for (let round = 1 - rounds; round <= rounds; round++) {
    const a = await ours(round);
    const b = await floor(round);
    if (round <= 0) continue;
    measured.push(a);
    below.push(b);
  }
  const ratio = measured.map((value, index) => value / (below[index] ?? Number.NaN));
  return { ours: series(measured), floor: series(below), ratio: series(ratio) };
}
