import { createHmac } from "node:crypto";
import * as Inbound from "../../core/inbound/index.ts";
import type { Context, Resources } from "../../core/platform/context.ts";
import { orgPartition } from "../../core/platform/keys.ts";
import type { Message, Queues } from "../../core/platform/queues.ts";
import type { Item } from "../../core/platform/table.ts";

export const STRIPE_SECRET = "whsec_of_the_tests_only_0123456789";

/** A queue that keeps what it was sent until the test takes it. */
export function heldQueue(): { queues: Queues; messages: Message[]; take: () => Message[] } {
  const messages: Message[] = [];
  const queues: Queues = {
    send: (_queue, message) => Promise.resolve(void messages.push(message)),
    sendAll: (_queue, all) => Promise.resolve(void messages.push(...all)),
    ping: () => Promise.resolve(),
  };
  return { queues, messages, take: () => messages.splice(0) };
}

let lastId = 0;
/** An id that no other event of this run has. */
export const eventId = () => `evt_${process.pid}_${Date.now()}_${++lastId}`;

/** A body of Stripe's, with an id of its own; `changes` over the event, `object` in its data. */
export function stripeEvent(changes: Record<string, unknown> = {}, object: Record<string, unknown> = {}) {
  return {
    id: eventId(),
    object: "event",
    api_version: "2022-04-12",
    created: 1_795_262_400,
    type: "customer.updated",
    livemode: false,
    pending_webhooks: 1,
    data: { object: { id: "cus_test", object: "customer", ...object } },
    ...changes,
  };
}

/** `t=…,v1=…` over the body as Stripe makes it. */
export function stripeSignature(body: string | Uint8Array, nowMs: number, secret = STRIPE_SECRET): string {
  const seconds = Math.floor(nowMs / 1000);
  const hmac = createHmac("sha256", secret).update(`${seconds}.`).update(body).digest("hex");
  return `t=${seconds},v1=${hmac}`;
}

/** The context's resources with the instance's own Stripe account, which belongs to the context's organisation. */
export function withStripe(ctx: Context, changes: Partial<Context> = {}): Context {
  const stripe = { webhookSecrets: [STRIPE_SECRET], organizationId: ctx.actor.organizationId };
  return { ...ctx, ...changes, config: { ...ctx.config, stripe: { ...ctx.config.stripe, ...stripe } } };
}

/** The context's organisation in the table, for what asks whether there is one. */
export async function registered(ctx: Context): Promise<Context> {
  const { organizationId, currency } = ctx.actor;
  const record = { id: organizationId, name: "Test shop", currency, createdAt: new Date(ctx.now()).toISOString() };
  const key = { pk: orgPartition(organizationId, "ORGANIZATION"), sk: "ORGANIZATION" };
  await ctx.table.put({ ...key, entity: "organization", ...record });
  return ctx;
}

/** Sends a body to the instance's own Stripe address, signed now. */
export function deliver(resources: Resources, event: object | string): Promise<Inbound.Kept> {
  const body = Buffer.from(typeof event === "string" ? event : JSON.stringify(event));
  const headers: Record<string, string> = { "stripe-signature": stripeSignature(body, resources.now()) };
  return Inbound.receive(resources, { provider: "stripe", body, header: (name) => headers[name] });
}

/** A handler whose effect is a count for each event: what is applied twice shows. */
export function countingEffects(types: readonly string[] = ["customer.updated"]): Inbound.EffectRegistry {
  const count: Inbound.EffectHandler = (ctx, event) => {
    const key = countKey(ctx, event.externalEventId);
    const set = { expression: "ADD applied :one", values: { ":one": 1 } };
    return Promise.resolve({ outcome: "processed", writes: [{ update: key, set }] });
  };
  const handlers = Object.fromEntries(types.map((type) => [type, count]));
  return {
    stripe: () => Promise.resolve({ handlers, ignored: { "payout.paid": "Payouts are in Stripe's own books" } }),
  };
}

const countKey = (ctx: Context, externalEventId: string) => ({
  pk: orgPartition(ctx.actor.organizationId, "TEST_COUNT"),
  sk: externalEventId,
});

/** How often each event's effect was applied. */
export async function appliedCounts(ctx: Context): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  let startKey: Item | undefined;
  do {
    const page = await ctx.table.query<Item>({
      pk: orgPartition(ctx.actor.organizationId, "TEST_COUNT"),
      consistent: true,
      ...(startKey ? { startKey } : {}),
    });
    for (const item of page.items) counts.set(String(item["sk"]), Number(item["applied"]));
    startKey = page.lastKey;
  } while (startKey);
  return counts;
}

/** Every event of the organisation. */
export async function allEvents(ctx: Context, query: Record<string, unknown> = {}): Promise<Inbound.EventView[]> {
  const events: Inbound.EventView[] = [];
  let cursor: string | undefined;
  do {
    const page = await Inbound.listEvents(ctx, { limit: 100, ...query, ...(cursor === undefined ? {} : { cursor }) });
    events.push(...page.items);
    cursor = page.nextCursor;
  } while (cursor !== undefined);
  return events;
}

/** A worker whose effect always fails with this. */
export const failingEffects = (error: Error): Inbound.EffectRegistry => ({
  stripe: async () => ({
    handlers: {
      async "customer.updated"() {
        throw error;
      },
    },
  }),
});
