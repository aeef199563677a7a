import { defined } from "../../platform/defined.ts";
import { normalizeGtin } from "../../platform/gtin.ts";
import { describeMoneyFault, type Money, readMoney } from "../../platform/money.ts";
import { faultsOf } from "../../platform/parse.ts";
import type { CataloguePage, SourceProduct } from "../capabilities.ts";
import { idOf } from "./gid.ts";
import { PlaceSchema, type Variant, VariantSchema } from "./wire.ts";

/** What the only variant of a product without options is called. */
const NO_OPTION = "Default Title";

/** Each variant has a SKU, a price and stock of its own, so each is one of our products. */
export function toProducts(
  nodes: readonly unknown[],
  currency: string,
): Pick<CataloguePage, "products" | "unreadable"> {
  const page: Pick<CataloguePage, "products" | "unreadable"> = { products: [], unreadable: [] };
  for (const original of nodes) {
    const read = VariantSchema.safeParse(original);
    const mapped = read.success
      ? toProduct(read.data, currency)
      : faultsOf(read.error).map(({ path, message }) => `${path}: ${message}`);
    if (!Array.isArray(mapped)) {
      page.products.push(mapped);
      continue;
    }
    const place = PlaceSchema.safeParse(original);
    page.unreadable.push({ ...(place.data ? { externalId: idOf(place.data.id) } : {}), reasons: mapped, original });
  }
  return page;
}

function toProduct(variant: Variant, currency: string): SourceProduct | string[] {
  const { product, inventoryItem, selectedOptions, title } = variant;
  const reasons: string[] = [];
  const money = (path: string, amount: string | undefined, unit = currency): Money | undefined => {
    const read = amount === undefined ? undefined : readMoney(amount, unit);
    if (typeof read !== "string") return read;
    reasons.push(`${path}: ${describeMoneyFault(read, amount ?? "", unit)}`);
    return undefined;
  };
  const price = money("price", variant.price);
  const cost = money("inventoryItem.unitCost", inventoryItem.unitCost?.amount, inventoryItem.unitCost?.currencyCode);
  const options = selectedOptions.filter(({ value }) => value !== NO_OPTION);
  const image = product.featuredMedia?.preview?.image?.url;
  const mapped = defined({
    externalId: idOf(variant.id),
    sku: variant.sku,
    name:
      options.length === 0
        ? product.title
        : `${product.title} - ${title ?? options.map(({ value }) => value).join(" / ")}`,
    description: product.descriptionHtml,
    cost,
    price,
    // What Shopify does not count it has as many of as anybody asks for.
    quantity: inventoryItem.tracked ? Math.max(0, variant.inventoryQuantity ?? 0) : undefined,
    isAvailable: product.status === "ACTIVE" && variant.availableForSale,
    gtin: variant.barcode === undefined ? undefined : normalizeGtin(variant.barcode),
    brand: product.vendor,
    categories: product.category?.fullName.split(" > ") ?? (product.productType ? [product.productType] : []),
    images: image === undefined ? [] : [image],
    attributes: attributesOf(variant),
    options: [],
    restrictions: product.status === "ACTIVE" ? [] : [`status=${product.status}`],
    url: product.onlineStoreUrl,
    updatedAt: [variant.updatedAt, product.updatedAt]
      .flatMap((at) => at ?? [])
      .toSorted()
      .at(-1),
  });
  return reasons.length > 0 ? reasons : mapped;
}

/** Its options by their names, and what else Shopify says of it in its own words. */
function attributesOf({ product, selectedOptions, barcode, compareAtPrice, inventoryPolicy }: Variant) {
  const own = defined({
    productId: idOf(product.id),
    handle: product.handle,
    productType: product.productType,
    tags: product.tags.length > 0 ? product.tags.join(", ") : undefined,
    barcode: barcode !== undefined && normalizeGtin(barcode) === undefined ? barcode : undefined,
    compareAtPrice,
    inventoryPolicy,
  });
  const options = selectedOptions.filter(({ value }) => value !== NO_OPTION);
  return { ...own, ...Object.fromEntries(options.map(({ name, value }) => [name, value])) };
}
