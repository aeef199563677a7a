import { setAvailable, touch } from "./demo.ts";
import { isoOf, LOCATIONS, nextId, type ShopifyState } from "./state.ts";

interface QuantityInput {
  inventoryItemId: string;
  locationId: string;
  quantity: number;
  changeFromQuantity?: number | null;
}

export interface UserError {
  code?: string;
  field: string[] | null;
  message: string;
}

/** Shopify forgets them, too. */
const KEPT_KEYS = 1_000;

export const numberOf = (gid: string): number => Number(/(\d+)$/.exec(gid)?.[1]);

/** All of them or none, each only where it is what it is said to be changed from. */
export function setQuantities(
  state: ShopifyState,
  input: { quantities: QuantityInput[] },
  key: string | undefined,
  now: number,
) {
  if (key === undefined)
    throw new Error("The @idempotent directive is required for this mutation but was not provided.");
  const asked = JSON.stringify(input);
  const before = state.asked[key];
  if (before && before.input !== asked)
    return refuse([
      { code: "IDEMPOTENCY_KEY_PARAMETER_MISMATCH", field: null, message: "Another request had this key" },
    ]);
  if (before) return before.answer;
  const places = input.quantities.map((wanted, index) => {
    const field = ["input", "quantities", String(index)];
    const variant = Object.values(state.variants).find(
      (one) => one.inventoryItemId === numberOf(wanted.inventoryItemId),
    );
    const location = numberOf(wanted.locationId);
    const level = variant?.available[location];
    const error = (code: string, message: string): UserError => ({ code, field, message });
    if (!variant) return error("INVALID_INVENTORY_ITEM", "The specified inventory item could not be found.");
    if (!LOCATIONS.some((one) => one === location))
      return error("INVALID_LOCATION", "The specified location could not be found.");
    if (!level)
      return error("ITEM_NOT_STOCKED_AT_LOCATION", "The specified inventory item is not stocked at the location.");
    if (wanted.quantity < 0) return error("INVALID_QUANTITY_NEGATIVE", "The quantity can't be negative.");
    if (wanted.changeFromQuantity === undefined)
      throw new Error("InventoryQuantityInput must include the following argument: changeFromQuantity");
    if (wanted.changeFromQuantity !== null && wanted.changeFromQuantity !== level.quantity)
      return {
        code: "CHANGE_FROM_QUANTITY_STALE",
        field: [...field, "changeFromQuantity"],
        message: "The changeFromQuantity value does not match the persisted value.",
      };
    return { variant, location, quantity: wanted.quantity };
  });
  const errors = places.flatMap((place) => ("message" in place ? [place] : []));
  if (errors.length > 0) return refuse(errors);
  for (const place of places)
    if ("variant" in place)
      setAvailable(state, place.variant, { location: place.location, quantity: place.quantity, now });
  const group = { id: `gid://shopify/InventoryAdjustmentGroup/${nextId(state)}` };
  const answer = { inventoryAdjustmentGroup: group, userErrors: [] };
  state.asked[key] = { input: asked, answer };
  const [oldest = "", ...others] = Object.keys(state.asked);
  if (others.length >= KEPT_KEYS) delete state.asked[oldest];
  return answer;
}

const refuse = (userErrors: UserError[]) => ({ inventoryAdjustmentGroup: null, userErrors });

export function updateVariants(
  state: ShopifyState,
  input: { productId: string; variants: { id: string; price: string }[]; allowPartialUpdates: boolean },
  now: number,
) {
  const read = input.variants.map(({ id, price }, index) => {
    const variant = state.variants[numberOf(id)];
    const error = (code: string, message: string): UserError => ({
      code,
      field: ["variants", String(index), "price"],
      message,
    });
    if (variant?.productId !== numberOf(input.productId))
      return error("PRODUCT_VARIANT_DOES_NOT_EXIST", "Product variant does not exist");
    if (!/^\d+(\.\d{1,2})?$/.test(price))
      return error("GREATER_THAN_OR_EQUAL_TO", "Price must be a number of at least 0");
    return { variant, price };
  });
  const userErrors = read.flatMap((one) => ("message" in one ? [one] : []));
  if (userErrors.length > 0 && !input.allowPartialUpdates) return { productVariants: null, userErrors };
  for (const one of read) {
    if ("message" in one) continue;
    one.variant.price = one.price;
    touch(state, one.variant, now);
  }
  return { productVariants: null, userErrors };
}

export interface FulfillmentInput {
  lineItemsByFulfillmentOrder: {
    fulfillmentOrderId: string;
    fulfillmentOrderLineItems?: { id: string; quantity: number }[];
  }[];
  trackingInfo?: { company?: string; number?: string; url?: string };
}

/** Of fulfilment orders of one location; each takes no more than it waits for. */
export function createFulfillment(state: ShopifyState, input: FulfillmentInput, now: number) {
  const refuseThat = (message: string) => ({ fulfillment: null, userErrors: [{ field: ["fulfillment"], message }] });
  const parts = input.lineItemsByFulfillmentOrder.map((wanted) => {
    const part = state.fulfillmentOrders.find(({ id }) => id === numberOf(wanted.fulfillmentOrderId));
    const all = part?.line_items.map(({ id, fulfillable_quantity }) => ({
      id: String(id),
      quantity: fulfillable_quantity,
    }));
    return { part, lines: wanted.fulfillmentOrderLineItems ?? all ?? [] };
  });
  const [first] = parts;
  const order = first?.part && state.orders[first.part.order_id];
  if (!order) return refuseThat("Fulfillment order does not exist.");
  const taken = parts.flatMap(({ part, lines }) =>
    lines.map(({ id, quantity }) => ({
      quantity,
      line: part?.line_items.find((one) => one.id === numberOf(id)),
      part,
    })),
  );
  const isOne = parts.every(({ part }) => part?.assigned_location_id === first.part?.assigned_location_id);
  if (!isOne) return refuseThat("All fulfillment orders must be assigned to the same location.");
  if (taken.some(({ line, quantity }) => !line || quantity < 1 || quantity > line.fulfillable_quantity))
    return refuseThat("Invalid fulfillment order line item quantity requested.");
  for (const { line, quantity } of taken) if (line) line.fulfillable_quantity -= quantity;
  for (const { part } of parts)
    if (part) part.status = part.line_items.some((line) => line.fulfillable_quantity > 0) ? "in_progress" : "closed";
  const { company = null, number = null, url = null } = input.trackingInfo ?? {};
  const at = isoOf(now);
  const id = nextId(state);
  order.fulfillments.push({
    id,
    order_id: order.id,
    status: "success",
    created_at: at,
    updated_at: at,
    location_id: first.part?.assigned_location_id ?? 0,
    tracking_company: company,
    tracking_number: number,
    tracking_numbers: number === null ? [] : [number],
    tracking_url: url,
    tracking_urls: url === null ? [] : [url],
    line_items: taken.flatMap(({ line, quantity }) => {
      const own = order.line_items.find((one) => one.id === line?.line_item_id);
      return own ? [{ ...own, quantity }] : [];
    }),
  });
  const isLeft = state.fulfillmentOrders.some(
    (part) => part.order_id === order.id && part.line_items.some((line) => line.fulfillable_quantity > 0),
  );
  order.fulfillment_status = isLeft ? "partial" : "fulfilled";
  order.updated_at = at;
  return { fulfillment: { id: `gid://shopify/Fulfillment/${id}`, status: "SUCCESS" }, userErrors: [] };
}
