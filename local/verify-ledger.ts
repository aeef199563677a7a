/** `npm run verify-ledger`: every balance of an organisation's stock against its ledger, lots and orders. */
import { parseArgs } from "node:util";
import * as Inventory from "../core/inventory/index.ts";
import * as Orders from "../core/orders/index.ts";
import { ENVIRONMENT } from "../stacks/definitions.ts";
import { runCommand } from "./command.ts";
import { messageOf } from "./machine/say.ts";
import { UsageError } from "./settings.ts";
import { contextOf, findTable, resourcesOf } from "./table-of.ts";

const USAGE = `npm run verify-ledger                        the demo organisation of the running local system
npm run verify-ledger -- --organization ID   another one
npm run verify-ledger -- --json              the same as one JSON document

With ${ENVIRONMENT.table} in the environment it reads that table, as the AWS SDK's own variables say. Changes nothing.
Exit code 0 when everything agrees, 1 when something differs, 2 when it could not be checked.`;

/** What a JSON document keeps; the count is of all. */
const MOST_IN_JSON = 10_000;

type Found = Inventory.Difference | Orders.OrderDifference;

async function main(args: string[]): Promise<number> {
  const { values } = readOptions(args);
  if (values.help) {
    process.stdout.write(`${USAGE}\n`);
    return 0;
  }
  const table = findTable(USAGE);
  const organizationId = values.organization ?? table.organizationId;
  if (organizationId === undefined) throw new UsageError(`Which organisation? Give --organization.\n\n${USAGE}`);
  const ctx = contextOf(resourcesOf(table.tableName), organizationId, "verify-ledger");
  const found: Found[] = [];
  const tell = (difference: Found) => {
    if (!values.json) process.stdout.write(`${lineOf(difference)}\n`);
    else if (found.length < MOST_IN_JSON) found.push(difference);
  };
  const stock = await Inventory.verifyLedger(ctx, { holds: () => Orders.heldUnits(ctx), onDifference: tell });
  const { orders, differences: ofOrders } = await Orders.verifyOrders(ctx, tell);
  const differences = stock.differences + ofOrders;
  const isClean = differences === 0 && stock.unsettled.length === 0;
  const { products, stockItems, lots, ledgerEntries, unsettled } = stock;
  const counts = { products, stockItems, lots, ledgerEntries, orders };
  if (values.json)
    process.stdout.write(
      `${JSON.stringify({ organizationId, isClean, ...counts, differences, unsettled, found }, null, 2)}\n`,
    );
  else process.stdout.write(summary({ organizationId, ...counts, differences, unsettled }));
  return isClean ? 0 : 1;
}

function readOptions(args: string[]) {
  try {
    const flag = { type: "boolean", default: false } as const;
    return parseArgs({ args, options: { organization: { type: "string" }, json: flag, help: flag } });
  } catch (error) {
    throw new UsageError(`${messageOf(error)}\n\n${USAGE}`);
  }
}

function lineOf(difference: Found): string {
  if (!("name" in difference) || !(difference.code in Orders.ORDER_DIFFERENCES))
    return Inventory.sentenceOf(difference as Inventory.Difference);
  const { code, name, stored, expected } = difference as Orders.OrderDifference;
  return `${name}: ${Orders.ORDER_DIFFERENCES[code]}: ${stored}, and should be ${expected} (${code})`;
}

interface Summary
  extends Pick<
    Inventory.Verification,
    "products" | "stockItems" | "lots" | "ledgerEntries" | "differences" | "unsettled"
  > {
  organizationId: string;
  orders: number;
}

function summary(of: Summary): string {
  const { organizationId, products, stockItems, lots, ledgerEntries, orders, differences, unsettled } = of;
  const looked = `${products} products at ${stockItems} places, ${lots} lots, ${ledgerEntries} ledger entries, ${orders} orders`;
  const moving = unsettled.map((what) => `${what}: changed whenever it was looked at; check again when it is quiet\n`);
  const verdict = differences === 0 ? "everything agrees" : `${differences} differences`;
  return `${moving.join("")}${organizationId}: ${looked}: ${moving.length > 0 && differences === 0 ? "not all could be checked" : verdict}\n`;
}

await runCommand(main);
