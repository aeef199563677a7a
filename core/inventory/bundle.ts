import * as z from "zod";
import { type Fault, ValidationError } from "../platform/errors.ts";
import { IdSchema, PageSchema } from "../platform/resources.ts";
import type { StockItem } from "./stock.ts";

/** Units of a product. */
export interface Demand {
  productId: string;
  quantity: number;
}

/**
 * A product that is sold as other products together, such as a six-pack or a set. It has no stock of its own, and its
 * components are no bundles: what is demanded of it is demanded of them.
 */
export interface Bundle {
  productId: string;
  components: Demand[];
  version: number;
  createdAt: string;
  updatedAt: string;
}

/** An order's line becomes so many holds, and all lines go in one transaction. */
const MOST_COMPONENTS = 20;

export const BundleSchema = z.lazy(() =>
  z.strictObject({
    components: z
      .array(z.strictObject({ productId: IdSchema, quantity: z.int().min(1).max(10_000) }))
      .min(1)
      .max(MOST_COMPONENTS)
      .describe("What one bundle consists of: products with stock of their own"),
  }),
);

export const ListBundlesSchema = PageSchema;

/** Throws VALIDATION_ERROR where a product is named twice or consists of itself. */
export function checkBundle({ productId, components }: Pick<Bundle, "productId" | "components">): void {
  const faults = components.flatMap((component, index): Fault[] => {
    const path = `components.${index}.productId`;
    if (component.productId === productId)
      return [{ path, code: "CONSISTS_OF_ITSELF", message: "must not be the bundle itself" }];
    const first = components.findIndex((other) => other.productId === component.productId);
    return first < index ? [{ path, code: "REPEATED", message: `is component ${first} already: add them up` }] : [];
  });
  if (faults.length > 0) throw new ValidationError(faults);
}

/** What a line needs of stock: a bundle's components, or the product itself. */
export function componentsOf({ productId, quantity }: Demand, bundles: ReadonlyMap<string, Bundle>): Demand[] {
  const bundle = bundles.get(productId);
  if (!bundle) return [{ productId, quantity }];
  return bundle.components.map((component) => ({ ...component, quantity: component.quantity * quantity }));
}

/** What all lines together need of each product with stock: summed before it is checked, or two lines pass that together do not. */
export function expandBundles(lines: readonly Demand[], bundles: ReadonlyMap<string, Bundle>): Demand[] {
  const sums = new Map<string, number>();
  for (const line of lines)
    for (const { productId, quantity } of componentsOf(line, bundles))
      sums.set(productId, (sums.get(productId) ?? 0) + quantity);
  return [...sums].map(([productId, quantity]) => ({ productId, quantity }));
}

/** How many bundles there are at each location where all components are: nobody packs one out of two places. */
export function bundleAvailability(
  { components }: Pick<Bundle, "components">,
  stock: readonly Pick<StockItem, "productId" | "locationId" | "available">[],
  locationIds: readonly string[],
): { locationId: string; available: number }[] {
  const there = new Map(stock.map((item) => [`${item.locationId}#${item.productId}`, Math.max(0, item.available)]));
  return locationIds.map((locationId) => ({
    locationId,
    available: Math.min(
      ...components.map(({ productId, quantity }) =>
        Math.floor((there.get(`${locationId}#${productId}`) ?? 0) / quantity),
      ),
    ),
  }));
}
