/** A time to come, which can be called off. */
export interface Deadline {
  passed: Promise<void>;
  cancel: () => void;
}

/** Injected so that tests decide when time is up. */
export type After = (ms: number) => Deadline;

export const after: After = (ms) => {
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms);
  });
  return { passed, cancel: () => clearTimeout(timer) };
};

/** Whoever was waited for did not come in time. */
export class LateError extends Error {
  override readonly name = "LateError";
}

/** What the work brings, or LateError. Work that is late goes on, and what becomes of it is nobody's business any more. */
export async function within<T>(work: Promise<T>, deadline: Deadline): Promise<T> {
  try {
    return await Promise.race([
      work,
      deadline.passed.then(() => {
        throw new LateError("Not in time");
      }),
    ]);
  } finally {
    deadline.cancel();
  }
}
