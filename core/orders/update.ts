import type { Context } from "../platform/context.ts";
import { parse } from "../platform/parse.ts";
import { buyerWrites } from "./buyer.store.ts";
import { BareStepSchema, type ChangeRequest, changeOrder, nextOrder, stepWrites } from "./change.ts";
import { type Order, UpdateOrderSchema } from "./order.ts";

/** Changes what the state still allows: address, customer, notes, metadata. */
export async function updateOrder(ctx: Context, request: ChangeRequest): Promise<Order> {
  const changes = parse(UpdateOrderSchema, request.input);
  return changeOrder(ctx, "update", request, async (current, commit) => {
    const after = nextOrder(ctx, current, changes as Partial<Order>);
    const step = { action: "update", event: "order.updated", details: { fields: Object.keys(changes) } };
    const found = changes.customer ? buyerWrites(ctx, after) : [];
    return commit([...stepWrites(ctx, current, after, step), ...found], after);
  });
}

/** The goods have arrived. */
export async function deliverOrder(ctx: Context, request: ChangeRequest): Promise<Order> {
  parse(BareStepSchema, request.input);
  return changeOrder(ctx, "deliver", request, async (current, commit) => {
    const after = nextOrder(ctx, current, { status: "delivered" });
    return commit(stepWrites(ctx, current, after, { action: "deliver", event: "order.delivered" }), after);
  });
}
