import * as Audit from "../../core/audit/index.ts";
import type { Context } from "../../core/platform/context.ts";
import { runDue } from "../../core/platform/due.ts";
import { orgPartition } from "../../core/platform/keys.ts";
import type { Item, Table } from "../../core/platform/table.ts";
import * as Orders from "../../core/orders/index.ts";
import * as Privacy from "../../core/privacy/index.ts";
import { stocked } from "./stock.ts";
import { only } from "./sweeps.ts";

export const BUYER = { name: "Demo Buyer", email: "demo.buyer@buyers.example", phone: "+1 555 0100" };
export const ADDRESS = { name: "Demo Buyer", street: "12 Sample Street", city: "Exampleton", country: "US" };
/** Whatever says who the buyer is. */
export const TELLING = /Demo Buyer|buyers\.example|555 0100|Sample Street|Exampleton|Ring twice/i;

/** An order of the buyer's, of which the goods have arrived unless it is `under way`. */
export async function boughtOrder(ctx: Context, state: "delivered" | "under way", more: object = {}): Promise<string> {
  const { order } = await Orders.placeOrder(ctx, {
    channel: "shop",
    lines: [{ sku: "A", quantity: 1 }],
    customer: BUYER,
    shippingAddress: ADDRESS,
    notes: "Ring twice",
    metadata: { gift: "for Demo Buyer" },
    ...more,
  });
  await Orders.payOrder(ctx, { id: order.id, input: {} });
  if (state === "under way") return order.id;
  await Orders.fulfilOrder(ctx, { id: order.id, input: {} });
  await Orders.deliverOrder(ctx, { id: order.id });
  return order.id;
}

export const shopOf = (ctx: Context) => stocked(ctx, "A", 50);

/** What the schedule does about requests, for this context's organisation. */
export const sweepPrivacy = (ctx: Context) =>
  runDue(only(ctx), { [Privacy.PRIVACY_DUE]: Privacy.carryOut }, { until: Number.POSITIVE_INFINITY });

/** Order items as they lie in the table, with their history, as text. */
export async function storedOrders(ctx: Context, ids: readonly string[]): Promise<string> {
  const texts: string[] = [];
  for (const id of ids) {
    const pk = orgPartition(ctx.actor.organizationId, "ORDER_HISTORY", id);
    const { items } = await ctx.table.query<Item>({ pk, consistent: true });
    texts.push(JSON.stringify([await Orders.getOrder(ctx, id), items]));
  }
  return texts.join("\n");
}

/** A table of which every event that is written is kept, as the stream would bring it. */
export function withEvents(ctx: Context): { ctx: Context; events: { new: Item }[] } {
  const events: { new: Item }[] = [];
  const transact: Table["transact"] = async (writes) => {
    await ctx.table.transact(writes);
    for (const write of writes) if ("put" in write && write.put["entity"] === "event") events.push({ new: write.put });
  };
  return { ctx: { ...ctx, table: { ...ctx.table, transact } }, events };
}

/** Everything that the audit log says, as text; the chain must be whole. */
export async function auditText(ctx: Context, events: readonly { new: Item }[]): Promise<string> {
  await Audit.appendEvents(ctx, events);
  const found = await Audit.verifyAudit(ctx, ctx.actor.organizationId);
  if (found.differences.length > 0) throw new Error(found.differences.join("\n"));
  const { items } = await Audit.listAudit(ctx, { limit: 100 });
  return JSON.stringify(items);
}
