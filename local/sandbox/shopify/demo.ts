import { isoOf, LOCATIONS, nextId, type ShopifyState, type ShopOrder, type ShopVariant } from "./state.ts";

const COLOURS = ["Black", "Sand", "Blue"];
const [PRIMARY] = LOCATIONS;

/** Products of one to three variants, as many as make `count` variants. */
export function stockShelves(state: ShopifyState, count: number, now: number): void {
  for (let product = 1, made = 0; made < count; product++) {
    const colours = product % 3 === 0 ? COLOURS.slice(0, Math.min(3, count - made)) : [undefined];
    const productId = putProduct(state, { title: `Demo product ${product}`, now });
    for (const colour of colours) {
      made++;
      putVariant(state, {
        productId,
        sku: `DEMO-SHOP-${String(made).padStart(4, "0")}`,
        quantity: 5 + (made % 30),
        cents: 900 + ((made * 173) % 12_000),
        now,
        ...(colour === undefined ? {} : { colour }),
      });
    }
  }
}

export function putProduct(state: ShopifyState, { title, now }: { title: string; now: number }): number {
  const id = nextId(state);
  const common = { vendor: "Demo Vendor", productType: "Demo goods", tags: ["demo"], status: "ACTIVE" as const };
  state.products[id] = { id, title, ...common, updatedAt: isoOf(now) };
  return id;
}

export interface NewVariant {
  productId: number;
  sku: string | null;
  quantity: number;
  cents?: number;
  colour?: string;
  now: number;
}

export function putVariant(state: ShopifyState, ask: NewVariant): ShopVariant {
  const { productId, sku, quantity, cents = 2_500, colour, now } = ask;
  const id = nextId(state);
  const updatedAt = isoOf(now);
  const variant: ShopVariant = {
    id,
    productId,
    inventoryItemId: nextId(state),
    sku,
    barcode: null,
    options: [colour === undefined ? { name: "Title", value: "Default Title" } : { name: "Colour", value: colour }],
    price: decimal(cents),
    unitCost: decimal(Math.floor(cents / 2)),
    tracked: true,
    available: { [PRIMARY]: { quantity, updatedAt } },
    updatedAt,
  };
  state.variants[id] = variant;
  return variant;
}

const decimal = (cents: number) => `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, "0")}`;
const centsOf = (value: string) => Number(value.replace(".", ""));

/** A quantity changes, and with it the variant and its product. */
export function setAvailable(
  state: ShopifyState,
  variant: ShopVariant,
  at: { location: number; quantity: number; now: number },
) {
  const updatedAt = isoOf(at.now);
  variant.available[at.location] = { quantity: at.quantity, updatedAt };
  touch(state, variant, at.now);
}

export function touch(state: ShopifyState, variant: ShopVariant, now: number): void {
  variant.updatedAt = isoOf(now);
  const product = state.products[variant.productId];
  if (product) product.updatedAt = isoOf(now);
}

export interface Sale {
  sku?: string;
  quantity?: number;
}

/** Somebody buys: the quantity goes down at once. Undefined where there is not enough. */
export function sell(state: ShopifyState, { sku, quantity = 1 }: Sale, now: number): ShopOrder | undefined {
  const fitting = Object.values(state.variants).filter(
    (one) => (sku === undefined || one.sku === sku) && (one.available[PRIMARY]?.quantity ?? 0) >= quantity,
  );
  const variant = fitting[nextId(state) % Math.max(1, fitting.length)];
  const level = variant?.available[PRIMARY];
  if (!variant || !level) return undefined;
  setAvailable(state, variant, { location: PRIMARY, quantity: level.quantity - quantity, now });
  const order = newOrder(state, { variant, quantity, now });
  state.orders[order.id] = order;
  const parts = order.line_items.map((line) => ({
    id: nextId(state),
    line_item_id: line.id,
    quantity: line.quantity,
    fulfillable_quantity: line.quantity,
  }));
  state.fulfillmentOrders.push({
    id: nextId(state),
    order_id: order.id,
    assigned_location_id: PRIMARY,
    status: "open",
    line_items: parts,
  });
  return order;
}

function newOrder(
  state: ShopifyState,
  { variant, quantity, now }: { variant: ShopVariant; quantity: number; now: number },
): ShopOrder {
  const id = nextId(state);
  const number = Object.keys(state.orders).length + 1_001;
  const title = state.products[variant.productId]?.title ?? "Demo product";
  const colour = variant.options.find(({ name }) => name === "Colour")?.value;
  const goods = centsOf(variant.price) * quantity;
  const [shipping, tax] = [590, Math.round(goods / 20)];
  const money = (cents: number) => ({
    shop_money: { amount: decimal(cents), currency_code: "USD" },
    presentment_money: { amount: decimal(cents), currency_code: "USD" },
  });
  const at = isoOf(now);
  const address = {
    first_name: "Demo",
    last_name: `Buyer ${number}`,
    name: `Demo Buyer ${number}`,
    address1: `${number} Sandbox Street`,
    address2: null,
    city: "Sampleton",
    province: "California",
    zip: "90000",
    country: "United States",
    country_code: "US",
    phone: "555-0100",
  };
  return {
    id,
    admin_graphql_api_id: `gid://shopify/Order/${id}`,
    name: `#${number}`,
    order_number: number,
    email: `buyer-${number}@sandbox.invalid`,
    test: false,
    created_at: at,
    processed_at: at,
    updated_at: at,
    cancelled_at: null,
    cancel_reason: null,
    currency: "USD",
    financial_status: "paid",
    fulfillment_status: null,
    taxes_included: false,
    total_line_items_price: decimal(goods),
    subtotal_price: decimal(goods),
    total_discounts: "0.00",
    total_tax: decimal(tax),
    total_price: decimal(goods + shipping + tax),
    total_shipping_price_set: money(shipping),
    shipping_lines: [{ title: "Standard", price: decimal(shipping) }],
    line_items: [
      {
        id: nextId(state),
        product_id: variant.productId,
        variant_id: variant.id,
        sku: variant.sku,
        title,
        name: colour === undefined ? title : `${title} - ${colour}`,
        quantity,
        current_quantity: quantity,
        price: variant.price,
      },
    ],
    fulfillments: [],
    refunds: [],
    customer: {
      id: nextId(state),
      first_name: address.first_name,
      last_name: address.last_name,
      email: null,
      phone: null,
    },
    shipping_address: address,
    billing_address: address,
  };
}

/** Something happens to an order: it is touched, or cancelled with its units back on the shelf. */
export function change(
  state: ShopifyState,
  id: number,
  { cancel = false }: { cancel?: boolean },
  now: number,
): ShopOrder | undefined {
  const order = state.orders[id];
  if (!order) return undefined;
  order.updated_at = isoOf(now);
  if (!cancel || order.cancelled_at !== null) return order;
  order.cancelled_at = order.updated_at;
  order.financial_status = "refunded";
  for (const line of order.line_items) {
    const variant = state.variants[line.variant_id];
    const quantity = (variant?.available[PRIMARY]?.quantity ?? 0) + line.quantity;
    if (variant) setAvailable(state, variant, { location: PRIMARY, quantity, now });
  }
  return order;
}
