/** Works on all of them, so many at once; one that fails does not keep the others. Results are in the order of the work. */
export async function inTurns<T, R>(
  all: readonly T[],
  atOnce: number,
  work: (one: T) => Promise<R>,
): Promise<PromiseSettledResult<R>[]> {
  const results: PromiseSettledResult<R>[] = [];
  for (let start = 0; start < all.length; start += atOnce)
    results.push(...(await Promise.allSettled(all.slice(start, start + atOnce).map(work))));
  return results;
}
