import { AsyncLocalStorage } from "node:async_hooks";
import * as Inventory from "../../core/inventory/index.ts";
import * as Orders from "../../core/orders/index.ts";
import type { AroundCall, StoreCall } from "../../core/platform/calls.ts";
import type { Context } from "../../core/platform/context.ts";
import { AppError } from "../../core/platform/errors.ts";
import { cloudContext } from "./cloud.ts";
import { testActor } from "./context.ts";
import { between, oneOf, seeded } from "./seeded.ts";
import { stocked } from "./stock.ts";
import { type Fate, Killed } from "./store-faults.ts";

/** Our own shop knows its requests by Idempotency-Key, the marketplaces theirs by the order's id. */
const CHANNELS = ["shop", "stockx", "ebay", "shopify"] as const;
const SKUS = 10;
export const UNITS = 20;
/** A set of two of the first and one of the second: it and its parts draw on the same units. */
const SET = { sku: "SET", parts: [2, 1] };
/** Of these the shop may not sell the last units; who has sold them already may. */
const BUFFERED: Record<number, number> = { 1: 4, 4: 7 };
/** How often a buyer's client repeats what it got no proper answer to. */
const REPEATS = 40;

export interface SellOut {
  seed: number;
  orders: number;
  /** Whether all units are in one place, or some of each in another that sells as well. */
  isSpread?: boolean;
  /** What happens to a call of this process; `kill` ends the process with it. */
  fate?: (call: StoreCall, random: () => number) => Fate | "killBefore" | "killAfter";
}

export interface Told {
  identity: string;
  answer: { orderId: string; isDuplicate: boolean } | { refused: string };
}

export interface SoldOut {
  ctx: Context;
  productIds: string[];
  told: Told[];
  /** Stock items that were seen in between with numbers that cannot be. */
  impossible: string[];
  /** Calls that were not just passed on. */
  faults: number;
}

/**
 * Orders from four channels at once for far more than there is: one to three lines, some told of twice or three times,
 * some cancelled again, all by processes that may meet faults and die. Everything by chance, and by the seed.
 */
export async function sellOut({ seed, orders, isSpread = false, fate }: SellOut): Promise<SoldOut> {
  const random = seeded(seed);
  const actor = testActor();
  const quiet = cloudContext({ actor });
  const productIds = await makeShop(quiet, isSpread);
  const lives = new AsyncLocalStorage<{ isDead: boolean }>();
  let faults = 0;
  const around: AroundCall = async (call, next) => {
    const life = lives.getStore();
    const killed = new Killed("The process has ended");
    if (life?.isDead) throw killed;
    const decided = fate?.(call, random) ?? "pass";
    if (decided === "pass") return next();
    faults++;
    if (decided === "killBefore" || decided === "killAfter") {
      if (life) life.isDead = true;
      if (decided === "killAfter") await next();
      throw killed;
    }
    if ("failWith" in decided) throw decided.failWith;
    await next();
    throw decided.loseAnswerWith;
  };
  const processes = new Map(CHANNELS.map((channel) => [channel, cloudContext({ actor, around })]));

  /** Until there is a proper answer: whoever got none asks again, of a process that is alive. */
  const insist = async <T>(run: () => Promise<T>): Promise<T | AppError> => {
    for (let attempt = 1; ; attempt++) {
      try {
        return await lives.run({ isDead: false }, run);
      } catch (error) {
        if (error instanceof AppError && !error.retryable) return error;
        if (attempt >= REPEATS) throw error;
      }
    }
  };
  const told: Told[] = [];
  const buy = async ({ channel, key, lines, cancels }: Purchase) => {
    const process = processes.get(channel) ?? quiet;
    const ctx: Context = channel === "shop" ? { ...process, idempotencyKey: key } : process;
    const named = channel === "shop" ? {} : { externalId: key };
    const identity = `${channel} ${key}`;
    const placed = await insist(() => Orders.placeOrder(ctx, { channel, ...named, lines }));
    if (placed instanceof AppError) return void told.push({ identity, answer: { refused: placed.code } });
    const { order, isDuplicate } = placed;
    told.push({ identity, answer: { orderId: order.id, isDuplicate } });
    // Twice at once: it gives its units back once.
    const cancel = () => insist(() => Orders.cancelOrder(process, { id: order.id, input: { reason: "changed mind" } }));
    if (cancels) await Promise.all([cancel(), cancel()]);
  };

  const impossible: string[] = [];
  const over = new AbortController();
  const watching = watch(quiet, impossible, over.signal);
  await Promise.all(purchases(random, orders).map(buy));
  over.abort();
  await watching;
  return { ctx: quiet, productIds, told, impossible, faults };
}

async function makeShop(ctx: Context, isSpread: boolean): Promise<string[]> {
  const productIds: string[] = [];
  const other = isSpread ? (await Inventory.createLocation(ctx, { name: "Other" })).id : undefined;
  for (let n = 0; n < SKUS; n++) {
    const elsewhere = other === undefined ? 0 : n;
    const { id: productId } = await stocked(ctx, `S-${n}`, UNITS - elsewhere);
    productIds.push(productId);
    const rest = { changeType: "restock", quantity: elsewhere, locationId: other };
    if (elsewhere > 0) await Inventory.adjust(ctx, { productId, input: rest });
    const quantity = BUFFERED[n];
    if (quantity !== undefined) await Inventory.setBuffer(ctx, { productId, input: { quantity } });
  }
  const set = await stocked(ctx, SET.sku, 0);
  const components = SET.parts.map((quantity, n) => ({ productId: productIds[n], quantity }));
  await Inventory.setBundle(ctx, { productId: set.id, input: { components } });
  return productIds;
}

interface Purchase {
  channel: (typeof CHANNELS)[number];
  /** The channel's id of the order, or the request's key. */
  key: string;
  lines: { sku: string; quantity: number }[];
  cancels: boolean;
}

function purchases(random: () => number, count: number): Purchase[] {
  const all: Purchase[] = [];
  while (all.length < count) {
    const again = all.length > 0 && random() < 0.2 ? oneOf(random, all) : undefined;
    const lines = Array.from({ length: between(random, 1, 3) }, () => ({
      sku: random() < 0.05 ? SET.sku : `S-${between(random, 0, SKUS - 1)}`,
      quantity: between(random, 1, 2),
    }));
    const fresh = { channel: oneOf(random, CHANNELS), key: `K-${all.length}`, lines, cancels: random() < 0.25 };
    all.push(again ?? fresh);
  }
  return all;
}

/** Looks at the stock all the while: every number that anyone could read in between must be possible. */
async function watch(ctx: Context, impossible: string[], over: AbortSignal): Promise<void> {
  while (!over.aborted) {
    const { items } = await ctx.table.query({ pk: `${ctx.actor.organizationId}#STOCK` as never, consistent: true });
    for (const item of items) {
      if (item["entity"] !== "stock") continue;
      const [onHand = 0, reserved = 0, buffer = 0, free = 0, available = 0] = [
        "onHand",
        "reserved",
        "buffer",
        "free",
        "available",
      ].map((name) => Number(item[name] ?? 0));
      const isPossible = reserved >= 0 && free >= 0 && free === onHand - reserved && available === free - buffer;
      if (!isPossible) impossible.push(JSON.stringify(item));
    }
  }
}
