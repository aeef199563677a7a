/** `npm run erase-a-person`: forgets somebody in an organisation; amounts, stock and books stay as they are. */
import * as Privacy from "../core/privacy/index.ts";
import { ENVIRONMENT } from "../stacks/definitions.ts";
import { runCommand } from "./command.ts";
import { readAsked } from "./person.ts";
import { UsageError } from "./settings.ts";

const USAGE = `npm run erase-a-person -- --email ADDRESS --yes                       in the demo organisation of the running local system
npm run erase-a-person -- --external-id ID --channel ebay --yes       by a channel's id of them
npm run erase-a-person -- --email ADDRESS --organization ID --yes     in another organisation
npm run erase-a-person -- --email ADDRESS --even-if-open --yes        also of orders whose goods are still under way

Takes customer, address, notes and metadata out of their orders, and their account and invitations out of the organisation.
It cannot be undone. Interrupted, it is finished by the running system, or by the same command again.
With ${ENVIRONMENT.table} and SECRET_KEY in the environment it works on that table, as the AWS SDK's own variables say.
Exit code 0 when all is erased, 1 when something waits, 2 when it could not be done.`;

async function main(args: string[]): Promise<number> {
  const own = { yes: { type: "boolean" }, "even-if-open": { type: "boolean" } } as const;
  const asked = await readAsked(args, { usage: USAGE, own, command: "erase-a-person" });
  if (!asked) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const { ctx, person, options } = asked;
  if (options["yes"] !== true) throw new UsageError(`It cannot be undone: say --yes.\n\n${USAGE}`);
  const evenIfOpen = options["even-if-open"] === true;
  let request = await Privacy.createRequest(ctx, { kind: "erasure", evenIfOpen, ...person });
  while (request.status === "open" && request.dueAt !== undefined && Date.parse(request.dueAt) <= ctx.now()) {
    await Privacy.carryOut(ctx, { kind: Privacy.PRIVACY_DUE, id: request.id, dueAt: request.dueAt });
    request = await Privacy.getRequest(ctx, request.id);
    process.stdout.write(`${request.ordersErased} orders erased\n`);
  }
  const { status, ordersWaiting, note } = request;
  if (status === "done") return 0;
  if (ordersWaiting > 0) process.stdout.write(`${ordersWaiting} orders wait until their goods have arrived\n`);
  if (note !== undefined) process.stdout.write(`${note}\n`);
  return 1;
}

await runCommand(main);
