/** `npm run export-a-person`: all that an organisation keeps about somebody, as JSON. */
import { writeFileSync } from "node:fs";
import * as Privacy from "../core/privacy/index.ts";
import { ENVIRONMENT } from "../stacks/definitions.ts";
import { runCommand } from "./command.ts";
import { readAsked } from "./person.ts";

const USAGE = `npm run export-a-person -- --email ADDRESS                        in the demo organisation of the running local system
npm run export-a-person -- --external-id ID --channel ebay        by a channel's id of them
npm run export-a-person -- --email ADDRESS --organization ID      in another organisation
npm run export-a-person -- --email ADDRESS --out person.json      into a file that only its owner reads

Orders with their history, and membership, sessions and invitations, as JSON. It is noted in the audit log.
With ${ENVIRONMENT.table} and SECRET_KEY in the environment it reads that table, as the AWS SDK's own variables say.
Exit code 0 when all was read, 2 when it could not be.`;

async function main(args: string[]): Promise<void> {
  const asked = await readAsked(args, { usage: USAGE, own: { out: { type: "string" } }, command: "export-a-person" });
  if (!asked) return void process.stdout.write(`${USAGE}\n`);
  const { ctx, person, options } = asked;
  const { id } = await Privacy.createRequest(ctx, { kind: "export", ...person });
  const whole: Privacy.PersonalExport = { requestId: id, orders: [] };
  let cursor: string | undefined;
  do {
    const { orders, nextCursor, ...page } = await Privacy.exportPerson(ctx, { id, page: cursor ? { cursor } : {} });
    Object.assign(whole, page);
    whole.orders.push(...orders);
    cursor = nextCursor;
  } while (cursor !== undefined);
  await Privacy.closeRequest(ctx, { id, input: { note: "Exported by command" } });
  const json = `${JSON.stringify(whole, null, 2)}\n`;
  const { out } = options;
  if (typeof out !== "string") return void process.stdout.write(json);
  writeFileSync(out, json, { mode: 0o600 });
  process.stdout.write(`${whole.orders.length} orders, written to ${out}\n`);
}

await runCommand(main);
