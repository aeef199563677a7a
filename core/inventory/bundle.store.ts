import type { Context } from "../platform/context.ts";
import { type Key, orgPartition, type PartitionKey } from "../platform/keys.ts";
import type { Read } from "../platform/reads.ts";
import type { Expression, Item, Write } from "../platform/table.ts";
import type { Bundle } from "./bundle.ts";

const BUNDLE = "bundle";
const PART = "stocked-product";

/**
 * One item a product says what it is to stock: a bundle, or a product with stock of its own and the bundles it is in.
 * One key for both is what keeps a product from being both, whoever comes first.
 */
export function bundleKey(ctx: Context, productId: string): Key {
  return { pk: orgPartition(ctx.actor.organizationId, "BUNDLE"), sk: productId };
}

/** The bundles alone (gsi1). */
export function bundleList(ctx: Context): PartitionKey {
  return orgPartition(ctx.actor.organizationId, "BUNDLE", "LIST");
}

export function isBundle(item: Item): boolean {
  return item["entity"] === BUNDLE;
}

export function bundleOf(item: Item): Bundle {
  const { pk: _pk, sk: _sk, entity: _entity, gsi1pk: _gsi1pk, gsi1sk: _gsi1sk, ...bundle } = item;
  return bundle as unknown as Bundle;
}

/** Those of the products that are bundles, to be read along with other things. */
export function bundlesRead(ctx: Context, productIds: Iterable<string>): Read<Map<string, Bundle>> {
  return {
    keys: [...new Set(productIds)].map((id) => bundleKey(ctx, id)),
    from: (items) => new Map(items.filter(isBundle).map((item) => [String(item["sk"]), bundleOf(item)])),
  };
}

/** The bundles that a product is in: what has to be offered anew when its stock changes. */
export function bundlesWithRead(ctx: Context, productId: string): Read<string[]> {
  return {
    keys: [bundleKey(ctx, productId)],
    from: ([item]) => [...((item?.["bundleIds"] as Set<string> | undefined) ?? [])].toSorted(),
  };
}

/**
 * NEITHER_STOCKED_NOR_PART: making a product a bundle races with its first stock, and with another bundle that takes it
 * for a component. All three write this one item.
 */
export function createBundleWrite(ctx: Context, bundle: Bundle): Write {
  return putWrite(ctx, bundle, {
    expression:
      "attribute_not_exists(pk) OR (entity = :part AND attribute_not_exists(isStocked) AND attribute_not_exists(bundleIds))",
    values: { ":part": PART },
  });
}

/** The bundle as it shall be, its version already raised. */
export function replaceBundleWrite(ctx: Context, bundle: Bundle): Write {
  return putWrite(ctx, bundle, unchanged(bundle.version - 1));
}

export function removeBundleWrite(ctx: Context, { productId, version }: Bundle): Write {
  return { remove: bundleKey(ctx, productId), condition: unchanged(version) };
}

function putWrite(ctx: Context, bundle: Bundle, condition: Expression): Write {
  const index = { gsi1pk: bundleList(ctx), gsi1sk: bundle.productId };
  return { put: { ...bundle, ...bundleKey(ctx, bundle.productId), ...index, entity: BUNDLE }, condition };
}

function unchanged(version: number): Expression {
  return {
    expression: "entity = :bundle AND #version = :version",
    names: { "#version": "version" },
    values: { ":bundle": BUNDLE, ":version": version },
  };
}

/** NO_BUNDLE: a component, or a product that gets stock, must not be a bundle, nor become one at the same moment. */
const NO_BUNDLE: Expression = {
  expression: "attribute_not_exists(entity) OR entity = :part",
  values: { ":part": PART },
};

export function joinBundleWrite(ctx: Context, productId: string, bundleId: string): Write {
  return {
    update: bundleKey(ctx, productId),
    set: {
      expression: "SET entity = :part ADD bundleIds :bundle",
      values: { ":part": PART, ":bundle": new Set([bundleId]) },
    },
    condition: NO_BUNDLE,
  };
}

export function leaveBundleWrite(ctx: Context, productId: string, bundleId: string): Write {
  return {
    update: bundleKey(ctx, productId),
    set: { expression: "DELETE bundleIds :bundle", values: { ":bundle": new Set([bundleId]) } },
  };
}

/** With the first stock item of a product. */
export function stockedWrite(ctx: Context, productId: string): Write {
  return {
    update: bundleKey(ctx, productId),
    set: { expression: "SET entity = :part, isStocked = :yes", values: { ":part": PART, ":yes": true } },
    condition: NO_BUNDLE,
  };
}
