import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, TransactWriteCommand, UpdateCommand } from "@aws-sdk/lib-dynamodb";
import * as Catalog from "../../../core/catalog/index.ts";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import * as Organizations from "../../../core/organizations/index.ts";
import { type Context, createContext, systemActor } from "../../../core/platform/context.ts";
import { NO_LOG } from "../../../core/platform/log.ts";
import { NO_METRICS } from "../../../core/platform/metrics.ts";
import { createResources } from "../../../functions/resources.ts";
import { type Call, madeAnew, recordCalls } from "../support/record.ts";
import { serve, spent, type Spent } from "../support/serve.ts";

/** So many times, so many of them at once. */
export interface Work {
  count: number;
  atOnce: number;
}

const PLENTY = 1_000_000;
const usd = (amount: string) => ({ amount, currency: "USD" });
const documents = DynamoDBDocumentClient.from(new DynamoDBClient({ maxAttempts: 4 }), {
  marshallOptions: { removeUndefinedValues: true },
});

let shop: { ctx: Context; hot: string; others: string[]; transaction: Call["input"] } | undefined;
let made = 0;

/** One product that everybody wants, and some that nobody else touches, all with plenty in stock. */
async function prepare({ others: count }: { others: number }): Promise<void> {
  const resources = createResources(process.env, { log: NO_LOG, metrics: NO_METRICS });
  const organization = await Organizations.createOrganization(resources, { name: "Bench", currency: "USD" });
  const actor = systemActor(organization.id, "USD", "bench");
  const ctx = createContext(resources, { actor, requestId: "req_bench" });
  const ids: string[] = [];
  for (let n = 0; n <= count; n++) {
    const amounts = { cost: usd("1.00"), price: usd("9.99") };
    const { id } = await Catalog.createProduct(ctx, { sku: `STOCK-${n}`, name: `Product ${n}`, ...amounts });
    const input = { changeType: "restock", quantity: PLENTY, unitCost: usd("1.00") };
    await Inventory.adjust(ctx, { productId: id, input });
    ids.push(id);
  }
  const [hot = "", ...others] = ids;
  const { calls } = await recordCalls(() => order(ctx, hot));
  const transaction = calls.find(({ command }) => command === "TransactWriteCommand")?.input;
  if (!transaction) throw new Error("An order was placed without a transaction");
  shop = { ctx, hot, others, transaction };
}

const order = (ctx: Context, productId: string) =>
  Orders.placeOrder(ctx, { channel: "shop", lines: [{ productId, quantity: 1 }] });

function prepared() {
  if (!shop) throw new Error("There is no shop yet");
  return shop;
}

async function many({ count, atOnce }: Work, one: (n: number) => Promise<unknown>): Promise<Spent> {
  let next = 0;
  const worker = async () => {
    for (let n = next++; n < count; n = next++) await one(n);
  };
  return spent(() => Promise.all(Array.from({ length: atOnce }, worker)));
}

/** Orders of one unit of the product that everybody wants. */
const placeHot = (work: Work) => many(work, () => order(prepared().ctx, prepared().hot));

/** Units of it held for a while, as for a basket. */
const reserveHot = (work: Work) =>
  many(work, () =>
    Inventory.createReservation(prepared().ctx, { lines: [{ productId: prepared().hot, quantity: 1 }] }),
  );

/** The transaction of such an order and nothing else. */
async function floorTransaction(work: Work): Promise<Spent> {
  const { transaction } = prepared();
  const inputs = Array.from({ length: work.count }, () => madeAnew(transaction, ++made));
  return many(work, (n) => documents.send(new TransactWriteCommand(inputs[n] as never)));
}

/** Only the conditional update of the stock item, by itself: no order, no ledger, nothing that says who has the unit. */
async function floorUpdate(work: Work): Promise<Spent> {
  const { transaction } = prepared();
  const items = transaction["TransactItems"] as { Update?: Record<string, unknown> & { Key: { sk: string } } }[];
  const update = items.find((item) => item.Update?.Key.sk.startsWith("prd_"))?.Update;
  if (!update) throw new Error("The transaction has no stock item");
  return many(work, () => documents.send(new UpdateCommand(update as never)));
}

/** Units that come and go, of one product or of each its own. */
async function adjust({ ofOne, ...work }: Work & { ofOne: boolean }): Promise<Spent> {
  const { ctx, others } = prepared();
  return many(work, (n) => {
    const productId = others[ofOne ? 0 : n % others.length] ?? "";
    const input = n % 2 === 0 ? { changeType: "damaged" } : { changeType: "manual", direction: "out" };
    return Inventory.adjust(ctx, { productId, input: { ...input, quantity: 1 } });
  });
}

async function callsOfAdjustment(): Promise<string[]> {
  const { ctx, others } = prepared();
  const input = { changeType: "damaged", quantity: 1 };
  const { calls } = await recordCalls(() => Inventory.adjust(ctx, { productId: others[0] ?? "", input }));
  return calls.map(({ command }) => command.replace(/Command$/, ""));
}

serve({ prepare, placeHot, reserveHot, floorTransaction, floorUpdate, adjust, callsOfAdjustment });
