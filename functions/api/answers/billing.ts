import * as z from "zod";
import { WireMoneySchema } from "../../../core/platform/money.ts";

export const CheckoutAnswer = z.lazy(() =>
  z
    .object({
      id: z.string(),
      sessionId: z.string().describe("Stripe's"),
      url: z.string().describe("Where the buyer pays"),
      status: z.enum(["asked", "open", "complete", "expired"]),
      amount: WireMoneySchema.optional(),
      expiresAt: z.iso.datetime(),
    })
    .meta({ id: "Checkout" }),
);

export const EXAMPLES = {
  checkout: {
    id: "chk_01KAKQEW3H7K0N4R8V2Z6C9F3J",
    sessionId: "cs_test_a1b2c3",
    url: "https://checkout.stripe.com/c/pay/cs_test_a1b2c3",
    status: "open",
    amount: { amount: "124.99", currency: "USD" },
    expiresAt: "2026-11-22T11:00:00.000Z",
  },
};
