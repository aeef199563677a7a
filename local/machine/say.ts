/** A line for whoever watches the terminal; an error adds its message there, and its stack to the log. */
export type Say = (line: string, error?: unknown) => void;

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
