import { messageOf } from "./machine/say.ts";

/** Runs a command to its exit code: what `main` returns, 0 where that is nothing, and 2 with the reason when it throws. */
export async function runCommand(main: (args: string[]) => Promise<number | void>): Promise<void> {
  try {
    process.exitCode = (await main(process.argv.slice(2))) ?? 0;
  } catch (error) {
    process.stderr.write(`${messageOf(error)}\n`);
    process.exitCode = 2;
  }
}
