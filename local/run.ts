import { join } from "node:path";
import { checkDatabase } from "./check-database.ts";
import { endInOrder } from "./lifecycle.ts";
import { captureOutput } from "./machine/log.ts";
import { readSettings } from "./settings.ts";
import { start, type StartOptions } from "./start.ts";

export type RunOptions = Pick<StartOptions, "handlers" | "prepare" | "createDemo" | "openBusiness">;

/** The process from its command line to its exit: 0 after a stop in order, 1 when it could not start. */
export async function run(args: string[], options: RunOptions): Promise<void> {
  const settings = readSettings(args, process.env, process.cwd());
  if (settings.checkDatabase) {
    const well = await checkDatabase(settings, (text) => void process.stdout.write(`${text}\n`));
    process.exit(well ? 0 : 1);
  }
  const logFile = join(settings.homeDir, "stockwright.log");
  const output = captureOutput(logFile);
  const exit = (code: number) => {
    output.close();
    process.exit(code);
  };
  const starting = start({ ...options, settings, output, logFile });
  endInOrder(starting, output.say, exit);
  try {
    await starting;
  } catch (error) {
    output.say("Stockwright did not start", error);
    exit(1);
  }
}
