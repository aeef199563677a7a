import { existsSync, readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import { expect, describe, it } from "vitest";
import * as Billing from "../../../core/billing/index.ts";
import { STRIPE_VERSION } from "../../../core/billing/stripe-client.ts";
import type { Context } from "../../../core/platform/context.ts";
import type { HttpRequest } from "../../../core/platform/http/client.ts";
import { CALLS } from "../../../local/sandbox/stripe/calls.ts";
import { parseForm } from "../../../local/sandbox/stripe/form.ts";
import type { StripeObject } from "../../../local/sandbox/stripe/state.ts";
import { type BillingShop, billingShop } from "../../support/billing.ts";
import { orderAfter } from "../../support/order-steps.ts";

/** Stripe's own description of the version that is pinned, which is beside the repository and not in it. */
const FILE = new URL("../../../../shared/data/stripe/spec3_2022-04-12.json.gz", import.meta.url);
const isThere = existsSync(FILE);

interface Schema {
  $ref?: string;
  type?: string;
  enum?: unknown[];
  anyOf?: Schema[];
  nullable?: boolean;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  additionalProperties?: unknown;
}

interface Operation {
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}

interface Specification {
  info: { version: string };
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

const readSpecification = () => JSON.parse(gunzipSync(readFileSync(FILE)).toString()) as Specification;

describe.skipIf(!isThere)("Stripe's specification (../shared/data/stripe, skipped where it is not there)", () => {
  const specification = isThere ? readSpecification() : ({} as Specification);

  const operationOf = (name: string): Operation | undefined => {
    const [method = "", path = ""] = name.split(" ");
    return specification.paths[path]?.[method.toLowerCase()];
  };
  const resolved = (schema: Schema): Schema =>
    schema.$ref ? resolved(specification.components.schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {}) : schema;

  /** Parameters that the specification does not know, as paths. */
  const unknownIn = (value: unknown, given: Schema, path: string): string[] => {
    const schema = resolved(given);
    if (schema.anyOf) {
      const all = schema.anyOf.map((one) => unknownIn(value, one, path));
      return all.find((faults) => faults.length === 0) ?? all[0] ?? [];
    }
    if (typeof value === "string") {
      if (schema.type === "object" || schema.type === "array") return [`${path} is a text`];
      return schema.enum && !schema.enum.includes(value) ? [`${path} is ${value}`] : [];
    }
    return Object.entries(value as object).flatMap(([name, inner]) => {
      if (schema.type === "array") return unknownIn(inner, schema.items ?? {}, `${path}[]`);
      const known = schema.properties?.[name];
      if (known) return unknownIn(inner, known, `${path}.${name}`);
      return schema.additionalProperties ? [] : [`${path}.${name} is unknown`];
    });
  };

  it("is of the version that calls are pinned to", () => {
    expect(specification.info.version).toBe(STRIPE_VERSION);
  });

  it.each(Object.keys(CALLS))("has the call that the stand-in answers: %s", (name) => {
    expect(operationOf(name)).toBeDefined();
  });

  it("has every call that billing makes, with every parameter and the values that are enumerated", async () => {
    const shop = await billingShop();
    const made: HttpRequest[] = [];
    const ctx: Context = {
      ...shop.ctx,
      http: { request: (request) => (made.push(request), shop.ctx.http.request(request)) },
    };
    await everything({ ...shop, ctx });
    const names = new Set<string>();
    for (const { method = "GET", url, body } of made) {
      const { pathname, search } = new URL(url);
      const name = Object.keys(specification.paths).find(
        (path) =>
          specification.paths[path]?.[method.toLowerCase()] &&
          (path === pathname || new RegExp(`^${path.replaceAll(/\{\w+\}/g, "(?!upcoming)[\\w-]+")}$`).test(pathname)),
      );
      const operation = operationOf(`${method} ${name ?? ""}`);
      expect(operation, `${method} ${pathname}`).toBeDefined();
      names.add(`${method} ${name ?? ""}`);
      const params = parseForm(method === "POST" ? (body ?? "") : search.slice(1));
      const content = operation?.requestBody?.content["application/x-www-form-urlencoded"]?.schema;
      const query = {
        type: "object",
        properties: Object.fromEntries((operation?.parameters ?? []).map((one) => [one.name, one.schema])),
      };
      expect(unknownIn(params, method === "POST" ? (content ?? {}) : query, name ?? "")).toEqual([]);
    }
    expect([...names].toSorted()).toMatchObject([
      "GET /v1/checkout/sessions/{session}",
      "GET /v1/invoices/upcoming",
      "POST /v1/billing_portal/sessions",
      "POST /v1/checkout/sessions",
      "POST /v1/checkout/sessions/{session}/expire",
      "POST /v1/customers",
      "POST /v1/refunds",
      "POST /v1/subscriptions/{subscription_exposed_id}",
    ]);
  });

  it("requires nothing of an object that the stand-in leaves out", async () => {
    const shop = await billingShop();
    await everything(shop);
    const kinds = new Set<string>();
    const check = (object: StripeObject) => {
      const schema = specification.components.schemas[object.object];
      expect(schema, object.object).toBeDefined();
      kinds.add(object.object);
      expect(
        (schema?.required ?? []).filter((name) => !(name in object)),
        object.object,
      ).toEqual([]);
    };
    for (const object of Object.values(shop.sandbox.state.objects)) check(object);
    for (const { event } of shop.sandbox.state.events) check(event);
    for (const kind of [
      "customer",
      "checkout.session",
      "payment_intent",
      "charge",
      "refund",
      "dispute",
      "subscription",
      "invoice",
    ])
      expect(kinds).toContain(kind);
  });
});

/** All that billing asks of Stripe. */
async function everything(shop: BillingShop): Promise<void> {
  const { ctx, sandbox } = shop;
  const orderId = (await orderAfter("place")(ctx)).id;
  await Billing.checkoutOrder(ctx, { orderId });
  const other = await Billing.checkoutOrder(ctx, { orderId, input: { successUrl: "https://shop.example/thanks" } });
  await shop.pay(other.url);
  // The page was paid, and its event is not here yet: who asks for another is refused.
  const late = { orderId, input: { successUrl: "https://shop.example/other" } };
  await expect(Billing.checkoutOrder(ctx, late)).rejects.toMatchObject({ code: "STATE_CONFLICT" });
  await shop.work();
  const [intent] = sandbox.state.all("payment_intent").filter(({ status }) => status === "succeeded");
  await Billing.refundPayment(ctx, {
    orderId,
    input: { amount: { amount: "1.00", currency: "USD" }, reason: "requested_by_customer" },
  });
  await fetch(`${sandbox.url}/sandbox/disputes/${intent?.id}/needs_response`, { method: "POST" });
  await shop.work();
  await shop.pay((await Billing.subscribe(ctx, { plan: "starter" })).url);
  await shop.work();
  const { prorationAt } = await Billing.previewChange(ctx, { plan: "pro" });
  await Billing.changePlan(ctx, { plan: "pro", prorationAt });
  await Billing.cancelSubscription(ctx);
  await Billing.resumeSubscription(ctx);
  await Billing.openPortal(ctx, {});
  await shop.work();
}
