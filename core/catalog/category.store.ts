import type { Context } from "../platform/context.ts";
import { nameSortKey, orgPartition } from "../platform/keys.ts";
import { resourceStore } from "../platform/resources.ts";
import type { Write } from "../platform/table.ts";
import type { Category } from "./category.ts";

export const categories = resourceStore<Category>("CATEGORY", "Category");

/** Names are unique among siblings: the guard's key holds the parent and the folded name. */
export function categoryNameGuard(ctx: Context, category: Pick<Category, "name" | "parentId" | "id">): Write {
  return {
    put: { ...nameKey(ctx, category), entity: "guard", id: category.id },
    condition: { expression: "attribute_not_exists(pk)" },
  };
}

export function releaseCategoryName(ctx: Context, category: Pick<Category, "name" | "parentId">): Write {
  return { remove: nameKey(ctx, category) };
}

export async function categoryIdByName(ctx: Context, name: string, parentId?: string): Promise<string | undefined> {
  const guard = await ctx.table.get(nameKey(ctx, parentId === undefined ? { name } : { name, parentId }));
  return guard?.["id"] as string | undefined;
}

/** True when both have one guard: a change of case alone moves nothing. */
export function sameCategoryName(
  a: Pick<Category, "name" | "parentId">,
  b: Pick<Category, "name" | "parentId">,
): boolean {
  return a.parentId === b.parentId && nameSortKey(a.name) === nameSortKey(b.name);
}

function nameKey(ctx: Context, { name, parentId }: { name: string; parentId?: string }) {
  return { pk: orgPartition(ctx.actor.organizationId, "CATEGORY_NAME", parentId ?? "ROOT"), sk: nameSortKey(name) };
}
