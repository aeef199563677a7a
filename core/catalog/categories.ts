import { type Context, requirePermission } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { AppError, NotFoundError, VersionConflictError } from "../platform/errors.ts";
import { idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import { newResource, type Page, PageSchema, revise } from "../platform/resources.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import {
  type Category,
  CreateCategorySchema,
  inheritedMinMargin,
  MAX_CATEGORY_DEPTH,
  UpdateCategorySchema,
} from "./category.ts";
import {
  categories,
  categoryIdByName,
  categoryNameGuard,
  releaseCategoryName,
  sameCategoryName,
} from "./category.store.ts";

/** Throws NAME_EXISTS when a sibling has the name, NOT_FOUND for an unknown parent. */
export async function createCategory(ctx: Context, input: unknown): Promise<Category> {
  requirePermission(ctx, "catalog.write");
  const data = parse(CreateCategorySchema, input);
  return idempotent(ctx, "catalog.createCategory", data, async (commit) => {
    if (data.parentId !== undefined && (await categoryPath(ctx, data.parentId)).length >= MAX_CATEGORY_DEPTH)
      throw tooDeep();
    const category = defined({ ...newResource(ctx, "category"), ...data });
    try {
      await commit([categoryNameGuard(ctx, category), categories.createWrite(ctx, category)], category);
    } catch (error) {
      throw error instanceof TransactionCanceled && error.failedAt(0) ? nameExists(category.name) : error;
    }
    await ctx.cache.invalidate(cacheNamespace(ctx));
    return category;
  });
}

/** Throws NOT_FOUND, VERSION_CONFLICT, NAME_EXISTS, or STATE_CONFLICT when a category would become its own ancestor. */
export async function updateCategory(
  ctx: Context,
  { id, expectedVersion, changes }: { id: string; expectedVersion?: number | undefined; changes: unknown },
): Promise<Category> {
  requirePermission(ctx, "catalog.write");
  const data = parse(UpdateCategorySchema, changes);
  const current = await categories.get(ctx, id);
  if (typeof data.parentId === "string") {
    const path = await categoryPath(ctx, data.parentId);
    if (path.some((ancestor) => ancestor.id === id)) {
      throw new AppError("STATE_CONFLICT", "A category cannot be below itself", { field: "parentId", details: { id } });
    }
    if (path.length >= MAX_CATEGORY_DEPTH) throw tooDeep();
  }
  const revised = revise(ctx, "Category", current, data as Partial<Category>, expectedVersion);
  const moved = !sameCategoryName(revised, current);
  try {
    const names = moved ? [categoryNameGuard(ctx, revised), releaseCategoryName(ctx, current)] : [];
    await ctx.table.transact([categories.replaceWrite(ctx, revised), ...names]);
  } catch (error) {
    if (error instanceof TransactionCanceled && error.failedAt(0))
      throw new VersionConflictError("Category", id, current.version);
    throw error instanceof TransactionCanceled && error.failedAt(1) ? nameExists(revised.name) : error;
  }
  await ctx.cache.invalidate(cacheNamespace(ctx));
  return revised;
}

export async function getCategory(ctx: Context, id: string): Promise<Category> {
  requirePermission(ctx, "catalog.read");
  return categories.get(ctx, id);
}

export async function listCategories(ctx: Context, input: unknown): Promise<Page<Category>> {
  requirePermission(ctx, "catalog.read");
  return categories.list(ctx, parse(PageSchema, input));
}

/** The category and its ancestors, nearest first. Throws NOT_FOUND. Read through the cache: prices ask for it all the time. */
async function categoryPath(ctx: Context, id: string): Promise<Category[]> {
  const path: Category[] = [];
  let next: string | undefined = id;
  while (next !== undefined && path.length < MAX_CATEGORY_DEPTH) {
    const wanted: string = next;
    const category: Category | undefined = await ctx.cache.getOrSet(cacheNamespace(ctx), wanted, () =>
      categories.find(ctx, wanted),
    );
    if (!category) throw new NotFoundError("Category", wanted);
    path.push(category);
    next = category.parentId;
  }
  return path;
}

/** The margin floor that holds for a category, where there is one. */
export async function minMarginOf(ctx: Context, categoryId: string | undefined) {
  return categoryId === undefined ? undefined : inheritedMinMargin(await categoryPath(ctx, categoryId));
}

/** The root category of this name; made, where that is wanted, when it is missing. Two importers that race end up with one. */
export async function categoryByName(ctx: Context, name: string, create: boolean): Promise<string | undefined> {
  const found = await categoryIdByName(ctx, name);
  if (found !== undefined || !create) return found;
  const category = { ...newResource(ctx, "category"), name };
  try {
    await ctx.table.transact([categoryNameGuard(ctx, category), categories.createWrite(ctx, category)]);
    return category.id;
  } catch (error) {
    const winner =
      error instanceof TransactionCanceled && error.failedAt(0) ? error.reasons[0]?.item?.["id"] : undefined;
    if (typeof winner === "string") return winner;
    throw error;
  }
}

const cacheNamespace = (ctx: Context) => `category:${ctx.actor.organizationId}`;
const tooDeep = () =>
  new AppError("STATE_CONFLICT", `Categories nest at most ${MAX_CATEGORY_DEPTH} deep`, { field: "parentId" });
const nameExists = (name: string) =>
  new AppError("NAME_EXISTS", `A category ${JSON.stringify(name)} exists here already`, { field: "name" });
