/** `npm run unassigned-events`: events of the instance's own account of which nobody knows whose they are. */
import { userInfo } from "node:os";
import { parseArgs } from "node:util";
import * as Inbound from "../core/inbound/index.ts";
import { ENVIRONMENT } from "../stacks/definitions.ts";
import { runCommand } from "./command.ts";
import { messageOf } from "./machine/say.ts";
import { UsageError } from "./settings.ts";
import { findTable, resourcesOf } from "./table-of.ts";

const USAGE = `npm run unassigned-events                                            list them
npm run unassigned-events -- --assign EVENT --organization ID        say whose one is: it is applied there

An event is an organisation's by its metadata, its customer or its payment. What is none of these waits for a day, and
is then given up. What is assigned is applied within a minute or two, and is in the organisation's audit log.
With ${ENVIRONMENT.table} in the environment it works on that table, as the AWS SDK's own variables say.
Exit code 0 when there are none, or one was assigned; 1 when there are some; 2 when it could not be done.`;

async function main(args: string[]): Promise<number> {
  const { values } = readOptions(args);
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const { assign, organization } = values;
  if ((assign === undefined) !== (organization === undefined)) throw new UsageError(USAGE);
  const resources = resourcesOf(findTable(USAGE).tableName);
  if (assign !== undefined && organization !== undefined) {
    const { username: by } = userInfo();
    await Inbound.assignEvent(resources, { id: assign, organizationId: organization, by });
    process.stdout.write(`${assign} is ${organization}'s, and is applied there\n`);
    return 0;
  }
  let count = 0;
  for await (const { id, eventType, status, createdAt, externalEventId } of Inbound.unassignedEvents(resources)) {
    process.stdout.write(`${id}  ${createdAt}  ${status}  ${eventType}  ${externalEventId}\n`);
    count++;
  }
  process.stdout.write(`${count} events of which nobody knows whose they are\n`);
  return count === 0 ? 0 : 1;
}

function readOptions(args: string[]) {
  const text = { type: "string" } as const;
  try {
    return parseArgs({ args, options: { assign: text, organization: text, help: { type: "boolean" } } });
  } catch (error) {
    throw new UsageError(`${messageOf(error)}\n\n${USAGE}`);
  }
}

await runCommand(main);
