import * as z from "zod";
import { type Context, requirePermission } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { outboxWrite } from "../platform/events.ts";
import { parse } from "../platform/parse.ts";
import { newResource } from "../platform/resources.ts";
import { orderTotal, splitAmount } from "./amounts.ts";
import { type ChangeRequest, changeOrder, nextOrder, stepWrites } from "./change.ts";
import { dueWrites } from "./expire.ts";
import type { Order, OrderLine } from "./order.ts";
import { claimOrderNumber, createOrderWrite, historyWrite, countCreatedWrite, readOrder } from "./order.store.ts";
import { refused } from "./transitions.ts";

export const SplitOrderSchema = z.lazy(() => z.strictObject({ by: z.enum(["location", "supplier", "shippingType"]) }));

type SplitBy = z.output<typeof SplitOrderSchema>["by"];

/** Groups that one transaction can write. */
const MOST_GROUPS = 20;

/**
 * Splits an order into one for each location, supplier or shipping type of its lines. The first group stays; the others
 * become orders of their own with their lines' holds. Line totals go with their lines, and shipping, tax, discount and
 * what was paid are divided in the ratio of the lines, so that the parts sum to the whole to the minor unit.
 */
export async function splitOrder(ctx: Context, request: ChangeRequest): Promise<{ items: Order[] }> {
  requirePermission(ctx, "orders.write");
  const { by } = parse(SplitOrderSchema, request.input);
  const first = await changeOrder(ctx, "split", request, async (current, commit) => {
    const groups = groupLines(current.lines, by);
    if (groups.length < 2) throw refused("split", current, [`all its lines are of one ${by}`]);
    if (groups.length > MOST_GROUPS)
      throw refused("split", current, [`it has lines of ${groups.length}, and ${MOST_GROUPS} are possible`]);
    const parts = shares(current, groups);
    const children = parts.slice(1).map((part, index) => childOf(ctx, current, part, index + 2));
    const [kept] = parts;
    const after = nextOrder(ctx, current, { ...kept, splitInto: children.map(({ id }) => id) });
    const details = { by, into: children.map(({ id, orderNumber }) => ({ id, orderNumber })) };
    return commit(
      [
        ...stepWrites(ctx, current, after, { action: "split", event: "order.split", details }),
        ...children.flatMap((child) => [
          createOrderWrite(ctx, child),
          claimOrderNumber(ctx, child.orderNumber, child.id),
          ...dueWrites(ctx, child),
          historyWrite(ctx, child, { action: "splitOff", details: { from: current.id } }),
          outboxWrite(ctx, "order.placed", {
            id: child.id,
            channel: child.channel,
            status: child.status,
            splitFrom: current.id,
          }),
        ]),
        countCreatedWrite(ctx, children, current.id),
      ],
      after,
    );
  });
  const others = await Promise.all((first.splitInto ?? []).map((id) => readOrder(ctx, id)));
  return { items: [first, ...others] };
}

function groupLines(lines: readonly OrderLine[], by: SplitBy): OrderLine[][] {
  const groups = new Map<string, OrderLine[]>();
  for (const line of lines) {
    const name = nameOf(line, by);
    groups.set(name, [...(groups.get(name) ?? []), line]);
  }
  return [...groups.values()];
}

/** A line that is reserved at several locations is of all of them: it cannot be in two orders. */
function nameOf(line: OrderLine, by: SplitBy): string {
  if (by === "supplier") return line.supplierId ?? "";
  if (by === "shippingType") return line.shippingType ?? "";
  return [...new Set(line.holds.map(({ locationId }) => locationId))].toSorted().join("+");
}

type Share = Pick<Order, "lines" | "shippingMinor" | "taxMinor" | "discountMinor" | "totalMinor" | "paidMinor">;

function shares(order: Order, groups: OrderLine[][]): Share[] {
  const weights = groups.map((lines) => lines.reduce((sum, { totalMinor }) => sum + totalMinor, 0));
  const divided = (amount: number, by = weights) => splitAmount(amount, by);
  const [shipping, tax] = [divided(order.shippingMinor), divided(order.taxMinor)];
  const discount = divided(order.discountMinor);
  const totals = groups.map((lines, at) => {
    const [shippingMinor, taxMinor, discountMinor] = [shipping[at] ?? 0, tax[at] ?? 0, discount[at] ?? 0];
    return {
      lines,
      shippingMinor,
      taxMinor,
      discountMinor,
      totalMinor: orderTotal({ lines, shippingMinor, taxMinor, discountMinor }),
    };
  });
  // What was paid goes with what each part comes to: an order that is paid stays paid in all its parts.
  const paid = divided(
    order.paidMinor,
    totals.map(({ totalMinor }) => totalMinor),
  );
  return totals.map((part, at) => ({ ...part, paidMinor: paid[at] ?? 0 }));
}

function childOf(ctx: Context, parent: Order, share: Share, place: number): Order {
  const {
    externalId: _externalId,
    payments: _payments,
    splitInto: _splitInto,
    attention: _attention,
    ...kept
  } = parent;
  return defined({
    ...kept,
    ...newResource(ctx, "order"),
    ...share,
    orderNumber: `${parent.orderNumber}-${place}`,
    payments: [],
    splitFrom: parent.id,
  });
}
