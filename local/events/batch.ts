/**
 * The identifiers that a function reports as failed (`batchItemFailures`). Lambda's rules: no answer, null or an empty
 * list means that all went well; an answer it cannot read, or an identifier that is not of the batch, fails the batch.
 */
export function failedItems(answer: unknown, identifiers: string[]): Set<string> {
  if (answer === undefined || answer === null) return new Set();
  const failures: unknown = typeof answer === "object" ? Reflect.get(answer, "batchItemFailures") : undefined;
  if (failures === undefined || failures === null) return new Set();
  if (!Array.isArray(failures)) return new Set(identifiers);
  const known = new Set(identifiers);
  const failed = new Set<string>();
  for (const failure of failures as unknown[]) {
    const id: unknown =
      typeof failure === "object" && failure !== null ? Reflect.get(failure, "itemIdentifier") : undefined;
    if (typeof id !== "string" || !known.has(id)) return known;
    failed.add(id);
  }
  return failed;
}
