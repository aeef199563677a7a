import { join, resolve } from "node:path";

/** How a start was asked for: command line and environment. */
export interface Settings {
  port: number;
  /** Everything that must survive a restart. */
  dataDir: string;
  /** Where `local.json` and the log are: `.stockwright` of the working directory. */
  homeDir: string;
  /** Empty the data first. */
  fresh: boolean;
  /** Check the database and end. */
  checkDatabase: boolean;
}

export class UsageError extends Error {
  override readonly name = "UsageError";
}

export const USAGE = `npm start                  start Stockwright on this machine
npm start -- --fresh       the same, with all data removed first
npm start -- --check-db    check the database and end (exit code 0 or 1)

PORT               the API's port (8787)
STOCKWRIGHT_DATA   where the data is (.stockwright/data)
STOCKWRIGHT_DEMO   "bare" begins with an empty organisation
AWS_ENDPOINT_URL_DYNAMODB, _SQS, _S3   services to use instead of the emulators`;

const DEFAULT_PORT = "8787";

/** Throws UsageError on an option or port that makes no sense. */
export function readSettings(args: string[], env: Record<string, string | undefined>, cwd: string): Settings {
  const unknown = args.filter((argument) => argument !== "--fresh" && argument !== "--check-db");
  if (unknown.length > 0) throw new UsageError(`Unknown option ${unknown.join(" ")}\n\n${USAGE}`);
  const port = Number(env["PORT"] || DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) {
    throw new UsageError(`PORT must be a number from 0 to 65535, not ${JSON.stringify(env["PORT"])}`);
  }
  const homeDir = join(cwd, ".stockwright");
  return {
    port,
    homeDir,
    dataDir: resolve(cwd, env["STOCKWRIGHT_DATA"] || join(homeDir, "data")),
    fresh: args.includes("--fresh"),
    checkDatabase: args.includes("--check-db"),
  };
}
