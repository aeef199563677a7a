import type { Catalogue } from "./catalogue.ts";
import { Refusal } from "./refusal.ts";
import type { SandboxItem, SandboxOption } from "./items.ts";

export interface SandboxOrder {
  key: string;
  status: "placed" | "paid" | "preparing" | "cancelled" | "shipped" | "refunded";
  note: string | null;
  ordererNote: string | null;
  sellerNote: string | null;
  products: {
    itemKey: string;
    optionKey: string;
    productName: string;
    itemOptionInfo: string | null;
    quantity: number;
    price: number;
    shippingType: SandboxItem["shippingType"];
    trackingNumber: string | null;
    shippingCompanyCode: string | null;
    shippingCompanyName: string | null;
    shippedDate: number | null;
  }[];
  createdAt: number;
  updatedAt: number;
}

export interface OrderInput {
  products: { itemKey: string; quantity: number; optionAttributes: string[] }[];
  note?: string | null;
  ordererNote?: string | null;
  sellerNote?: string | null;
  customsClearanceCode?: unknown;
}

interface Chosen {
  item: SandboxItem;
  option: SandboxOption;
  quantity: number;
}

export interface Orders {
  all: readonly SandboxOrder[];
  simulate(input: OrderInput): {
    itemAmounts: { itemKey: string; amount: number }[];
    shippingAmount: number;
    extraShippingFeeExists: boolean;
  }[];
  create(input: OrderInput): SandboxOrder[];
  cancel(key: string): SandboxOrder;
  /** What the vendor does: from placed to shipped in one step. */
  ship(key: string): void;
}

export function createOrders(catalogue: Catalogue, saved: SandboxOrder[], now: () => number): Orders {
  const all = saved;
  const seconds = () => Math.floor(now() / 1_000);

  function chosenOf({ products, customsClearanceCode }: OrderInput): Chosen[] {
    if (products.length === 0) throw new Refusal("EMPTY_ORDER", "주문할 상품이 없습니다.");
    return products.map(({ itemKey, quantity, optionAttributes }) => {
      const item = catalogue.get(itemKey);
      if (!item) throw new Refusal("ITEM_NOT_FOUND", "상품을 찾을 수 없습니다.");
      const option = item.options.find(
        (one) => one.optionAttributes.map(({ value }) => value).join("\n") === optionAttributes.join("\n"),
      );
      if (!option) throw new Refusal("OPTION_INVALID", "옵션을 찾을 수 없습니다.");
      if (item.status !== "available" || item.attributes.includes("PROHIBIT"))
        throw new Refusal("ITEM_NOT_SELLABLE", "판매 중인 상품이 아닙니다.");
      if (quantity < 1 || quantity > option.quantity) throw new Refusal("OUT_OF_STOCK", "재고가 부족합니다.");
      const isOversea = item.attributes.some((name) => name.startsWith("ATTR_OVERSEA"));
      if (isOversea && !customsClearanceCode) throw new Refusal("CUSTOMS_CODE_REQUIRED", "통관부호가 필요합니다.");
      return { item, option, quantity };
    });
  }

  return {
    all,
    simulate: (input) =>
      inParts(chosenOf(input)).map((part) => ({
        itemAmounts: part.map(({ item, option, quantity }) => ({
          itemKey: item.key,
          amount: option.price * quantity,
        })),
        shippingAmount: shippingOf(part),
        extraShippingFeeExists: false,
      })),
    create(input) {
      const parts = inParts(chosenOf(input));
      for (const { item, option, quantity } of parts.flat()) take(catalogue, item.key, option.key, -quantity);
      const orders = parts.map((part, index) => orderOf(part, input, seconds(), all.length + index));
      all.push(...orders);
      return orders;
    },
    cancel(key) {
      const order = all.find((one) => one.key === key);
      if (!order) throw new Refusal("ORDER_NOT_FOUND", "주문을 찾을 수 없습니다.");
      if (order.status === "cancelled") return order;
      if (order.status === "shipped") throw new Refusal("ALREADY_SHIPPED", "이미 발송된 주문입니다.");
      for (const { itemKey, optionKey, quantity } of order.products) take(catalogue, itemKey, optionKey, quantity);
      Object.assign(order, { status: "cancelled", updatedAt: seconds() });
      return order;
    },
    ship(key) {
      const order = all.find((one) => one.key === key);
      if (!order || order.status === "cancelled") return;
      for (const product of order.products)
        Object.assign(product, {
          trackingNumber: `DEMO${key.slice(-8)}`,
          shippingCompanyCode: "DEMO",
          shippingCompanyName: "데모택배",
          shippedDate: seconds(),
        });
      Object.assign(order, { status: "shipped", updatedAt: seconds() });
    },
  };
}

/** Split as the document says: by the vendor, and by how shipping is charged. */
function inParts(chosen: Chosen[]): Chosen[][] {
  const parts = new Map<string, Chosen[]>();
  for (const one of chosen) {
    const key = `${one.item.metadata.vendorKey} ${one.item.shippingType}`;
    parts.set(key, [...(parts.get(key) ?? []), one]);
  }
  return [...parts.values()];
}

/** The highest of the items' fees; an item's grows with each box that it fills. */
function shippingOf(part: Chosen[]): number {
  const fees = part.map(({ item, quantity }) => {
    if (item.shippingType !== "inAdvance") return 0;
    const boxes = item.boxQuantity === null ? 1 : Math.ceil(quantity / item.boxQuantity);
    return item.shippingFee * boxes;
  });
  return Math.max(0, ...fees);
}

function take(catalogue: Catalogue, itemKey: string, optionKey: string, by: number): void {
  const item = catalogue.get(itemKey);
  if (!item) return;
  const options = item.options.map((one) => (one.key === optionKey ? { ...one, quantity: one.quantity + by } : one));
  const isLeft = options.some(({ quantity }) => quantity > 0);
  catalogue.put(
    { ...item, options, status: isLeft ? "available" : "soldout" },
    { kind: isLeft ? "resumed" : "soldout", valueBefore: item.status, valueAfter: isLeft ? "available" : "soldout" },
  );
}

function orderOf(part: Chosen[], input: OrderInput, at: number, number: number): SandboxOrder {
  return {
    key: `DEMO${String(number + 1).padStart(8, "0")}`,
    status: "paid",
    note: input.note ?? null,
    ordererNote: input.ordererNote ?? null,
    sellerNote: input.sellerNote ?? null,
    products: part.map(({ item, option, quantity }) => ({
      itemKey: item.key,
      optionKey: option.key,
      productName: item.name,
      itemOptionInfo: option.optionAttributes.map(({ name, value }) => `${name}: ${value}`).join(", ") || null,
      quantity,
      price: option.price,
      shippingType: item.shippingType,
      trackingNumber: null,
      shippingCompanyCode: null,
      shippingCompanyName: null,
      shippedDate: null,
    })),
    createdAt: at,
    updatedAt: at,
  };
}
