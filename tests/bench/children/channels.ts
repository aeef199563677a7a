import { DeleteMessageBatchCommand, ReceiveMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import * as Accounts from "../../../core/accounts/index.ts";
import * as Catalog from "../../../core/catalog/index.ts";
import * as Channels from "../../../core/channels/index.ts";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Listings from "../../../core/listings/index.ts";
import * as Orders from "../../../core/orders/index.ts";
import { type Context, createContext } from "../../../core/platform/context.ts";
import { inParallel } from "../../../core/platform/in-parallel.ts";
import { NO_LOG } from "../../../core/platform/log.ts";
import { NO_METRICS } from "../../../core/platform/metrics.ts";
import { createResources } from "../../../functions/resources.ts";
import { testActor } from "../../support/context.ts";
import { makeListing, restock, settled, stockChange } from "../../support/listings.ts";
import { serve } from "../support/serve.ts";
import { type Goods, startChannels } from "./channel-stand-ins.ts";

export interface Rush {
  /** Products whose four channels wait to be told. */
  waiting: number;
  /** Orders of eBay, each of the last unit of a product. */
  orders: number;
  everyMs: number;
  /** As many as AWS runs of a queue's worker. */
  workers: number;
}

export interface Rushed {
  /** Updates that waited when the first order came. */
  waiting: number;
  /** Milliseconds from each order to its updates being in the queue. */
  queued: number[];
  /** By channel: milliseconds from then to the channel's answer to being told that nothing is left. */
  told: Record<string, number[]>;
  /** Waiting updates that were told before the last delist, of all. */
  overtaken: number;
  seconds: number;
}

const AT_ONCE = 8;
const CHANNELS = ["ebay", "shopify", "stockx", "alias"];

/** Real connectors and budgets against stand-ins; the table's stream is called by hand, so its own lag is not in it. */
async function rush({ waiting, orders, everyMs, workers }: Rush): Promise<Rushed> {
  const stands = await startChannels(waiting + orders);
  const env = { ...process.env, ...stands.environment };
  const resources = createResources(env, { log: NO_LOG, metrics: NO_METRICS });
  const ctx = createContext(resources, { actor: testActor(), requestId: "req_bench" });
  for (const account of stands.accounts) await Accounts.createAccount(ctx, account);
  const answered = new Map<string, number>();
  const targets = timed(Channels.listingTargets(), answered);
  const made = await listGoods(ctx, stands.goods);
  const [others, sold] = [made.slice(0, waiting), made.slice(waiting)];
  await inParallel(others, AT_ONCE, async ({ productId }) => restock(ctx, productId, 1));
  const project = (productId: string) => Listings.projectQuantities(ctx, [stockChange(ctx, productId)], { targets });
  await inParallel(others, AT_ONCE, ({ productId }) => project(productId));
  answered.clear();

  const begun = performance.now();
  const orderedAt = new Map<string, number>();
  const queuedAt = new Map<string, number>();
  const urgent = sold.flatMap(({ listings }) => [...listings.values()]);
  const stop = work(ctx, { targets, workers, url: resources.config.queueUrls.channelUpdates });
  for (const [number, { productId, sku }] of sold.entries()) {
    orderedAt.set(productId, performance.now());
    void sell(ctx, sku, number)
      .then(() => project(productId))
      .then(() => queuedAt.set(productId, performance.now()));
    await new Promise((resolve) => setTimeout(resolve, everyMs));
  }
  while (urgent.some((id) => !answered.has(id))) await new Promise((resolve) => setTimeout(resolve, 50));
  await stop();
  const last = Math.max(...urgent.map((id) => answered.get(id) ?? 0));
  const bulk = others.flatMap(({ listings }) => [...listings.values()]);
  await stands.stop();
  return {
    waiting: bulk.length,
    queued: sold.map(({ productId }) => (queuedAt.get(productId) ?? 0) - (orderedAt.get(productId) ?? 0)),
    told: Object.fromEntries(
      CHANNELS.slice(1).map((channel) => [
        channel,
        sold.map(({ productId, listings }) => {
          const at = answered.get(listings.get(channel) ?? "") ?? Number.POSITIVE_INFINITY;
          return at - (queuedAt.get(productId) ?? 0);
        }),
      ]),
    ),
    overtaken: bulk.filter((id) => (answered.get(id) ?? Number.POSITIVE_INFINITY) > last).length,
    seconds: (performance.now() - begun) / 1000,
  };
}

/** Notes when a channel has answered for a listing. */
function timed(targets: Listings.ListingTargets, answered: Map<string, number>): Listings.ListingTargets {
  const entries = Object.entries(targets).map(([name, entry]): [string, Listings.ListingTargetEntry] => [
    name,
    {
      ...entry,
      load: async () => {
        const target = await entry.load();
        return {
          ...target,
          async setQuantities(ctx, updates, urgency) {
            const results = await target.setQuantities(ctx, updates, urgency);
            for (const { listingId, ok } of results)
              if (ok === true || ok === "pending") answered.set(listingId, performance.now());
            return results;
          },
        };
      },
    },
  ]);
  return Object.fromEntries(entries);
}

interface Made {
  productId: string;
  sku: string;
  listings: Map<string, string>;
}

/** Each product with one unit, on sale, and shown on all four channels. */
async function listGoods(ctx: Context, goods: readonly Goods[]): Promise<Made[]> {
  const quiet = { ...ctx, queues: { ...ctx.queues, send: async () => {}, sendAll: async () => {} } };
  const agreeing = Object.fromEntries(CHANNELS.map((name) => [name, AGREES]));
  const made: Made[] = [];
  await inParallel(goods, AT_ONCE, async ({ sku, skus }) => {
    const money = (amount: string) => ({ amount, currency: "USD" });
    const product = { sku, name: sku, cost: money("10.00"), price: money("20.00") };
    const { id: productId } = await Catalog.createProduct(quiet, product);
    await Catalog.changeStatus(quiet, { id: productId, transition: "activate" });
    await Inventory.adjust(quiet, { productId, input: { changeType: "restock", quantity: 1 } });
    const listings = new Map<string, string>();
    for (const [platformType, platformSku] of Object.entries(skus)) {
      const { id } = await makeListing(quiet, productId, { platformType, platformSku });
      await Listings.command(quiet, { id, command: "publish" }, agreeing);
      listings.set(platformType, id);
    }
    await settled(quiet, [...listings.values()], agreeing);
    made.push({ productId, sku, listings });
  });
  return made;
}

/** A channel that shows already what it is told: the goods were put there with one unit each. */
const AGREES: Listings.ListingTargetEntry = {
  takesPresale: true,
  load: () =>
    Promise.resolve({
      takesPresale: true,
      maxBatch: 100,
      setQuantities: (_ctx, updates) =>
        Promise.resolve(updates.map(({ listingId }) => ({ listingId, ok: true as const }))),
    }),
};

async function sell(ctx: Context, sku: string, number: number): Promise<void> {
  const unitPrice = { minor: 2_000, currency: "USD" };
  const draft = {
    channel: "ebay",
    externalId: `01-${number}`,
    status: "paid" as const,
    isStatusKnown: true,
    placedAt: new Date().toISOString(),
    currency: "USD",
    lines: [{ sku, quantity: 1, unitPrice }],
    warnings: [],
  };
  await Orders.recordOrder(ctx, draft, { affectsStock: true });
}

/** Workers as Lambda runs them: ten messages each, those that failed left to come again. Returns how they are stopped. */
function work(
  ctx: Context,
  { targets, workers, url }: { targets: Listings.ListingTargets; workers: number; url: string },
): () => Promise<void> {
  const client = new SQSClient({});
  const ended = new AbortController();
  const loop = async () => {
    while (!ended.signal.aborted) {
      const receive = new ReceiveMessageCommand({ QueueUrl: url, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 });
      const { Messages: messages = [] } = await client.send(receive);
      if (messages.length === 0) continue;
      const idOf = (body = "{}") => (JSON.parse(body) as { id: string }).id;
      const failed = await Listings.publishQuantities(ctx, { ids: messages.map(({ Body }) => idOf(Body)) }, targets);
      const done = messages.filter(({ Body }) => !failed.has(idOf(Body)));
      const Entries = done.map(({ ReceiptHandle }, index) => ({ Id: String(index), ReceiptHandle }));
      if (Entries.length > 0) await client.send(new DeleteMessageBatchCommand({ QueueUrl: url, Entries }));
    }
  };
  const all = Promise.all(Array.from({ length: workers }, loop));
  return async () => {
    ended.abort();
    await all;
    client.destroy();
  };
}

serve({ rush });
