/** `npm run verify-ledger`: every balance of an organisation's stock against its ledger, lots and orders. */
import { join } from "node:path";
import { parseArgs } from "node:util";
import * as Inventory from "../core/inventory/index.ts";
import * as Orders from "../core/orders/index.ts";
import { type Context, createContext, systemActor } from "../core/platform/context.ts";
import type { OrganizationId } from "../core/platform/ids.ts";
import { NO_LOG } from "../core/platform/log.ts";
import { NO_METRICS } from "../core/platform/metrics.ts";
import { createResources } from "../functions/resources.ts";
import { ENVIRONMENT } from "../stacks/definitions.ts";
import { readJson } from "./machine/files.ts";
import { messageOf } from "./machine/say.ts";
import { LOCAL_CREDENTIALS, LOCAL_REGION, QUEUE_NAMES } from "./names.ts";
import { readSettings, UsageError } from "./settings.ts";

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
  const { tableName, organizationId } = findTable(values.organization);
  const ctx = contextOf(tableName, organizationId);
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

/** The table of the environment, or the running local system's; there also its own organisation where none is named. */
function findTable(asked: string | undefined): { tableName: string; organizationId: string } {
  const given = process.env[ENVIRONMENT.table];
  if (given !== undefined && given !== "") {
    if (asked === undefined) throw new UsageError(`Which organisation? Give --organization.\n\n${USAGE}`);
    return { tableName: given, organizationId: asked };
  }
  const { homeDir } = readSettings([], process.env, process.cwd());
  const local = readJson(join(homeDir, "local.json"));
  const endpoints = (local?.["endpoints"] ?? {}) as Record<string, unknown>;
  const [dynamodb, tableName] = [endpoints["dynamodb"], endpoints["tableName"]];
  const organizationId = asked ?? local?.["organizationId"];
  if (typeof dynamodb !== "string" || typeof tableName !== "string" || typeof organizationId !== "string")
    throw new UsageError(`There is no local system here: start one with npm start.\n\n${USAGE}`);
  process.env["AWS_ENDPOINT_URL_DYNAMODB"] ||= dynamodb;
  process.env["AWS_REGION"] ||= LOCAL_REGION;
  process.env["AWS_ACCESS_KEY_ID"] ||= LOCAL_CREDENTIALS.accessKeyId;
  process.env["AWS_SECRET_ACCESS_KEY"] ||= LOCAL_CREDENTIALS.secretAccessKey;
  return { tableName, organizationId };
}

/** Only the table is read: what else a process is configured with has no say here. */
function contextOf(tableName: string, organizationId: string): Context {
  const unused = "http://127.0.0.1/unused";
  const environment = {
    ENVIRONMENT: "test",
    SECRET_KEY: "signs-nothing-since-this-only-reads-0123456789",
    [ENVIRONMENT.table]: tableName,
    [ENVIRONMENT.bucket]: "unused",
    ...Object.fromEntries(QUEUE_NAMES.map((name) => [ENVIRONMENT.queueUrl[name], unused])),
  };
  const resources = createResources(environment, { log: NO_LOG, metrics: NO_METRICS });
  const actor = systemActor(organizationId as OrganizationId, "USD", "verify-ledger");
  return createContext(resources, { actor, requestId: resources.newId("request") });
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

try {
  process.exitCode = await main(process.argv.slice(2));
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = 2;
}
