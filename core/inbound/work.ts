import * as z from "zod";
import { type Context, createContext, type Resources, systemActor } from "../platform/context.ts";
import { AppError } from "../platform/errors.ts";
import { parse } from "../platform/parse.ts";
import { ConditionFailed, TransactionCanceled } from "../platform/table-errors.ts";
import type { Effect, EffectRegistry, InboundEvent } from "./effects.ts";
import { type EventRecord, MAX_ATTEMPTS, pauseMs } from "./event.ts";
import { claim, type Ending, endWrite } from "./event.store.ts";
import { bodyOf } from "./keep.ts";
import { ownerOf } from "./owner.ts";
import type { Json } from "./providers/adapter.ts";
import { queueEvent } from "./queue.ts";

/** What the queue says of an event: where it is. */
const WorkSchema = z.lazy(() =>
  z.object({ scope: z.string().min(1), externalEventId: z.string().min(1), part: z.string().min(1) }),
);

/** DynamoDB takes a hundred writes in a transaction, and one is the event's own. */
const MAX_WRITES = 99;

/** Readings that went out of date before they could be committed; beyond it, the event waits a while. */
const MAX_DECISIONS = 5;

/** `notMine`: somebody else has it, it is done, or its time has not come. */
export type Worked = "processed" | "ignored" | "failed" | "postponed" | "notMine";

/**
 * Applies an event:
 *
 *   claim under a lease → whose is it → effect → its writes + "processed", one transaction
 *
 * What dies between any two of these has changed nothing but the lease, which ends; the sweep then queues the event
 * again. Throws only when not even the failure could be written down: the queue and the sweep come again.
 */
export async function workEvent(resources: Resources, registry: EffectRegistry, message: unknown): Promise<Worked> {
  const event = await claim(resources, parse(WorkSchema, message), resources.newId("request"));
  if (!event) return "notMine";
  const worked = await attempt(resources, registry, event);
  resources.metrics.count("webhook_events_worked_total", { provider: event.provider, outcome: worked });
  return worked;
}

async function attempt(resources: Resources, registry: EffectRegistry, event: EventRecord): Promise<Worked> {
  // A worker that is killed, by its memory or its time, writes no failure down: so many are not by chance.
  if (event.attempts > MAX_ATTEMPTS)
    return giveUp(resources, event, "The workers that took it up did not live to end it");
  try {
    return await apply(resources, registry, event);
  } catch (error) {
    return failOrPostpone(resources, event, error);
  }
}

async function apply(resources: Resources, registry: EffectRegistry, event: EventRecord): Promise<Worked> {
  const payload = JSON.parse(await bodyOf(resources, event)) as Json;
  const owner = await ownerOf(resources, event, payload);
  if (!owner) throw new AppError("STATE_CONFLICT", "It is not known which organisation this event belongs to");
  const owned = { ...event, ...owner };
  const actor = systemActor(owner.organizationId, owner.currency, `webhook:${event.provider}`);
  const requestId = resources.newId("request");
  const log = resources.log.with({ requestId, organizationId: owner.organizationId, eventId: event.id });
  const ctx = createContext({ ...resources, log }, { actor, requestId });
  for (let decision = 1; ; decision++) {
    const effect = await decide(ctx, registry, eventFor(event, payload));
    const { outcome, writes, note } = effect;
    if (writes.length > MAX_WRITES)
      throw new Error(`The effect has ${writes.length} writes, more than one transaction takes`);
    const done = await commit(resources, owned, { status: outcome, note }, writes);
    if (done === "committed") return outcome;
    if (done === "lost") return "notMine";
    if (decision === MAX_DECISIONS) throw done;
  }
}

function eventFor(event: EventRecord, payload: Json): InboundEvent {
  const { id, provider, sourceId, externalEventId, eventType, occurredAtMs, attempts: attempt_ } = event;
  const source = sourceId === undefined ? {} : { sourceId };
  return { id, provider, ...source, externalEventId, eventType, occurredAtMs, payload, attempt: attempt_ };
}

async function decide(ctx: Context, registry: EffectRegistry, event: InboundEvent): Promise<Effect> {
  const effects = await registry[event.provider]?.();
  const handler =
    effects && Object.hasOwn(effects.handlers, event.eventType) ? effects.handlers[event.eventType] : undefined;
  if (handler) return handler(ctx, event);
  const known = effects?.ignored;
  const reason = known && Object.hasOwn(known, event.eventType) ? known[event.eventType] : undefined;
  return { outcome: "ignored", writes: [], note: reason ?? "Nothing is made of events of this type" };
}

/** `lost`: the lease is not ours any more, and nothing was applied. An error: the effect's reading was out of date. */
async function commit(
  { table, now }: Resources,
  event: EventRecord,
  ending: Ending,
  writes: Effect["writes"],
): Promise<"committed" | "lost" | TransactionCanceled> {
  const own = endWrite({ now }, event, ending);
  try {
    if (writes.length === 0) await table.update(own.update, own.set, own.condition);
    else await table.transact([own, ...writes]);
    return "committed";
  } catch (error) {
    if (error instanceof ConditionFailed) return "lost";
    if (!(error instanceof TransactionCanceled)) throw error;
    return error.failedAt(0) ? "lost" : error;
  }
}

async function failOrPostpone(resources: Resources, event: EventRecord, error: unknown): Promise<Worked> {
  const { id, provider, eventType, attempts } = event;
  const about = { eventId: id, provider, eventType, attempts, error };
  // What is ours may say more than its reader should see: the log has it whole.
  const reason = error instanceof AppError ? error.message : "An internal fault kept it from being applied";
  if (attempts >= MAX_ATTEMPTS) {
    resources.log.error("An event was given up", about);
    return giveUp(resources, event, reason);
  }
  resources.log.warn("An event could not be applied and is tried again", about);
  const pause = pauseMs(attempts);
  const nextAttemptAtMs = resources.now() + pause;
  const done = await commit(resources, event, { status: "pending", errorMessage: reason, nextAttemptAtMs }, []);
  if (done !== "committed") return "notMine";
  await queueEvent(resources, event, pause);
  return "postponed";
}

async function giveUp(resources: Resources, event: EventRecord, errorMessage: string): Promise<Worked> {
  const done = await commit(resources, event, { status: "failed", errorMessage }, []);
  return done === "committed" ? "failed" : "notMine";
}
