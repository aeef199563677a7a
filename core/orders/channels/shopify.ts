import { defined } from "../../platform/defined.ts";
import type { Money } from "../../platform/money.ts";
import { checkSame, checkSubtotal, goodsOf, negated, sumOf } from "./checks.ts";
import { statusByRules } from "./channel-status.ts";
import type { Notes } from "./notes.ts";
import { orderReader } from "./page.ts";
import { SHOPIFY_STATUSES } from "./shopify-status.ts";
import { type ShopifyOrder, ShopifyOrderSchema } from "./shopify-wire.ts";
import { knownOf } from "./wire.ts";

/** States of a fulfilment that nothing was sent by. */
const NOT_SENT = new Set(["cancelled", "error", "failure"]);

export const readShopifyOrder = orderReader(ShopifyOrderSchema, (order, notes) => {
  const { currency, customer, financial_status, fulfillment_status } = order;
  const lines = order.line_items.map((line, index) =>
    defined({
      sku: line.sku,
      platformSku: line.sku,
      title: line.name ?? line.title,
      externalLineId: line.id,
      quantity: line.quantity,
      unitPrice: notes.amount(`line_items.${index}.price`, line.price, currency),
    }),
  );
  if (order.test) notes.warn("test", "TEST_ORDER", "It was made to try the shop out: nobody bought anything");
  warnOfFewerUnits(order, notes);
  return defined({
    channel: "shopify",
    externalId: order.id,
    ...statusByRules(
      SHOPIFY_STATUSES,
      { financial_status, fulfillment_status, cancelled_at: order.cancelled_at && "cancelled" },
      notes,
    ),
    placedAt: order.processed_at
      ? notes.placedAt({ processed_at: order.processed_at, created_at: order.created_at })
      : notes.placedAt({ created_at: order.created_at, updated_at: order.updated_at }),
    updatedAt: notes.time("updated_at", order.updated_at),
    currency,
    lines,
    ...readTotals(order, goodsOf({ lines, currency }), notes),
    refunded: readRefunded(order, notes),
    customer: knownOf({
      name: nameOf(customer) ?? nameOf(order.shipping_address),
      email: order.email ?? order.contact_email ?? customer?.email,
      phone: order.phone ?? customer?.phone,
      externalId: customer?.id,
    }),
    shippingAddress: order.shipping_address ? readAddress(order.shipping_address) : undefined,
    tracking: readTracking(order, notes),
    warnings: [],
  });
});

/** Where taxes are included in the prices they are part of the lines; else they come on top. */
function readTotals(order: ShopifyOrder, goods: bigint | undefined, notes: Notes) {
  const { currency } = order;
  const total = notes.amount("total_price", order.total_price, currency);
  const tax = notes.amount("total_tax", order.total_tax, currency);
  const discount = notes.amount("total_discounts", order.total_discounts, currency);
  const shipping =
    notes.amount("total_shipping_price_set", order.total_shipping_price_set?.shop_money?.amount, currency) ??
    sumOf(
      order.shipping_lines.map(({ price }, index) => notes.amount(`shipping_lines.${index}.price`, price, currency)),
    );
  const subtotal = notes.amount("total_line_items_price", order.total_line_items_price, currency);
  checkSubtotal(notes, "total_line_items_price", subtotal, goods);
  const duties = notes.amount(
    "original_total_duties_set",
    order.original_total_duties_set?.shop_money?.amount,
    currency,
  );
  const tip = notes.amount("total_tip_received", order.total_tip_received, currency);
  const ofGoods = subtotal ?? (goods === undefined ? undefined : { minor: Number(goods), currency });
  const onTop = order.taxes_included ? undefined : tax;
  const parts = ofGoods && sumOf([ofGoods, shipping, onTop, duties, tip, discount && negated(discount)]);
  if (total && parts) checkSame(notes, "total_price", "TOTAL_DIFFERS", "The total", total, parts);
  return { total, shipping, tax, discount };
}

/** Shopify keeps a line's first quantity when units are refunded or taken off. */
function warnOfFewerUnits({ line_items }: ShopifyOrder, notes: Notes): void {
  for (const [index, { quantity, current_quantity }] of line_items.entries()) {
    const left = current_quantity ?? quantity;
    if (left < quantity)
      notes.warn(`line_items.${index}.quantity`, "UNITS_REMOVED", `${left} of its ${quantity} units are left`);
  }
}

/** What has gone back to the buyer: refunds that were carried out. */
function readRefunded({ refunds, currency }: ShopifyOrder, notes: Notes): Money | undefined {
  return sumOf(
    refunds.flatMap(({ transactions }, refund) =>
      transactions
        .filter(({ kind, status }) => kind === "refund" && status === "success")
        .map((paid) => notes.amount(`refunds.${refund}.transactions`, paid.amount, paid.currency ?? currency)),
    ),
  );
}

function readTracking({ fulfillments }: ShopifyOrder, notes: Notes) {
  const tracking = fulfillments.flatMap((fulfillment, index) => {
    const {
      status,
      tracking_company: carrier,
      tracking_numbers,
      tracking_number,
      tracking_urls,
      tracking_url,
    } = fulfillment;
    if (NOT_SENT.has(status ?? "")) {
      notes.warn(
        `fulfillments.${index}`,
        "FULFILMENT_FAILED",
        `A fulfilment ended as ${status}: nothing went out by it`,
      );
      return [];
    }
    const numbers = tracking_numbers.length > 0 ? tracking_numbers : [tracking_number];
    const urls = tracking_urls.length > 0 ? tracking_urls : [tracking_url];
    return numbers.flatMap((number, place) => (number ? defined({ carrier, number, url: urls[place] }) : []));
  });
  return tracking.length > 0 ? tracking : undefined;
}

function nameOf(person: { first_name?: string | undefined; last_name?: string | undefined } | null | undefined) {
  return [person?.first_name, person?.last_name].filter(Boolean).join(" ") || undefined;
}

function readAddress(address: NonNullable<ShopifyOrder["shipping_address"]>) {
  return defined({
    name: address.name ?? nameOf(address),
    street: address.address1,
    street2: address.address2,
    city: address.city,
    state: address.province,
    postalCode: address.zip,
    country: address.country_code ?? address.country,
    phone: address.phone,
  });
}
