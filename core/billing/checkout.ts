import * as z from "zod";
import { contentHash } from "../platform/canonical.ts";
import { type Context, timestamp } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { AppError } from "../platform/errors.ts";
import { type Money, toWire } from "../platform/money.ts";
import { ConditionFailed } from "../platform/table-errors.ts";
import { type Checkout, checkouts } from "./checkout.store.ts";
import { text } from "./json.ts";
import { type StripeClient, stripeClient } from "./stripe-client.ts";
import { isMissing, StripeRefusal } from "./stripe-errors.ts";
import type { Params } from "./stripe-form.ts";

const MINUTE_MS = 60_000;
/** Stripe takes at most a day, and keeps an idempotency key for at least one. */
export const LONGEST_MS = 23 * 60 * MINUTE_MS;
/** Stripe takes no less than half an hour. */
export const SHORTEST_MS = 31 * MINUTE_MS;
/** A page that ends sooner is of no use to whoever is sent there. */
const LEAST_LEFT_MS = MINUTE_MS;
const MAX_LOSSES = 3;

export const PageUrlSchema = z.lazy(() => z.url({ protocol: /^https?$/ }).max(2_000));

export const ReturnUrlsSchema = z.lazy(() =>
  z.strictObject({
    successUrl: PageUrlSchema.optional().describe("Where the page leads after the payment; the console where absent"),
    cancelUrl: PageUrlSchema.optional().describe("Where it leads who turns back"),
  }),
);

export type ReturnUrls = { successUrl?: string | undefined; cancelUrl?: string | undefined };

/** Where whoever pays comes back to. */
export function returnUrls({ config }: Context, { successUrl, cancelUrl }: ReturnUrls) {
  const home = `${config.consoleUrl ?? config.publicUrl}/`;
  return { success_url: successUrl ?? home, cancel_url: cancelUrl ?? home };
}

interface Wanted {
  /** Without what differs from one time to the next. */
  params: Params;
  amount?: Money;
  lastsMs: number;
}

/**
 * The page for this subject: the one that is open if it asks for the same, else a new one, when the old one is closed
 * and nobody can pay both. What is to be asked of Stripe is written down first: after a crash at any point the repeat asks
 * the same under the same key, and gets the same page. Throws STATE_CONFLICT where the old one was paid meanwhile.
 */
export async function openCheckout(ctx: Context, subject: string, wanted: Wanted): Promise<Checkout> {
  const stripe = stripeClient(ctx);
  const essence = contentHash(wanted.params);
  for (let loss = 0; ; loss++) {
    try {
      const current = await checkouts.find(ctx, subject);
      if (current && isOpen(ctx, current)) {
        const asked = await ask(ctx, stripe, subject, current);
        if (asked.essence === essence) return asked;
        await close(stripe, asked);
      }
      const id = ctx.newId("checkout");
      const expiresAtMs = ctx.now() + wanted.lastsMs;
      const params: Params = { ...wanted.params, expires_at: Math.floor(expiresAtMs / 1000) };
      const { amount } = wanted;
      const made = { id, status: "asked", params, essence, amount, expiresAtMs, createdAt: timestamp(ctx) } as const;
      const fresh = checkouts.next(current, defined(made));
      await put(ctx, subject, current, fresh);
      return await ask(ctx, stripe, subject, fresh);
    } catch (error) {
      // Somebody else asks for a page at the same time: theirs is looked at next.
      if (!(error instanceof ConditionFailed) || loss >= MAX_LOSSES) throw error;
    }
  }
}

export const isOpen = ({ now }: Context, { status, expiresAtMs }: Checkout) =>
  (status === "asked" || status === "open") && now() < expiresAtMs - LEAST_LEFT_MS;

/** The page as Stripe made it, under the checkout's own id: however often it is asked, there is one. */
export async function ask(ctx: Context, stripe: StripeClient, subject: string, checkout: Checkout): Promise<Checkout> {
  if (checkout.status !== "asked") return checkout;
  const session = await stripe.post("/v1/checkout/sessions", checkout.params, checkout.id);
  // What was asked is needed no more, and may name the buyer.
  const opened = {
    ...checkout,
    params: {},
    status: "open" as const,
    sessionId: text(session["id"]),
    url: text(session["url"]),
  };
  const after = checkouts.next(checkout, defined(opened));
  await put(ctx, subject, checkout, after);
  return after;
}

async function put(ctx: Context, subject: string, before: Checkout | undefined, after: Checkout): Promise<void> {
  const write = checkouts.write(ctx, subject, before, after);
  await ctx.table.put(write.put, write.condition);
}

export async function close(stripe: StripeClient, { id, sessionId }: Checkout): Promise<void> {
  if (sessionId === undefined) return;
  try {
    await stripe.post(`/v1/checkout/sessions/${sessionId}/expire`, {}, `${id}/expire`);
  } catch (error) {
    if (isMissing(error)) return;
    if (!(error instanceof StripeRefusal)) throw error;
    const session = await stripe.get(`/v1/checkout/sessions/${sessionId}`);
    if (session["status"] !== "expired")
      throw new AppError("STATE_CONFLICT", "It was paid just now: read it again", { cause: error });
  }
}

export function viewCheckout({ id, sessionId, url, status, amount, expiresAtMs }: Checkout) {
  const expiresAt = new Date(expiresAtMs).toISOString();
  return defined({ id, sessionId, url, status, amount: amount && toWire(amount), expiresAt });
}

export type CheckoutView = ReturnType<typeof viewCheckout>;
