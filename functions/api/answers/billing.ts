import * as z from "zod";
import { WireMoneySchema } from "../../../core/platform/money.ts";

const time = () => z.iso.datetime().optional();
const limits = () => z.record(z.string(), z.int()).describe("By name: {requestsPerMinute: 600}");

export const CheckoutAnswer = z.lazy(() =>
  z
    .object({
      id: z.string(),
      sessionId: z.string().describe("Stripe's"),
      url: z.string().describe("Where to send whoever pays"),
      status: z.enum(["asked", "open", "complete", "expired"]),
      amount: WireMoneySchema.optional().describe("Of an order: what is due"),
      expiresAt: z.iso.datetime(),
    })
    .meta({ id: "Checkout" }),
);

export const RefundAnswer = z.lazy(() =>
  z
    .object({
      id: z.string().describe("Stripe's"),
      paymentId: z.string().describe("Stripe's"),
      status: z.string().describe("Stripe's word: succeeded, pending, failed …"),
      amount: WireMoneySchema,
    })
    .meta({ id: "PaymentRefund" }),
);

export const PlansAnswer = z.lazy(() =>
  z.object({
    items: z.array(
      z
        .object({
          id: z.string(),
          name: z.string(),
          isFree: z.boolean(),
          trialDays: z.int().optional(),
          limits: limits(),
        })
        .meta({ id: "Plan" }),
    ),
  }),
);

export const SubscriptionAnswer = z.lazy(() =>
  z
    .object({
      plan: z.object({ id: z.string(), name: z.string(), limits: limits() }).describe("What holds now"),
      subscriptionId: z.string().optional().describe("Stripe's"),
      status: z.string().describe("none, or Stripe's word: trialing, active, past_due, unpaid, paused, canceled …"),
      cancelAtPeriodEnd: z.boolean(),
      currentPeriodStart: time(),
      currentPeriodEnd: time(),
      cancelAt: time(),
      canceledAt: time(),
      trialEnd: time(),
      startedAt: time(),
    })
    .meta({ id: "Subscription" }),
);

export const PreviewAnswer = z.lazy(() =>
  z
    .object({
      plan: z.string(),
      prorationAt: z.iso.datetime(),
      proration: WireMoneySchema.describe("For what is left of the period: new less old"),
      nextTotal: WireMoneySchema.describe("Of the next invoice, all in all"),
      lines: z.array(z.object({ description: z.string(), amount: WireMoneySchema, isProration: z.boolean() })),
    })
    .meta({ id: "PlanChangePreview" }),
);

export const PortalAnswer = z.lazy(() => z.object({ url: z.string() }).meta({ id: "BillingPortal" }));

export const InvoiceAnswer = z.lazy(() =>
  z
    .object({
      id: z.string().describe("Stripe's"),
      number: z.string().optional(),
      status: z.string().describe("draft, open, paid, uncollectible or void"),
      total: WireMoneySchema,
      paid: WireMoneySchema,
      due: WireMoneySchema,
      subscriptionId: z.string().optional(),
      createdAt: z.iso.datetime(),
      periodStart: time(),
      periodEnd: time(),
      hostedUrl: z.string().optional(),
      pdfUrl: z.string().optional(),
    })
    .meta({ id: "Invoice" }),
);

const usd = (amount: string) => ({ amount, currency: "USD" });
const page = {
  id: "chk_01KAKQEW3H7K0N4R8V2Z6C9F3J",
  sessionId: "cs_test_a1b2c3",
  url: "https://checkout.stripe.com/c/pay/cs_test_a1b2c3",
  status: "open",
  expiresAt: "2026-11-22T11:00:00.000Z",
};

export const EXAMPLES = {
  checkout: { ...page, amount: usd("124.99") },
  subscribe: page,
  refund: { id: "re_3R2s3T4u5V6w7X8y", paymentId: "pi_3R2s3T4u5V6w7X8y", status: "succeeded", amount: usd("5.00") },
  plans: {
    items: [
      { id: "free", name: "Free", isFree: true, limits: { requestsPerMinute: 100 } },
      { id: "pro", name: "Pro", isFree: false, trialDays: 14, limits: { requestsPerMinute: 1_200 } },
    ],
  },
  subscription: {
    plan: { id: "pro", name: "Pro", limits: { requestsPerMinute: 1_200 } },
    subscriptionId: "sub_1R2s3T4u5V6w7X8y",
    status: "active",
    cancelAtPeriodEnd: false,
    currentPeriodStart: "2026-11-21T12:00:00.000Z",
    currentPeriodEnd: "2026-12-21T12:00:00.000Z",
    startedAt: "2026-11-21T12:00:00.000Z",
  },
  preview: {
    plan: "pro",
    prorationAt: "2026-12-06T12:00:00.000Z",
    proration: usd("35.00"),
    nextTotal: usd("134.00"),
    lines: [
      { description: "Unused time on Starter", amount: usd("-14.50"), isProration: true },
      { description: "Remaining time on Pro", amount: usd("49.50"), isProration: true },
      { description: "1 × Pro", amount: usd("99.00"), isProration: false },
    ],
  },
  portal: { url: "https://billing.stripe.com/p/session/test_1" },
  invoice: {
    id: "in_1R2s3T4u5V6w7X8y",
    number: "A1B2C3D4-0001",
    status: "paid",
    total: usd("99.00"),
    paid: usd("99.00"),
    due: usd("0.00"),
    subscriptionId: "sub_1R2s3T4u5V6w7X8y",
    createdAt: "2026-11-21T12:00:00.000Z",
    periodStart: "2026-11-21T12:00:00.000Z",
    periodEnd: "2026-12-21T12:00:00.000Z",
    hostedUrl: "https://invoice.stripe.com/i/acct_1/live_1",
  },
};
