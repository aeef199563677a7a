import { describe, expect, it } from "vitest";
import * as Inventory from "../../core/inventory/index.ts";
import * as Listings from "../../core/listings/index.ts";
import type { AroundCall } from "../../core/platform/calls.ts";
import type { Actor, Context } from "../../core/platform/context.ts";
import { cloudContext } from "../support/cloud.ts";
import { testActor } from "../support/context.ts";
import {
  changesOf,
  keepingQueues,
  makeListing,
  productOnSale,
  project,
  published,
  restock,
  settled,
  stockChange,
} from "../support/listings.ts";
import { stoppedClock } from "../support/recording.ts";
import { Killed, sdkError, storeFaults, transactionCanceled } from "../support/store-faults.ts";

type Kind = "before" | "after";

/** The n-th store or queue call is the process's last: not made, or made with nobody left to hear the answer. */
function dyingAt(fatal: number, kind: Kind) {
  let dead = false;
  const calls: string[] = [];
  let messages = 0;
  const around: AroundCall = async (call, next) => {
    const killed = new Killed(`at call ${fatal}`);
    if (dead) throw killed;
    const isLast = calls.push(call.operation) === fatal;
    if (isLast) dead = true;
    if (isLast && kind === "before") throw killed;
    const answer = await next();
    if (call.service === "sqs") messages++;
    if (isLast) throw killed;
    return answer;
  };
  return { around, calls, delivered: () => messages };
}

const take = (ctx: Context, productId: string, quantity: number) =>
  Inventory.adjust(ctx, { productId, input: { changeType: "damaged", quantity } });

/** The sweep looks at every organisation; here only at this one's. */
function only(ctx: Context): Context {
  const query: Context["table"]["query"] = async (input) => {
    const page = await ctx.table.query<never>(input);
    if (!String(input.pk).startsWith("SCHEDULE#")) return page;
    const mine = page.items.filter((item) => String(item["sk"]).startsWith(ctx.actor.organizationId));
    return { ...page, items: mine };
  };
  return { ...ctx, table: { ...ctx.table, query } };
}

/** A channel whose own record of what it shows outlives every worker. */
function channel() {
  const told: number[] = [];
  const targets: Listings.ListingTargets = {
    ebay: {
      takesPresale: true,
      load: () =>
        Promise.resolve({
          takesPresale: true,
          maxBatch: 10,
          setQuantities: (_ctx, updates) => {
            told.push(...updates.map(({ offer }) => offer.quantity));
            return Promise.resolve(updates.map(({ listingId }) => ({ listingId, ok: true as const })));
          },
        }),
    },
  };
  return { targets, told };
}

interface Prepared {
  actor: Actor;
  clock: ReturnType<typeof stoppedClock>;
  plain: ReturnType<typeof keepingQueues>;
  /** With the given layer under its stores and queues. */
  with: (around: AroundCall) => Context;
}

function prepared(): Prepared {
  const [actor, clock] = [testActor(), stoppedClock()];
  const plain = keepingQueues(cloudContext({ actor, now: clock.now }));
  return { actor, clock, plain, with: (around) => cloudContext({ actor, now: clock.now, around }) };
}

const dies = async (work: Promise<unknown>) => {
  await work.catch((error: unknown) => {
    if (!(error instanceof Killed)) throw error;
  });
};

/** As many calls as the undisturbed run makes, one killed in each run; returns how many that were. */
async function everyCall(run: (fatal: number) => Promise<number>): Promise<number> {
  const undisturbed = await run(Number.POSITIVE_INFINITY);
  for (let fatal = 1; fatal <= undisturbed; fatal++) await run(fatal);
  return undisturbed;
}

describe.each<Kind>(["before", "after"])("a stream's batch whose process dies %s a call", (kind) => {
  it("comes again and loses no update: each is queued with what is there", async () => {
    const calls = await everyCall(async (fatal) => {
      const { plain, with: over } = prepared();
      const { ctx, sent } = plain;
      const products = [await productOnSale(ctx), await productOnSale(ctx)];
      const ids: string[] = [];
      for (const productId of products) {
        await restock(ctx, productId, 5);
        ids.push(await published(ctx, productId));
        await take(ctx, productId, 3);
      }
      const changes = products.map((productId) => stockChange(ctx, productId));
      sent.length = 0;
      const dying = dyingAt(fatal, kind);
      await dies(Listings.projectQuantities(over(dying.around), changes));
      const died = Number.isFinite(fatal);
      if (died) await Listings.projectQuantities(ctx, changes);
      // What the dead process had not sent, the repetition did; what it had sent may come once more.
      if (dying.delivered() === 0) expect(sent.toSorted(), `call ${fatal}`).toEqual(ids.toSorted());
      await Listings.publishQuantities(ctx, { ids });
      for (const id of ids)
        expect(await Listings.getListing(ctx, id), `call ${fatal}`).toMatchObject({
          published: { quantity: 2 },
          update: { state: "published" },
        });
      return dying.calls.length;
    });
    expect(calls).toBeGreaterThanOrEqual(11);
  });

  it("and whose repetition finds newer stock of the same effect leaves it to the sweep", async () => {
    await everyCall(async (fatal) => {
      const { plain, clock, with: over } = prepared();
      const { ctx, sent } = plain;
      const productId = await productOnSale(ctx);
      await restock(ctx, productId, 9);
      const id = await published(ctx, productId, { maxQuantity: 5 });
      await take(ctx, productId, 7);
      const change = stockChange(ctx, productId);
      const dying = dyingAt(fatal, kind);
      await dies(Listings.projectQuantities(over(dying.around), [change]));
      // One comes and one goes: another stamp, the same quantity.
      await restock(ctx, productId, 1);
      await take(ctx, productId, 1);
      sent.length = 0;
      await Listings.projectQuantities(ctx, [change]);
      clock.advance(61_000);
      await Listings.wakeStuckUpdates(only(ctx));
      expect(sent, `call ${fatal}`).toContain(id);
      await Listings.publishQuantities(ctx, { ids: [id] });
      expect(await Listings.getListing(ctx, id)).toMatchObject({ published: { quantity: 2 } });
      return dying.calls.length;
    });
  });
});

type Scenario = (
  ctx: Context,
  targets: Listings.ListingTargets,
) => Promise<{ id: string; expected: object; shows: number }>;

const listed = async (ctx: Context, targets: Listings.ListingTargets, units: number) => {
  const productId = await productOnSale(ctx);
  await restock(ctx, productId, units);
  const { id } = await makeListing(ctx, productId, { platformType: "ebay" });
  await project(ctx, { listings: [id] });
  await Listings.command(ctx, { id, command: "publish" }, targets);
  return { id, productId };
};
const calculate = async (ctx: Context, targets: Listings.ListingTargets, id: string) =>
  Listings.projectQuantities(ctx, await changesOf(ctx, { listings: [id] }), { targets });

const SCENARIOS: [string, Scenario][] = [
  [
    "that publishes a listing for the first time",
    async (ctx, targets) => {
      const { id } = await listed(ctx, targets, 5);
      await calculate(ctx, targets, id);
      return {
        id,
        shows: 5,
        expected: { status: "active", published: { quantity: 5 }, update: { state: "published" } },
      };
    },
  ],
  [
    "that takes the last unit off its channel",
    async (ctx, targets) => {
      const { id, productId } = await listed(ctx, targets, 5);
      await settled(ctx, [id], targets);
      await take(ctx, productId, 5);
      await calculate(ctx, targets, id);
      return {
        id,
        shows: 0,
        expected: { status: "active", published: { quantity: 0 }, update: { state: "published" } },
      };
    },
  ],
  [
    "that ends a listing",
    async (ctx, targets) => {
      const { id } = await listed(ctx, targets, 5);
      await settled(ctx, [id], targets);
      await Listings.command(ctx, { id, command: "end" }, targets);
      await calculate(ctx, targets, id);
      return {
        id,
        shows: 0,
        expected: { status: "ended", published: { quantity: 0 }, update: { state: "published" } },
      };
    },
  ],
];

describe.each(SCENARIOS)("a worker %s", (_name, scenario) => {
  it.each<Kind>(["before", "after"])(
    "may die %s any of its calls: the next one finishes, and the channel shows what is there",
    async (kind) => {
      const calls = await everyCall(async (fatal) => {
        const { plain, clock, with: over } = prepared();
        const { ctx } = plain;
        const { targets, told } = channel();
        const { id, expected, shows } = await scenario(ctx, targets);
        const dying = dyingAt(fatal, kind);
        const failed = await Listings.publishQuantities(over(dying.around), { ids: [id] }, targets).catch(
          (error: unknown) => new Map([[id, error]]),
        );
        if (failed.size > 0) {
          // Its message comes again when its lease has ended.
          clock.advance(91_000);
          await Listings.publishQuantities(ctx, { ids: [id] }, targets);
        }
        const listing = await Listings.getListing(ctx, id);
        expect(listing, `call ${fatal} of ${dying.calls.join()}`).toMatchObject(expected);
        expect(told.at(-1), `call ${fatal}`).toBe(shows);
        expect(listing.update.attempts).toBeUndefined();
        return dying.calls.length;
      });
      expect(calls).toBeGreaterThanOrEqual(3);
    },
  );

  it("gets through throttles and conflicts of the database at any of its calls", async () => {
    await everyCall(async (fatal) => {
      const { plain, with: over } = prepared();
      const { targets, told } = channel();
      const { id, expected, shows } = await scenario(plain.ctx, targets);
      const { around, calls } = storeFaults(({ operation }, number) => {
        if (number !== fatal) return "pass";
        return {
          failWith:
            operation === "TransactWriteItems"
              ? transactionCanceled("TransactionConflict")
              : sdkError("ThrottlingException"),
        };
      });
      await Listings.publishQuantities(over(around), { ids: [id] }, targets);
      expect(await Listings.getListing(plain.ctx, id), `call ${fatal}`).toMatchObject(expected);
      expect(told.at(-1)).toBe(shows);
      return Number.isFinite(fatal) ? 0 : calls.length;
    });
  });
});

describe("what a dead worker may have told", () => {
  it("is told again even where the record says the channel shows it already", async () => {
    const { plain, clock, with: over } = prepared();
    const { ctx } = plain;
    const { targets, told } = channel();
    const { id, productId } = await listed(ctx, targets, 5);
    await settled(ctx, [id], targets);
    await take(ctx, productId, 5);
    await calculate(ctx, targets, id);
    // Sold out is told; the worker dies before it can write that down, and one unit comes back, as the record has it.
    await Listings.publishQuantities(over(dyingAt(3, "before").around), { ids: [id] }, targets);
    expect(told).toEqual([5, 0]);
    await restock(ctx, productId, 5);
    await Listings.projectQuantities(ctx, [stockChange(ctx, productId)], { targets });
    clock.advance(91_000);
    await Listings.publishQuantities(ctx, { ids: [id] }, targets);
    expect(told).toEqual([5, 0, 5]);
  });
});

describe("a queue that is down", () => {
  it("makes the stream repeat the batch, and the update is queued when it is back", async () => {
    const { plain, with: over } = prepared();
    const { ctx, sent } = plain;
    const productId = await productOnSale(ctx);
    await restock(ctx, productId, 5);
    const id = await published(ctx, productId);
    await take(ctx, productId, 1);
    sent.length = 0;
    const { around } = storeFaults(({ service }) => (service === "sqs" ? { failWith: new Error("down") } : "pass"));
    const change = stockChange(ctx, productId);
    await expect(Listings.projectQuantities(over(around), [change])).rejects.toThrow("down");
    await Listings.projectQuantities(ctx, [change]);
    expect(sent).toEqual([id]);
  });
});

describe("one product that cannot be calculated", () => {
  it("keeps no other product's update back", async () => {
    const { plain } = prepared();
    const { ctx, sent } = plain;
    const products = [await productOnSale(ctx), await productOnSale(ctx)];
    const ids: string[] = [];
    for (const productId of products) {
      await restock(ctx, productId, 5);
      ids.push(await published(ctx, productId));
      await take(ctx, productId, 1);
    }
    sent.length = 0;
    const query: Context["table"]["query"] = (input) =>
      input.prefix?.startsWith(products[0] ?? "") ? Promise.reject(new Error("poison")) : ctx.table.query(input);
    const poisoned = { ...ctx, table: { ...ctx.table, query } };
    const changes = products.map((productId) => stockChange(ctx, productId));
    await expect(Listings.projectQuantities(poisoned, changes)).rejects.toThrow("poison");
    expect(sent).toEqual([ids[1]]);
  });
});
