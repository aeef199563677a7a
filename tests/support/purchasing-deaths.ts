import type { Context } from "../../core/platform/context.ts";
import { runDue } from "../../core/platform/due.ts";
import * as Purchasing from "../../core/purchasing/index.ts";
import { cloudContext } from "./cloud.ts";
import { testActor } from "./context.ts";
import type { Death } from "./dying.ts";
import { aSupplier, type Bought, type FakeSupplier, fakeSupplier } from "./purchasing.ts";
import { stoppedClock } from "./recording.ts";
import { Killed, storeFaults } from "./store-faults.ts";
import { only } from "./sweeps.ts";

/** What a process that may die does, and what is asked of it by people. */
export interface Story<T> {
  prepare: (ctx: Context, fake: FakeSupplier, bought: Bought, advance: (ms: number) => void) => Promise<T>;
  /** What a person asks for; the same request is repeated after a death. */
  ask: (ctx: Context, prepared: T) => Promise<unknown>;
  idOf: (prepared: T) => string;
}

export interface Ended<T> {
  ctx: Context;
  fake: FakeSupplier;
  bought: Bought;
  prepared: T;
  /** Calls of the process that was to die, of store and supplier alike. */
  calls: number;
  order: Purchasing.PurchaseOrder;
}

/** Rounds of the schedule that recovery may take: leases end, and what was in doubt is looked for. */
const ROUNDS = 8;
const ROUND_MS = 3 * 60_000;

/** Tells the story in a process that dies at its `fatal`-th call, and then in others as the schedule and the client bring them. */
export async function diesAndRecovers<T>(story: Story<T>, fatal: number, death: Death): Promise<Ended<T>> {
  const actor = testActor({ currency: "KRW" });
  const { now, advance } = stoppedClock();
  const plain = quiet(cloudContext({ actor, now }));
  const fake = fakeSupplier();
  fake.prices = { goods: 6_000, shipping: 2_500 };
  const bought = await aSupplier(plain, 2);
  const prepared = await story.prepare(plain, fake, bought, advance);
  const id = story.idOf(prepared);
  advance(1_000);

  const killed = new Killed(`at call ${fatal}`);
  let calls = 0;
  let isDead = false;
  const fateOf = (): "pass" | "before" | "after" => {
    if (isDead) return "before";
    calls++;
    if (calls !== fatal) return "pass";
    isDead = true;
    return death;
  };
  const { around } = storeFaults(() => {
    const fate = fateOf();
    return fate === "pass" ? "pass" : fate === "before" ? { failWith: killed } : { loseAnswerWith: killed };
  });
  fake.fate = () => {
    const fate = fateOf();
    return fate === "pass" ? "done" : fate === "before" ? { fails: killed } : { losesAnswer: killed };
  };
  const dying = quiet(cloudContext({ actor, now, around, idempotencyKey: "step" }));
  const { openAccount } = fake;
  await story.ask(dying, prepared).catch(ignoreDeath);
  const { idempotencyKey: _key, ...worker } = dying;
  for (const error of (await Purchasing.workPurchaseOrders(worker, { ids: [id], openAccount })).values())
    ignoreDeath(error);

  fake.fate = () => "done";
  advance(1_000);
  await story.ask({ ...plain, idempotencyKey: "step" }, prepared);
  for (let round = 0; round < ROUNDS; round++) {
    for (const due of await dueIds(plain))
      for (const error of (await Purchasing.workPurchaseOrders(plain, { ids: [due], openAccount })).values())
        throw error;
    advance(ROUND_MS);
  }
  return { ctx: plain, fake, bought, prepared, calls, order: await Purchasing.getPurchaseOrder(plain, id) };
}

function ignoreDeath(error: unknown): void {
  if (!(error instanceof Killed)) throw error;
}

/** Messages are lost: only what the schedule finds is worked. */
function quiet(ctx: Context): Context {
  return { ...ctx, queues: { ...ctx.queues, send: () => Promise.resolve() } };
}

/** What the schedule would queue now. */
export async function dueIds(ctx: Context): Promise<string[]> {
  const ids: string[] = [];
  const send: Context["queues"]["send"] = (_queue, message) => Promise.resolve(void ids.push(String(message["id"])));
  const waking = only({ ...ctx, queues: { ...ctx.queues, send } });
  const registry = { [Purchasing.PURCHASE_DUE]: Purchasing.wakePurchaseOrder };
  await runDue(waking, registry, { until: Number.POSITIVE_INFINITY });
  return ids;
}
