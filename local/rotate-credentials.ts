/** `npm run rotate-credentials`: brings what is encrypted field by field, and what buyers are found by, under the newest key. */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { parseArgs } from "node:util";
import { UnsealError } from "../core/platform/secrets.ts";
import { ENVIRONMENT } from "../stacks/definitions.ts";
import { runCommand } from "./command.ts";
import { messageOf } from "./machine/say.ts";
import { everyItem, rotate, type Rotated } from "./rotate.ts";
import { secretsOf } from "./secrets-of.ts";
import { UsageError } from "./settings.ts";
import { findTable, resourcesOf } from "./table-of.ts";

const USAGE = `npm run rotate-credentials                  brings what is under another key under the newest one
npm run rotate-credentials -- --verify      only counts what is under another key
npm run rotate-credentials -- --json        the same as one JSON document

What is encrypted goes by FIELD_ENCRYPTION_KEY, or by SECRET_KEY where that is not set; what buyers are found by, always
by SECRET_KEY. For a new SECRET_KEY read SECRET_KEY for FIELD_ENCRYPTION_KEY:
  1. name the new key in FIELD_ENCRYPTION_KEY_PREVIOUS and deploy, so that every process can read what it will encrypt;
  2. let the two change places and deploy;
  3. run this with the same settings: it may run while everything works, and be broken off and begun again;
  4. when it ends with 0, take the key before away, once what it says goes by itself is gone. Without a SECRET_KEY of
     before, files that take back sales of its time no longer find them: keep it for as long as such files come.
With ${ENVIRONMENT.table} in the environment it works on that table, as the AWS SDK's own variables say.
Exit code 0 when nothing is under another key any more, 1 when something is, 2 when it could not be looked for.`;

async function main(args: string[]): Promise<number> {
  const { values } = readOptions(args);
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const { tableName, organizationId } = findTable(USAGE);
  const resources = resourcesOf(tableName, secretsOf(organizationId !== undefined, USAGE));
  const client = new DynamoDBClient({});
  try {
    const found = await rotate(resources, () => everyItem(client, tableName), { verifyOnly: values.verify });
    process.stdout.write(values.json ? `${JSON.stringify(found, null, 2)}\n` : said(found));
    return Object.keys(found.left).length === 0 ? 0 : 1;
  } catch (error) {
    if (error instanceof UnsealError)
      throw new Error(`${error.message}: name it among the previous ones`, { cause: error });
    throw error;
  } finally {
    client.destroy();
  }
}

function said({ items, resealed, renamed, left, leaving, lastLeavesAt }: Rotated): string {
  const lines = [`${items} items looked at, ${resealed} texts encrypted anew, ${renamed} names of buyers made anew`];
  for (const [entity, count] of Object.entries(left)) lines.push(`${entity}: ${count} under another key`);
  if (leaving > 0)
    lines.push(`${leaving} under another key go by themselves, the last at ${lastLeavesAt}: keep the key until then`);
  if (Object.keys(left).length === 0) lines.push("Nothing that stays is under another key");
  return `${lines.join("\n")}\n`;
}

function readOptions(args: string[]) {
  const flag = { type: "boolean", default: false } as const;
  try {
    return parseArgs({ args, options: { verify: flag, json: flag, help: flag } });
  } catch (error) {
    throw new UsageError(`${messageOf(error)}\n\n${USAGE}`);
  }
}

await runCommand(main);
