export interface Question {
  id: number;
  name: string;
  input: unknown;
}

export interface Answer {
  id: number;
  value?: unknown;
  error?: string;
}

/** What a measured process can be asked. It ends when its parent lets go of it. */
export type Answers = Record<string, (input: never) => Promise<unknown>>;

export function serve(answers: Answers): void {
  process.on("message", ({ id, name, input }: Question) => {
    const answer = answers[name];
    const asked = answer ? answer(input as never) : Promise.reject(new Error(`There is no ${name}`));
    asked.then(
      (value) => send({ id, value }),
      (error: unknown) => send({ id, error: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
    );
  });
  // The process's way out is the profile's: --cpu-prof writes on a clean exit only.
  process.on("disconnect", () => process.exit(0));
}

function send(answer: Answer): void {
  process.send?.(answer);
}

/** CPU of this process, all its threads, and time on the clock. */
export interface Spent {
  cpuMs: number;
  wallMs: number;
}

export async function spent(run: () => Promise<unknown>): Promise<Spent> {
  const begun = performance.now();
  const before = process.cpuUsage();
  await run();
  const { user, system } = process.cpuUsage(before);
  return { cpuMs: (user + system) / 1000, wallMs: performance.now() - begun };
}
