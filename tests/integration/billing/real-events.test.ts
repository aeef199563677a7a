import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { gunzipSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import * as Billing from "../../../core/billing/index.ts";
import * as Inbound from "../../../core/inbound/index.ts";
import { billingShop } from "../../support/billing.ts";
import { deliver, eventId } from "../../support/webhooks.ts";

/** Bodies that Stripe sent, which are beside the repository and not in it: docs/real-files.md. */
const FOLDER = resolve("../shared/data/stripe");
const ARCHIVES = ["webhook_events_2020-08-27.tar.gz", "webhook_event_basil_2025.tar.gz"];
const isThere = ARCHIVES.every((name) => existsSync(`${FOLDER}/${name}`));

interface Body {
  type: string;
  data: { object: Record<string, unknown> };
}

/** The JSON files of a tar archive: headers of 512 bytes, each with a name and a length in octal. */
function bodiesOf(archive: string): [string, Body][] {
  const tar = gunzipSync(readFileSync(`${FOLDER}/${archive}`));
  const found: [string, Body][] = [];
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const field = (from: number, length: number) =>
      tar.toString("latin1", at + from, at + from + length).replace(/\0.*$/s, "");
    const size = Number.parseInt(field(124, 12), 8);
    const name = field(0, 100);
    if (name.endsWith(".json")) found.push([name, JSON.parse(tar.toString("utf8", at + 512, at + 512 + size)) as Body]);
    at += 512 * (1 + Math.ceil(size / 512));
  }
  return found;
}

const BODIES = isThere ? ARCHIVES.flatMap(bodiesOf) : [];

describe.skipIf(!isThere)("events as Stripe sent them (../shared/data/stripe)", () => {
  it.each(BODIES)("are applied, or ignored on purpose with the reason: %s", async (_name, body) => {
    const shop = await billingShop();
    const { id } = await deliver(shop.ctx, { ...body, id: eventId(), created: Math.floor(shop.ctx.now() / 1000) });
    const [outcome] = await shop.work();
    const event = await Inbound.getEvent(shop.ctx, id);
    expect(outcome, event.errorMessage).toMatch(/^(?:processed|ignored)$/);
    expect(event.note).toBeTruthy();
    expect(event.note).not.toBe("Nothing is made of events of this type");
  });

  it.each(BODIES.filter(([, { type }]) => /^(?:invoice|customer\.subscription)\./.test(type)))(
    "of the organisation's own customer are kept as they say: %s",
    async (_name, body) => {
      const shop = await billingShop();
      await Billing.subscribe(shop.ctx, { plan: "pro" });
      const [customer] = shop.sandbox.state.all("customer");
      const object = { ...body.data.object, customer: customer?.id };
      const created = Math.floor(shop.ctx.now() / 1000);
      await deliver(shop.ctx, { ...body, id: eventId(), created, data: { ...body.data, object } });
      expect((await shop.work()).filter((outcome) => outcome === "processed")).toHaveLength(1);
      const { status } = body.data.object;
      if (body.type.startsWith("invoice."))
        expect((await Billing.listInvoices(shop.ctx, {})).items).toMatchObject([
          { id: object["id" as keyof typeof object], status },
        ]);
      else
        expect(await Billing.getSubscription(shop.ctx)).toMatchObject({
          status,
          subscriptionId: object["id" as keyof typeof object],
        });
    },
  );
});

/** As INTERFACES of the product lists them: each must be handled, or named among those that are ignored on purpose. */
const TYPES = `checkout.session.completed checkout.session.async_payment_succeeded checkout.session.async_payment_failed
checkout.session.expired payment_intent.succeeded payment_intent.payment_failed payment_intent.canceled
payment_intent.requires_action charge.refunded charge.dispute.created charge.dispute.updated charge.dispute.closed
refund.created refund.updated refund.failed customer.subscription.created customer.subscription.updated
customer.subscription.deleted customer.subscription.paused customer.subscription.resumed
customer.subscription.trial_will_end invoice.created invoice.finalized invoice.paid invoice.payment_failed
invoice.payment_action_required invoice.voided invoice.upcoming payout.paid payout.failed customer.created
customer.updated customer.deleted`.split(/\s+/);

describe("the table of Stripe's events", () => {
  it("has every type that is asked for, each once", () => {
    const { handlers, ignored = {} } = Billing.STRIPE_EFFECTS;
    const known = [...Object.keys(handlers), ...Object.keys(ignored)];
    expect(TYPES.filter((type) => !known.includes(type))).toEqual([]);
    expect(new Set(known).size).toBe(known.length);
  });

  it("is in docs/billing.md, row by row", () => {
    const page = readFileSync("docs/billing.md", "utf8");
    const { handlers, ignored = {} } = Billing.STRIPE_EFFECTS;
    for (const type of [...Object.keys(handlers), ...Object.keys(ignored)]) expect(page).toContain(`\`${type}\``);
  });
});
