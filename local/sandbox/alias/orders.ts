import type { Answered, Asked } from "../provider/server.ts";
import type { DemoItem } from "./catalogue.ts";
import { pageOf } from "./pages.ts";
import { type AliasOrder, type AliasState, nextNumber, Refused, timeOf } from "./state.ts";

/** Of the price, in hundredths: commission of a seller in good standing. */
const TAKE_PERCENT = 10;
const CANCELS_AFTER_MS = 7 * 86_400_000;

/** Somebody buys: one of the seller's listings is sold, of the size of an item where one is named. */
export function sell(
  state: AliasState,
  catalogue: readonly DemoItem[],
  { catalogId, size }: { catalogId?: string; size?: number },
  now: number,
): AliasOrder {
  const listing = Object.values(state.listings).find(
    (one) =>
      one.status === "LISTING_STATUS_ACTIVE" &&
      (catalogId === undefined || one.catalog_id === catalogId) &&
      (size === undefined || one.size === size),
  );
  if (!listing) throw new Refused(409, "Nothing is for sale", 9);
  listing.status = "LISTING_STATUS_SOLD";
  listing.updated_at = timeOf(now);
  const cents = Number(listing.price_cents);
  const number = nextNumber(state);
  const id = `order-${String(number).padStart(9, "0")}`;
  return (state.orders[id] = {
    id,
    status: "ORDER_STATUS_CONFIRMED",
    catalog_id: listing.catalog_id,
    catalog_name: catalogue.find((item) => item.catalogId === listing.catalog_id)?.name,
    catalog_brand: "Demo Athletics",
    catalog_sku: listing.sku,
    size: listing.size,
    price_cents: cents,
    price_cents_after_take: (cents * (100 - TAKE_PERCENT)) / 100,
    sales_channel: "GOAT",
    purchase_order_number: `PO-${number}`,
    listing_id: listing.id,
    sold_at: timeOf(now),
    updated_at: timeOf(now),
    cancels_at: timeOf(now + CANCELS_AFTER_MS),
  });
}

/** What Alias, or the buyer, does with an order. */
export function change(state: AliasState, id: string, to: { status?: string }, now: number): AliasOrder {
  const order = orderOf(state, id);
  order.status = `ORDER_STATUS_${(to.status ?? "COMPLETED").replace(/^ORDER_STATUS_/, "")}`;
  order.updated_at = timeOf(now);
  return order;
}

export function listOrders(state: AliasState, asked: Asked): Answered {
  const [facet, word] = (asked.query.get("facet_filters") ?? "").split(":");
  const found = Object.values(state.orders).filter((order) => !word || order[facet ?? ""] === word);
  const { items, token } = pageOf(found, asked, { size: "page_size", max: 50, standard: 25 });
  return { status: 200, body: { results: items, pagination: { next_page_token: token } } };
}

export const getOrder = (state: AliasState, id: string): Answered => ({
  status: 200,
  body: { order: orderOf(state, id) },
});

/** What the seller does with an order, each from the states that it is for. */
const STEPS: Record<string, { from: readonly string[]; to: Record<string, unknown> }> = {
  confirm: { from: ["CONFIRMED"], to: { status: "ORDER_STATUS_CONFIRMED" } },
  cancel: { from: ["CONFIRMED", "LABEL_GENERATED"], to: { status: "ORDER_STATUS_CANCELED" } },
  generate_label: { from: ["CONFIRMED"], to: { status: "ORDER_STATUS_LABEL_GENERATED" } },
  regenerate_label: { from: ["LABEL_GENERATED"], to: { status: "ORDER_STATUS_LABEL_GENERATED" } },
  ship: {
    from: ["CONFIRMED", "LABEL_GENERATED"],
    to: { status: "ORDER_STATUS_IN_TRANSIT", fulfillment_status: "FULFILLMENT_STATUS_SELLER_SHIPPED" },
  },
};

export function step(state: AliasState, id: string, name: string, now: number): Answered {
  const order = orderOf(state, id);
  const taken = Object.hasOwn(STEPS, name) ? STEPS[name] : undefined;
  if (!taken) throw new Refused(404, "Not found");
  const status = order.status.replace(/^ORDER_STATUS_/, "");
  if (!taken.from.includes(status)) throw new Refused(400, `The order is ${status}`, 9);
  Object.assign(order, taken.to, { updated_at: timeOf(now) });
  if (name === "ship") Object.assign(order, { in_transit_at: timeOf(now) });
  if (name.endsWith("generate_label"))
    Object.assign(order, {
      label_type: "LABEL_TYPE_SHIPPING",
      label_url: `https://labels.demo.invalid/${id}.pdf`,
      label_tracking_number: `DEMO${id.slice(-9)}`,
      label_courier: "Demo Parcel",
      label_generated_at: timeOf(now),
    });
  return { status: 200, body: { order } };
}

function orderOf(state: AliasState, id: string): AliasOrder {
  const order = Object.hasOwn(state.orders, id) ? state.orders[id] : undefined;
  if (!order) throw new Refused(404, "Order not found");
  return order;
}
