import type { ProductRecord } from "../ingest/index.ts";
import type { SourceOption, SourceProduct } from "../connectors/index.ts";
import { defined } from "../platform/defined.ts";
import type { Money } from "../platform/money.ts";

/** Between an item and its option in an offer's id. */
const SEPARATOR = "#";

export const offerIdOf = (itemId: string, optionId?: string): string =>
  optionId === undefined ? itemId : `${itemId}${SEPARATOR}${optionId}`;

/** The ids that offers of an item can have lie between these, both inclusive, in the order of DynamoDB. */
export const offerRangeOf = (itemId: string): { from: string; to: string } => ({
  from: itemId,
  to: `${itemId}${SEPARATOR}\u{10FFFF}`,
});

/** Whether an offer's id is of the item: the range holds others, too, whose ids go on with a character before the separator. */
export const isOfferOf = (itemId: string, offerId: string): boolean =>
  offerId === itemId || offerId.startsWith(`${itemId}${SEPARATOR}`);

/**
 * An item as records: one for each option, since each is bought, stocked and sold by itself, or one where there is no
 * choice. The options of an item are a family.
 */
export function recordsOfProduct(product: SourceProduct): ProductRecord[] {
  const { options, externalId } = product;
  if (options.length === 0) return [recordOf(product)];
  const ids = options.map((option) => offerIdOf(externalId, option.externalId));
  return options.map((option) => recordOf(product, option, ids));
}

function recordOf(product: SourceProduct, option?: SourceOption, options?: string[]): ProductRecord {
  const { externalId, restrictions, vendor, shipping } = product;
  const sku = product.sku ?? externalId;
  return defined({
    sku: option ? (option.sku ?? `${sku}-${option.externalId}`) : sku,
    name: option ? nameOf(product.name, option) : product.name,
    description: product.description,
    cost: costOf(product.cost, option?.surcharge),
    price: product.price,
    gtin: option ? undefined : product.gtin,
    brand: product.brand,
    category: product.categories.at(-1),
    familyKey: option ? externalId : undefined,
    images: product.images,
    attributes: {
      ...product.attributes,
      ...(product.styleCode === undefined ? {} : { styleCode: product.styleCode }),
      ...option?.values,
    },
    stock: option ? option.quantity : product.quantity,
    externalId: offerIdOf(externalId, option?.externalId),
    source: defined({
      itemId: externalId,
      optionId: option?.externalId,
      options,
      // An item that is withdrawn takes its options along, whatever they say of themselves.
      isAvailable: product.isAvailable && (option?.isAvailable ?? true),
      restrictions,
      vendor,
      shipping,
    }),
  }) as ProductRecord;
}

function nameOf(name: string, { values }: SourceOption): string {
  const chosen = Object.values(values).filter((value) => value !== "");
  return chosen.length === 0 ? name : `${name} (${chosen.join(" / ")})`;
}

function costOf(cost: Money | undefined, surcharge: Money | undefined): Money | undefined {
  return cost && surcharge ? { minor: cost.minor + surcharge.minor, currency: cost.currency } : cost;
}
