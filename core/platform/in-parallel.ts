/** Works the tasks with at most so many at once. Throws the first error when those under way have ended. */
export async function inParallel<T>(
  tasks: readonly T[],
  atOnce: number,
  work: (task: T) => Promise<void>,
): Promise<void> {
  let next = 0;
  const failures: unknown[] = [];
  const worker = async () => {
    while (next < tasks.length && failures.length === 0) {
      const task = tasks[next++];
      try {
        if (task !== undefined) await work(task);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(atOnce, tasks.length) }, worker));
  if (failures.length > 0) throw failures[0];
}
