/** `npm run verify-audit`: follows the chain of an organisation's audit log from its first entry. */
import { parseArgs } from "node:util";
import * as Audit from "../core/audit/index.ts";
import { ENVIRONMENT } from "../stacks/definitions.ts";
import { runCommand } from "./command.ts";
import { messageOf } from "./machine/say.ts";
import { UsageError } from "./settings.ts";
import { findTable, resourcesOf } from "./table-of.ts";

const USAGE = `npm run verify-audit                             the demo organisation of the running local system
npm run verify-audit -- --organization ID        another one
npm run verify-audit -- --instance               what concerns no organisation, such as refused sign-ins
npm run verify-audit -- --head 41:ByTwC…         also whether this head, noted earlier, is still in it
npm run verify-audit -- --json                   the same as one JSON document

With ${ENVIRONMENT.table} in the environment it reads that table, as the AWS SDK's own variables say. Changes nothing.
Exit code 0 when the chain is whole, 1 when it is not, 2 when it could not be followed.`;

async function main(args: string[]): Promise<number> {
  const { values } = readOptions(args);
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const table = findTable(USAGE);
  const owner = values.instance ? "" : (values.organization ?? table.organizationId);
  if (owner === undefined) throw new UsageError(`Which organisation? Give --organization.\n\n${USAGE}`);
  const known = values.head === undefined ? undefined : readHead(values.head);
  const found = await Audit.verifyAudit(resourcesOf(table.tableName), owner as Audit.Owner, known);
  const isWhole = found.differences.length === 0;
  if (values.json) process.stdout.write(`${JSON.stringify({ owner, isWhole, ...found }, null, 2)}\n`);
  else {
    for (const difference of found.differences) process.stdout.write(`${difference}\n`);
    const { head, entries } = found;
    const verdict = isWhole ? "the chain is whole" : "the chain is broken";
    process.stdout.write(`${owner || "instance"}: ${entries} entries, ${verdict}; head ${head.number}:${head.hash}\n`);
  }
  return isWhole ? 0 : 1;
}

function readOptions(args: string[]) {
  const flag = { type: "boolean", default: false } as const;
  const text = { type: "string" } as const;
  const options = { organization: text, head: text, instance: flag, json: flag, help: flag };
  try {
    return parseArgs({ args, options });
  } catch (error) {
    throw new UsageError(`${messageOf(error)}\n\n${USAGE}`);
  }
}

function readHead(text: string): Audit.Head {
  const [, number, hash = ""] = /^(\d{1,12}):([\w-]{43})$/.exec(text) ?? [];
  if (number === undefined) throw new UsageError(`A head is written as this command writes it.\n\n${USAGE}`);
  return { number: Number(number), hash };
}

await runCommand(main);
