import * as Catalog from "../catalog/index.ts";
import { type Context, requirePermission, timestamp } from "../platform/context.ts";
import { decodeCursor, encodeCursor } from "../platform/cursor.ts";
import { AppError, NotFoundError, VersionConflictError } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { parse } from "../platform/parse.ts";
import { readTogether } from "../platform/reads.ts";
import type { Page } from "../platform/resources.ts";
import type { Item } from "../platform/table.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { type Bundle, bundleAvailability, BundleSchema, checkBundle, ListBundlesSchema } from "./bundle.ts";
import {
  bundleList,
  bundleOf,
  bundlesRead,
  createBundleWrite,
  isBundle,
  joinBundleWrite,
  leaveBundleWrite,
  removeBundleWrite,
  replaceBundleWrite,
} from "./bundle.store.ts";
import { sellingLocationsRead } from "./locations.ts";
import { stockRead } from "./reads.ts";

interface BundleInput {
  productId: string;
  expectedVersion?: number | undefined;
}

/**
 * Says what a product consists of. Orders that are placed already keep what they reserved. Throws NOT_FOUND (product),
 * VERSION_CONFLICT, STATE_CONFLICT for a product with stock of its own or in a bundle, and for components that are
 * bundles.
 */
export async function setBundle(
  ctx: Context,
  { productId, expectedVersion, input }: BundleInput & { input: unknown },
): Promise<Bundle> {
  requirePermission(ctx, "inventory.adjust");
  const { components } = parse(BundleSchema, input);
  checkBundle({ productId, components });
  const ids = [productId, ...components.map((component) => component.productId)];
  const [products, bundles] = await readTogether(ctx, Catalog.productsRead(ctx, ids), bundlesRead(ctx, [productId]));
  const missing = ids.find((id) => !products.has(id));
  if (missing !== undefined) throw new NotFoundError("Product", missing);
  const current = bundles.get(productId);
  requireVersion(productId, current, expectedVersion);
  const at = timestamp(ctx);
  const version = (current?.version ?? 0) + 1;
  const bundle: Bundle = { productId, components, version, createdAt: current?.createdAt ?? at, updatedAt: at };
  const isIn = (list: Bundle["components"], id: string) => list.some((component) => component.productId === id);
  const joining = components.filter((one) => !isIn(current?.components ?? [], one.productId));
  const leaving = (current?.components ?? []).filter((one) => !isIn(components, one.productId));
  try {
    await ctx.table.transact([
      current ? replaceBundleWrite(ctx, bundle) : createBundleWrite(ctx, bundle),
      ...joining.map((one) => joinBundleWrite(ctx, one.productId, productId)),
      ...leaving.map((one) => leaveBundleWrite(ctx, one.productId, productId)),
      outboxWrite(ctx, "bundle.set", { productId, components }),
    ]);
  } catch (error) {
    if (!(error instanceof TransactionCanceled)) throw error;
    if (error.failedAt(0)) throw cannotBeBundle(productId, version, error.reasons[0]?.item);
    const nested = joining.find((_, index) => error.failedAt(1 + index));
    if (!nested) throw error;
    throw new AppError("STATE_CONFLICT", "A component is a bundle itself: name what that one consists of", {
      details: { productId: nested.productId },
    });
  }
  return bundle;
}

export type BundleWithStock = Bundle & {
  /** Over all locations that sell; a bundle is packed at one of them. */
  available: number;
  locations: { locationId: string; available: number }[];
};

/** A bundle with how many there are: the least of its components at each location. Throws NOT_FOUND. */
export async function getBundle(ctx: Context, productId: string): Promise<BundleWithStock> {
  requirePermission(ctx, "inventory.read");
  const [bundles, selling] = await readTogether(ctx, bundlesRead(ctx, [productId]), sellingLocationsRead(ctx));
  const bundle = bundles.get(productId);
  if (!bundle) throw new NotFoundError("Bundle", productId);
  const places = bundle.components.flatMap((one) =>
    selling.map((locationId) => ({ productId: one.productId, locationId })),
  );
  const [stock] = await readTogether(ctx, stockRead(ctx, places));
  const locations = bundleAvailability(bundle, stock, selling);
  return { ...bundle, available: locations.reduce((sum, one) => sum + one.available, 0), locations };
}

/** Newest product first. */
export async function listBundles(ctx: Context, input: unknown): Promise<Page<Bundle>> {
  requirePermission(ctx, "inventory.read");
  const { limit, cursor } = parse(ListBundlesSchema, input);
  const query = { list: "BUNDLE" };
  const startKey = cursor === undefined ? {} : { startKey: decodeCursor<Item>(ctx, query, cursor) };
  const pk = bundleList(ctx);
  const page = await ctx.table.query<Item>({ index: "gsi1", pk, newestFirst: true, limit, ...startKey });
  const items = page.items.map(bundleOf);
  return page.lastKey ? { items, nextCursor: encodeCursor(ctx, query, page.lastKey) } : { items };
}

/** The product can have stock of its own again. Throws NOT_FOUND, VERSION_CONFLICT. */
export async function removeBundle(ctx: Context, { productId, expectedVersion }: BundleInput): Promise<void> {
  requirePermission(ctx, "inventory.adjust");
  const [bundles] = await readTogether(ctx, bundlesRead(ctx, [productId]));
  const bundle = bundles.get(productId);
  if (!bundle) throw new NotFoundError("Bundle", productId);
  requireVersion(productId, bundle, expectedVersion);
  try {
    await ctx.table.transact([
      removeBundleWrite(ctx, bundle),
      ...bundle.components.map((one) => leaveBundleWrite(ctx, one.productId, productId)),
      outboxWrite(ctx, "bundle.removed", { productId }),
    ]);
  } catch (error) {
    throw error instanceof TransactionCanceled && error.failedAt(0)
      ? new VersionConflictError("Bundle", productId, bundle.version)
      : error;
  }
}

function requireVersion(productId: string, current: Bundle | undefined, expected: number | undefined): void {
  const version = current?.version ?? 0;
  if (expected !== undefined && expected !== version)
    throw new VersionConflictError("Bundle", productId, expected, version);
}

function cannotBeBundle(productId: string, version: number, item: Item | undefined): AppError {
  if (item === undefined || isBundle(item)) return new VersionConflictError("Bundle", productId, version - 1);
  const bundleIds = [...((item["bundleIds"] as Set<string> | undefined) ?? [])].toSorted();
  const message =
    bundleIds.length > 0
      ? "The product is a component of bundles, and bundles do not nest"
      : "The product has, or had, stock of its own: make another product for the bundle";
  return new AppError("STATE_CONFLICT", message, { details: { productId, bundleIds } });
}
