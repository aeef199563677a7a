import * as z from "zod";
import { type Context, requirePermission } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { outboxWrite } from "../platform/events.ts";
import { parse } from "../platform/parse.ts";
import { newResource } from "../platform/resources.ts";
import { splitAmount } from "./amounts.ts";
import { type ChangeRequest, changeOrder, nextOrder, stepWrites } from "./change.ts";
import { dueWrites } from "./expire.ts";
import type { Order, OrderLine } from "./order.ts";
import {
  attentionWrites,
  claimOrderNumber,
  createOrderWrite,
  historyWrite,
  countCreatedWrite,
  readOrder,
} from "./order.store.ts";
import { refused } from "./transitions.ts";

export const SplitOrderSchema = z.lazy(() => z.strictObject({ by: z.enum(["location", "supplier", "shippingType"]) }));

type SplitBy = z.output<typeof SplitOrderSchema>["by"];

/** Groups that one transaction can write: six writes for each part that is split off. */
const MOST_GROUPS = 15;

/**
 * Splits an order into one for each location, supplier or shipping type of its lines. The first group stays; the others
 * become orders of their own with their lines' holds. Line totals go with their lines, and all other amounts are divided
 * in their ratio, so that the parts sum to the whole to the minor unit. What is in the books stays with the first.
 * Answers the order and everything that was ever split off it.
 */
export async function splitOrder(ctx: Context, request: ChangeRequest): Promise<{ items: Order[] }> {
  requirePermission(ctx, "orders.write");
  const { by } = parse(SplitOrderSchema, request.input);
  const first = await changeOrder(ctx, "split", request, async (current, commit) => {
    if (current.lines.some(({ boughtBy }) => boughtBy !== undefined))
      throw refused("split", current, ["lines of it are bought by purchase orders, which name this order"]);
    const groups = groupLines(current.lines, by);
    if (groups.length < 2) throw refused("split", current, [`all its lines are of one ${by}`]);
    if (groups.length > MOST_GROUPS)
      throw refused("split", current, [`it has lines of ${groups.length}, and ${MOST_GROUPS} are possible`]);
    const parts = shares(current, groups);
    const { splitInto: before = [] } = current;
    const children = parts.slice(1).map((part, index) => childOf(ctx, current, part, before.length + index + 2));
    const [kept] = parts;
    const after = nextOrder(ctx, current, { ...kept, splitInto: [...before, ...children.map(({ id }) => id)] });
    const details = { by, into: children.map(({ id, orderNumber }) => ({ id, orderNumber })) };
    return commit(
      [
        ...stepWrites(ctx, current, after, { action: "split", event: "order.split", details }),
        ...children.flatMap((child) => [
          createOrderWrite(ctx, child),
          claimOrderNumber(ctx, child.orderNumber, child.id),
          ...dueWrites(ctx, child),
          ...attentionWrites(ctx, child),
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

type Divided = "shippingMinor" | "taxMinor" | "discountMinor" | "totalMinor" | "paidMinor" | "refundedMinor";

type Share = Pick<Order, "lines" | "fees" | "payoutMinor" | Divided> & { attention: Order["attention"] | undefined };

/** The parts of an order, whose amounts sum to the order's own. Pure. */
export function shares(order: Order, groups: OrderLine[][]): Share[] {
  const ofLines = groups.map((lines) => lines.reduce((sum, { totalMinor }) => sum + totalMinor, 0));
  const shipping = splitAmount(order.shippingMinor, ofLines);
  const tax = splitAmount(order.taxMinor, ofLines);
  // By what the discount is taken from, so that no part comes to less than nothing.
  const gross = ofLines.map((minor, at) => minor + (shipping[at] ?? 0) + (tax[at] ?? 0));
  const discount = splitAmount(order.discountMinor, gross);
  const totals = gross.map((minor, at) => minor - (discount[at] ?? 0));
  // What was paid goes with what each part comes to: an order that is paid stays paid in all its parts.
  const paid = splitAmount(order.paidMinor, totals);
  const refunded = splitAmount(order.refundedMinor, paid);
  const fees = order.fees?.map(({ kind, amountMinor }) => ({ kind, parts: splitAmount(amountMinor, totals) }));
  const payout = order.payoutMinor === undefined ? undefined : splitAmount(order.payoutMinor, totals);
  return groups.map((lines, at) => ({
    lines,
    shippingMinor: shipping[at] ?? 0,
    taxMinor: tax[at] ?? 0,
    discountMinor: discount[at] ?? 0,
    totalMinor: totals[at] ?? 0,
    paidMinor: paid[at] ?? 0,
    refundedMinor: refunded[at] ?? 0,
    ...(fees ? { fees: fees.map(({ kind, parts }) => ({ kind, amountMinor: parts[at] ?? 0 })) } : {}),
    ...(payout ? { payoutMinor: payout[at] ?? 0 } : {}),
    attention: attentionOf(order, lines),
  }));
}

/** What is short goes with its lines; what is said of the whole order is said of all its parts. */
function attentionOf({ attention }: Order, lines: readonly OrderLine[]): Order["attention"] {
  if (!attention?.lines) return attention;
  const own = attention.lines.filter(({ lineId }) => lines.some(({ id }) => id === lineId));
  return own.length > 0 ? { ...attention, lines: own } : undefined;
}

function childOf(ctx: Context, parent: Order, share: Share, place: number): Order {
  const { externalId: _externalId, payments: _payments, refunds: _refunds, splitInto: _splitInto, ...kept } = parent;
  return defined({
    ...kept,
    ...newResource(ctx, "order"),
    ...share,
    orderNumber: `${parent.orderNumber}-${place}`,
    payments: [],
    refunds: [],
    splitFrom: parent.id,
  });
}
