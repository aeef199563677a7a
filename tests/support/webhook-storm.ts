import { AsyncLocalStorage } from "node:async_hooks";
import * as Inbound from "../../core/inbound/index.ts";
import type { AroundCall } from "../../core/platform/calls.ts";
import type { Context } from "../../core/platform/context.ts";
import { orgPartition } from "../../core/platform/keys.ts";
import type { Message } from "../../core/platform/queues.ts";
import type { Item, Write } from "../../core/platform/table.ts";
import { stoppedClock } from "./recording.ts";
import { Killed } from "./store-faults.ts";
import { only } from "./sweeps.ts";
import { deliver, eventId, heldQueue, stripeEvent } from "./webhooks.ts";

export interface StormOptions {
  /** Distinct events, and how often each is delivered. */
  events: number;
  times: number;
  /** Objects that the events are about. */
  objects: number;
  clients: number;
  workers: number;
  /** Of each call of a store: how often it fails unsent, how often its answer is lost, how often the process ends there. */
  faults: { fail: number; lose: number; kill: number };
  seed: number;
}

export interface StormResult {
  deliveries: number;
  kills: number;
  failures: number;
  sweeps: number;
  /** What is wrong with the end; nothing should be. */
  faults: string[];
}

const FIRST_CREATED = 1_795_262_400;
const STATE_KIND = "TEST_OBJECT";
const COUNT_KIND = "TEST_COUNT";

/**
 * Many clients deliver the same events many times in any order, to a pipeline whose stores fail and whose workers die at
 * any call; then the clock goes on and the sweep comes until nothing is open. Each event counts itself in its effect and
 * sets its object's state unless that is newer, so that the end can be compared with that of each event once, in order.
 */
export async function storm(
  make: (around: AroundCall, now: () => number) => Promise<Context>,
  options: StormOptions,
): Promise<StormResult> {
  const random = seeded(options.seed);
  const clock = stoppedClock();
  const held = heldQueue();
  const weather = troubled(random, options.faults);
  const quiet = await make((_call, next) => next(), clock.now);
  const ctx = { ...(await make(weather.around, clock.now)), actor: quiet.actor, config: quiet.config };
  const queues = {
    ...held.queues,
    send: (...[queue, message]: Parameters<typeof held.queues.send>) =>
      weather.around({ service: "sqs", operation: "SendMessage" }, () => held.queues.send(queue, message)),
  };
  const shop: Context = { ...ctx, queues };

  const events = Array.from({ length: options.events }, (_, index) =>
    stripeEvent(
      { id: `${eventId()}_${index}`, created: FIRST_CREATED + index },
      { id: `cus_${index % options.objects}`, value: index },
    ),
  );
  const deliveries = shuffled(Array.from({ length: options.times }, () => events).flat(), random);
  const count = deliveries.length;
  let isOver = false;

  const client = async () => {
    for (let event = deliveries.pop(); event; event = deliveries.pop()) {
      try {
        await weather.process(() => deliver(shop, event));
      } catch {
        // Without a 2xx the provider comes again, later.
        deliveries.unshift(event);
      }
    }
  };
  const worker = async () => {
    for (;;) {
      const message = held.messages.shift();
      if (message) await workOnce(message);
      else if (isOver) return;
      else await turn();
    }
  };
  async function workOnce(message: Message) {
    try {
      await weather.process(() => Inbound.workEvent(shop, { stripe: STATEFUL }, message));
    } catch (error) {
      // A dead worker's message comes again when its invisibility ends; so does one that a worker gave back.
      if (!(error instanceof Killed) || random() < 0.5) held.messages.push(message);
    }
  }

  const workers = Array.from({ length: options.workers }, worker);
  await Promise.all(Array.from({ length: options.clients }, client));
  isOver = true;
  await Promise.all(workers);

  let sweeps = 0;
  while ((await openEvents(quiet)) > 0 && sweeps < 200) {
    sweeps++;
    clock.advance(5 * 60_000);
    await weather
      .process(() => Inbound.wakeStuckEvents(only(shop), { until: Number.POSITIVE_INFINITY }))
      .catch(() => undefined);
    const batch = held.take();
    for (let start = 0; start < batch.length; start += options.workers)
      await Promise.all(batch.slice(start, start + options.workers).map(workOnce));
  }
  const faults = await faultsAt(quiet, events, options.objects);
  return { deliveries: count, kills: weather.kills(), failures: weather.failures(), sweeps, faults };
}

/** An event counts itself, and sets its object's value unless something newer has. */
const STATEFUL: () => Promise<Inbound.Effects> = () =>
  Promise.resolve({
    handlers: {
      async "customer.updated"(ctx, event) {
        const { id, value } = (event.payload as { data: { object: { id: string; value: number } } }).data.object;
        const order = await Inbound.orderOf(ctx, event, id);
        const { organizationId } = ctx.actor;
        const writes: Write[] = [
          {
            update: { pk: orgPartition(organizationId, COUNT_KIND), sk: event.externalEventId },
            set: { expression: "ADD applied :one", values: { ":one": 1 } },
          },
        ];
        if (order.verdict === "newer")
          writes.push(order.write, { put: { pk: orgPartition(organizationId, STATE_KIND), sk: id, value } });
        return { outcome: "processed", writes };
      },
    },
  });

async function faultsAt(ctx: Context, events: readonly { id: string }[], objects: number): Promise<string[]> {
  const counts = new Map((await all(ctx, COUNT_KIND)).map((item) => [item["sk"], item["applied"]]));
  const states = new Map((await all(ctx, STATE_KIND)).map((item) => [item["sk"], item["value"]]));
  const open = await openEvents(ctx);
  const faults = open > 0 ? [`${open} events are open`] : [];
  for (const { id } of events)
    if (counts.get(id) !== 1) faults.push(`${id} was applied ${Number(counts.get(id) ?? 0)} times`);
  for (let object = 0; object < objects; object++) {
    const last = object + objects * Math.floor((events.length - 1 - object) / objects);
    if (states.get(`cus_${object}`) !== last)
      faults.push(`cus_${object} is at ${String(states.get(`cus_${object}`))}, not ${last}`);
  }
  return faults;
}

async function openEvents(ctx: Context): Promise<number> {
  const items = await all(ctx, "WEBHOOK_EVENT", "gsi1");
  return items.filter(({ status }) => status !== "processed").length;
}

async function all(ctx: Context, kind: string, index?: "gsi1"): Promise<Item[]> {
  const items: Item[] = [];
  let startKey: Item | undefined;
  do {
    const place = { pk: orgPartition(ctx.actor.organizationId, kind), ...(index ? { index } : { consistent: true }) };
    const page = await ctx.table.query<Item>({ ...place, ...(startKey ? { startKey } : {}) });
    items.push(...page.items);
    startKey = page.lastKey;
  } while (startKey);
  return items;
}

/** Stores in which anything may fail, and processes that may end at any of their calls. */
function troubled(random: () => number, { fail, lose, kill }: StormOptions["faults"]) {
  const processes = new AsyncLocalStorage<{ isDead: boolean }>();
  let [kills, failures] = [0, 0];
  const around: AroundCall = async (_call, next) => {
    const own = processes.getStore();
    if (!own) return next();
    if (own.isDead) throw new Killed("is dead");
    const fate = random();
    if (fate < kill) {
      own.isDead = true;
      kills++;
      if (random() < 0.5) await next();
      throw new Killed("ends here");
    }
    if (fate < kill + fail + lose) failures++;
    if (fate < kill + fail) throw new Error("The store failed");
    const answer = await next();
    if (fate < kill + fail + lose) throw new Error("The answer was lost");
    return answer;
  };
  return {
    around,
    process: <T>(run: () => Promise<T>): Promise<T> => {
      const own = { isDead: false };
      return processes.run(own, async () => {
        const result = await run();
        // What a dead process still answers, nobody hears.
        if (own.isDead) throw new Killed("is dead");
        return result;
      });
    },
    kills: () => kills,
    failures: () => failures,
  };
}

const turn = () => new Promise<void>((resolve) => void setImmediate(resolve));

/** Numbers from 0 to 1 that are the same for the same seed. */
function seeded(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function shuffled<T>(values: T[], random: () => number): T[] {
  for (let last = values.length - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    [values[last], values[other]] = [values[other] as T, values[last] as T];
  }
  return values;
}
