import { join } from "node:path";
import { createClients } from "./clients.ts";
import { type Endpoints, externalEndpoints, startEmulators } from "./emulators/index.ts";
import { readJson } from "./machine/files.ts";
import { isLocked, lockData } from "./machine/lock.ts";
import { resourceNames } from "./names.ts";
import { describeTable, tableFaults } from "./resources/table.ts";
import type { Settings } from "./settings.ts";

/**
 * Checks the database without serving: it answers, and its table, indexes, stream and time to live are as defined.
 * Beside a running Stockwright it asks that one's database. Changes nothing. Returns whether all is well.
 */
export async function checkDatabase(settings: Settings, show: (text: string) => void): Promise<boolean> {
  try {
    const faults = await withDatabase(settings, show);
    for (const fault of faults) show(`Database: ${fault}`);
    if (faults.length === 0) show("Database: ok");
    return faults.length === 0;
  } catch (error) {
    show(`Database: cannot be checked: ${error instanceof Error ? error.message : String(error)}`);
    return false;
  }
}

async function withDatabase(settings: Settings, show: (text: string) => void): Promise<string[]> {
  const external = externalEndpoints(process.env);
  if (external.dynamodb) return check(external.dynamodb, true, show);
  const running = isLocked(settings.dataDir) ? runningDatabase(settings) : undefined;
  if (running) return check(running, false, show);
  const lock = await lockData(settings.dataDir, show);
  try {
    // Only the database: queues and files are somebody else's for the time of the check.
    const env = { ...process.env, AWS_ENDPOINT_URL_SQS: "none", AWS_ENDPOINT_URL_S3: "none" };
    const emulators = await startEmulators({ dataDir: settings.dataDir, env, say: show });
    try {
      return await check(emulators.endpoints.dynamodb, false, show);
    } finally {
      await emulators.stop();
    }
  } finally {
    lock.release();
  }
}

/** Where the run that holds the lock has its database, as it wrote down at its start. */
function runningDatabase({ homeDir }: Settings): string | undefined {
  const endpoints = readJson(join(homeDir, "local.json"))?.["endpoints"];
  const dynamodb: unknown =
    typeof endpoints === "object" && endpoints !== null ? Reflect.get(endpoints, "dynamodb") : undefined;
  return typeof dynamodb === "string" ? dynamodb : undefined;
}

async function check(dynamodb: string, isExternal: boolean, show: (text: string) => void): Promise<string[]> {
  const endpoints: Endpoints = { dynamodb, dynamodbStreams: dynamodb, sqs: dynamodb, s3: dynamodb };
  const clients = createClients(endpoints, isExternal ? { dynamodb } : {});
  try {
    const { table: name } = resourceNames();
    const startedAt = performance.now();
    const table = await describeTable(clients.dynamodb, name);
    show(`Database: ${dynamodb} answered in ${Math.round(performance.now() - startedAt)} ms`);
    if (table) return (await tableFaults(clients.dynamodb, table)).map((fault) => `table ${name}: ${fault}`);
    show(`Database: there is no table yet; the first start makes it`);
    return [];
  } finally {
    clients.close();
  }
}
