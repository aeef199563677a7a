import * as z from "zod";
import type { Effect, EffectHandler } from "../../inbound/index.ts";
import type { Context } from "../../platform/context.ts";
import { parse } from "../../platform/parse.ts";
import type { Person } from "../request.ts";
import { newRequest } from "../requests.ts";

const id = () => z.union([z.string().min(1), z.number()]).transform(String);
const ids = () => z.array(id()).nullish();

/** https://shopify.dev/docs/apps/build/compliance/privacy-law-compliance, read 2026-11-21. */
const CustomerSchema = z.lazy(() =>
  z.object({
    shop_domain: z.string().optional(),
    customer: z.object({ id: id().nullish(), email: z.string().nullish() }).nullish(),
    orders_requested: ids(),
    orders_to_redact: ids(),
  }),
);

const ShopSchema = z.lazy(() => z.object({ shop_domain: z.string().optional() }));

function personOf(input: unknown): Person {
  const { customer, orders_requested, orders_to_redact } = parse(CustomerSchema, input);
  return {
    channel: "shopify",
    ...(customer?.email ? { email: customer.email } : {}),
    ...(customer?.id ? { externalId: customer.id } : {}),
    orderExternalIds: [...(orders_requested ?? []), ...(orders_to_redact ?? [])],
  };
}

function asked(ctx: Context, kind: "export" | "erasure", person: Person, note: string): Effect {
  const { request, writes } = newRequest(ctx, { kind, cause: "shopify", evenIfOpen: false, note }, person);
  return { outcome: "processed", writes, note: `${note}: ${request.id}` };
}

const dataRequest: EffectHandler = async (ctx, { payload }) =>
  asked(ctx, "export", personOf(payload), "A customer asks what is known of them: hand it to the shop's owner");

/** Shopify sends it ten days after it was asked, or later: what is still under way then waits. */
const redactCustomer: EffectHandler = async (ctx, { payload }) =>
  asked(ctx, "erasure", personOf(payload), "A customer asks to be forgotten");

/** Which orders were of that shop, of several, only people know: nothing is erased by itself. */
const redactShop: EffectHandler = async (ctx, { payload }) => {
  const { shop_domain = "a shop" } = parse(ShopSchema, payload);
  const note = `${shop_domain} has removed the app: its customers are to be forgotten`;
  const { request, writes } = newRequest(ctx, { kind: "review", cause: "shopify", evenIfOpen: false, note }, {});
  return { outcome: "processed", writes, note: `${note}: ${request.id}` };
};

/** The topics that every app of Shopify's must answer. */
export const SHOPIFY_PRIVACY_EFFECTS: Readonly<Record<string, EffectHandler>> = {
  "customers/data_request": dataRequest,
  "customers/redact": redactCustomer,
  "shop/redact": redactShop,
};
