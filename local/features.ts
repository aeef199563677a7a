/** `npm run features`: what is switched on, for how many; and how it is changed while the system runs. */
import { userInfo } from "node:os";
import { parseArgs } from "node:util";
import { type Feature, FEATURES, readSettings, setFeature } from "../core/platform/features.ts";
import { ENVIRONMENT } from "../stacks/definitions.ts";
import { runCommand } from "./command.ts";
import { messageOf } from "./machine/say.ts";
import { UsageError } from "./settings.ts";
import { findTable, resourcesOf } from "./table-of.ts";

const USAGE = `npm run features                              what there is, and for how many of a hundred organisations it is on
npm run features -- NAME off                  for nobody: in effect everywhere within half a minute
npm run features -- NAME on                   for everybody
npm run features -- NAME 10                   for 10 of 100 organisations, each of which keeps it at 50 and at 100

With ${ENVIRONMENT.table} in the environment it is that table's, as the AWS SDK's own variables say; else the running local system's.`;

async function main(args: string[]): Promise<void> {
  const { positionals } = readOptions(args);
  const [name, value] = positionals;
  const { tableName } = findTable(USAGE);
  const resources = resourcesOf(tableName);
  if (name !== undefined) {
    if (!isFeature(name) || value === undefined) throw new UsageError(USAGE);
    await setFeature(resources, name, { percentage: percentageOf(value), by: userInfo().username });
  }
  const settings = await readSettings(resources);
  for (const [feature, { about }] of Object.entries(FEATURES)) {
    const { percentage = 100, updatedAt, updatedBy } = settings[feature as Feature] ?? {};
    const since = updatedAt === undefined ? "since always" : `since ${updatedAt}, by ${updatedBy}`;
    process.stdout.write(`${feature}: ${percentage} % (${since})\n  ${about}\n`);
  }
}

function readOptions(args: string[]) {
  try {
    return parseArgs({ args, allowPositionals: true, options: {} });
  } catch (error) {
    throw new UsageError(`${messageOf(error)}\n\n${USAGE}`);
  }
}

const isFeature = (name: string): name is Feature => Object.hasOwn(FEATURES, name);

function percentageOf(text: string): number {
  if (text === "on" || text === "off") return text === "on" ? 100 : 0;
  if (/^(?:\d{1,2}|100)$/.test(text)) return Number(text);
  throw new UsageError(USAGE);
}

await runCommand(main);
