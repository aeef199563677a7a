import type { ZodType, z } from "zod";
import type { Fault } from "../../platform/errors.ts";
import { faultsOf } from "../../platform/parse.ts";
import type { OrderDraft } from "../order-draft.ts";
import { checkAmounts } from "./checks.ts";
import { Notes } from "./notes.ts";

/** One order as it was read: in our words, or refused with every reason. */
export type ReadOrder = { draft: OrderDraft } | { faults: Fault[] };

/** `index` counts from 0 within the page; `original` is the channel's own order, untouched, to be kept with ours. */
export type OrderOnPage = ReadOrder & { index: number; original: unknown };

export type OrderReader = (original: unknown) => ReadOrder;

/** A reader of one channel's orders: its schema says what must be there, `toDraft` what each field is in our words. */
export function orderReader<S extends ZodType>(
  schema: S,
  toDraft: (order: z.output<S>, notes: Notes) => OrderDraft,
): OrderReader {
  return (original) => {
    const order = schema.safeParse(original);
    if (!order.success) return { faults: faultsOf(order.error) };
    const notes = new Notes();
    const draft = toDraft(order.data, notes);
    if (notes.faults.length > 0) return { faults: notes.faults };
    checkAmounts(draft, notes);
    return { draft: { ...draft, warnings: notes.warnings } };
  };
}

/** How the channels wrap orders: most say `orders`, Alias `results`, and one order alone comes as `order`. */
const LISTS = ["orders", "results"];

/**
 * Reads one order, an array of them, or a channel's page. A bad order is refused, not its page; a payload that is no such
 * thing is one refused order.
 */
export function readPage(reader: OrderReader, payload: unknown): OrderOnPage[] {
  const orders = ordersOf(payload);
  if (Array.isArray(orders)) return orders.map((original, index) => ({ index, original, ...reader(original) }));
  return [{ index: 0, original: payload, faults: [orders] }];
}

function ordersOf(payload: unknown): unknown[] | Fault {
  if (Array.isArray(payload)) return payload;
  if (typeof payload !== "object" || payload === null) return notOrders("", "must be an order or a page of orders");
  const page = new Map<string, unknown>(Object.entries(payload));
  const name = LISTS.find((list) => page.has(list));
  if (name === undefined) return [isObject(page.get("order")) ? page.get("order") : payload];
  const orders = page.get(name);
  return Array.isArray(orders) ? orders : notOrders(name, "must be an array of orders");
}

const isObject = (value: unknown) => typeof value === "object" && value !== null;
const notOrders = (path: string, message: string): Fault => ({ path, code: "NOT_ORDERS", message });
