import type { Context } from "../platform/context.ts";
import { nameSortKey, orgPartition } from "../platform/keys.ts";
import { resourceStore } from "../platform/resources.ts";
import type { Write } from "../platform/table.ts";
import type { Brand, BrandPattern } from "./brand.ts";

export const brands = resourceStore<Brand>("BRAND", "Brand");
export const brandPatterns = resourceStore<BrandPattern>("BRAND_PATTERN", "Brand pattern");

const UNUSED = { expression: "attribute_not_exists(pk)" };

/** Both the folded name and the slug are unique in the organisation. */
export function brandGuards(ctx: Context, brand: Brand): Write[] {
  return [
    { put: { ...nameKey(ctx, brand.name), entity: "guard", id: brand.id }, condition: UNUSED },
    {
      put: { pk: orgPartition(ctx.actor.organizationId, "BRAND_SLUG"), sk: brand.slug, entity: "guard", id: brand.id },
      condition: UNUSED,
    },
  ];
}

export async function brandIdByName(ctx: Context, name: string): Promise<string | undefined> {
  const guard = await ctx.table.get(nameKey(ctx, name));
  return guard?.["id"] as string | undefined;
}

function nameKey(ctx: Context, name: string) {
  return { pk: orgPartition(ctx.actor.organizationId, "BRAND_NAME"), sk: nameSortKey(name) };
}
