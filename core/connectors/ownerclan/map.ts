import { defined } from "../../platform/defined.ts";
import type { CataloguePage, SourceProduct, Unreadable } from "../capabilities.ts";
import { PROHIBITED, RESTRICTING } from "./constants.ts";
import { money, MoneyUnreadable } from "./money.ts";
import { isChoice, readOption } from "./options.ts";
import { ItemSchema, type SimpleItem, SimpleItemSchema, type WireItem } from "./wire.ts";

type Read = { product: SourceProduct } | { unreadable: Unreadable };

/** Items as they stand in an answer, each by itself: what cannot be read keeps its reasons and itself. */
export function readItems(nodes: readonly unknown[]): Pick<CataloguePage, "products" | "unreadable"> {
  const read = nodes.map(readItem);
  return {
    products: read.flatMap((one) => ("product" in one ? [one.product] : [])),
    unreadable: read.flatMap((one) => ("unreadable" in one ? [one.unreadable] : [])),
  };
}

export function readItem(node: unknown): Read {
  const externalId = keyOf(node);
  const refuse = (reasons: string[]): Read => ({
    unreadable: { ...(externalId === undefined ? {} : { externalId }), reasons, original: node },
  });
  // Whatever has no `key` is of the simpler shape, in which `id` is the supplier's own.
  const isSimple = typeof node === "object" && node !== null && !("key" in node);
  const item = isSimple ? SimpleItemSchema.safeParse(node) : ItemSchema.safeParse(node);
  if (!item.success)
    return refuse(item.error.issues.map(({ path, message }) => `${path.map(String).join(".")}: ${message}`));
  try {
    return { product: "id" in item.data ? productOfSimple(item.data) : productOf(item.data) };
  } catch (error) {
    if (error instanceof MoneyUnreadable) return refuse([error.message]);
    throw error;
  }
}

/** By what an item is known, as far as it can be read. */
export function keyOf(node: unknown): string | undefined {
  if (typeof node !== "object" || node === null) return undefined;
  const key = "key" in node ? node.key : "id" in node ? node.id : undefined;
  return typeof key === "string" || typeof key === "number" ? String(key) : undefined;
}

/** Throws MoneyUnreadable. */
function productOf(item: WireItem): SourceProduct {
  const cost = money(item.price, "price");
  const fixed = item.pricePolicy === "free" ? undefined : money(item.fixedPrice, "fixedPrice");
  const fee = money(item.shippingFee, "shippingFee");
  const all = (item.options ?? []).map((option) => readOption(option, cost));
  const quantity = all.reduce((sum, option) => sum + (option.quantity ?? 0), 0);
  const attributes = item.attributes ?? [];
  const mayBeSold = item.openmarketSellable !== false && !attributes.includes(PROHIBITED);
  return defined({
    externalId: item.key,
    name: item.name.trim(),
    description: item.content || undefined,
    cost,
    price: fixed,
    quantity,
    isAvailable: item.status === "available" && quantity > 0 && mayBeSold,
    categories: categoriesOf(item),
    images: item.images ?? [],
    attributes: attributesOf(item),
    options: all.filter((_, index) => isChoice(item.options?.[index] ?? {})),
    restrictions: restrictionsOf(item),
    updatedAt: item.updatedAt ? new Date(item.updatedAt * 1_000).toISOString() : undefined,
    vendor: vendorOf(item.metadata),
    shipping: item.shippingType ? defined({ kind: item.shippingType, fee }) : undefined,
  }) as SourceProduct;
}

function categoriesOf({ category }: WireItem): string[] {
  const names = (category?.fullName ?? "").split(">").map((name) => name.trim());
  const known = names.filter((name) => name !== "");
  return known.length > 0 ? known : category?.name ? [category.name] : [];
}

/** What says something of the goods and has no field of its own here. */
function attributesOf(item: WireItem): Record<string, string> {
  const { model, production, origin, searchKeywords, guaranteedShippingPeriod, boxQuantity, noReturnReason } = item;
  const { taxFree, returnable, isUsed, status } = item;
  const keywords = Array.isArray(searchKeywords) ? searchKeywords.join(", ") : searchKeywords;
  const texts = { model, production, origin, searchKeywords: keywords, noReturnReason, status };
  const others = { guaranteedShippingPeriod, boxQuantity, taxFree, returnable, isUsed };
  return Object.fromEntries(
    Object.entries({ ...texts, ...others })
      .filter(([, value]) => value !== null && value !== undefined && value !== "")
      .map(([name, value]) => [name, String(value)]),
  );
}

/** In the source's own words. */
function restrictionsOf({ openmarketSellable, adultOnly, attributes }: WireItem): string[] {
  return [
    ...(openmarketSellable === false ? ["openmarketSellable=false"] : []),
    ...(adultOnly ? ["adultOnly=true"] : []),
    ...(attributes ?? []).filter((name) => RESTRICTING.includes(name)),
  ];
}

/** `metadata` is JSON, as an object or as its text. */
function vendorOf(metadata: unknown): string | undefined {
  const read = typeof metadata === "string" ? parsed(metadata) : metadata;
  const vendor = typeof read === "object" && read !== null && "vendorKey" in read ? read.vendorKey : undefined;
  return typeof vendor === "string" || typeof vendor === "number" ? String(vendor) : undefined;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Throws MoneyUnreadable. */
function productOfSimple(item: SimpleItem): SourceProduct {
  const price = money(item.price, "price");
  const cost = money(item.cost, "cost");
  const quantity = Math.max(0, item.stock ?? 0);
  return defined({
    externalId: String(item.id),
    sku: item.sku || undefined,
    name: item.name.trim(),
    description: item.description || undefined,
    // Without a cost of its own the price is what we pay.
    cost: cost ?? price,
    price: cost ? price : undefined,
    quantity,
    isAvailable: quantity > 0,
    categories: item.category ? [item.category] : [],
    images: item.images ?? [],
    attributes: Object.fromEntries(
      Object.entries(item.attributes ?? {}).map(([name, value]) => [
        name,
        typeof value === "string" ? value : JSON.stringify(value),
      ]),
    ),
    options: [],
    restrictions: [],
  }) as SourceProduct;
}
