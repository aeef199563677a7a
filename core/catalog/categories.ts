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
    if (data.parentId !== undefined) await pathForChild(ctx, data.parentId);
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
  const path = typeof data.parentId === "string" ? await pathForChild(ctx, data.parentId) : [];
  if (path.some((ancestor) => ancestor.id === id)) {
    throw new AppError("STATE_CONFLICT", "A category cannot be below itself", { field: "parentId", details: { id } });
  }
  const revised = revise(ctx, "Category", current, data as Partial<Category>, expectedVersion);
  const moved = !sameCategoryName(revised, current);
  try {
    const names = moved ? [categoryNameGuard(ctx, revised), releaseCategoryName(ctx, current)] : [];
    // STILL_ABOVE: two moves, each below the other's category, would make a ring. Each checks the path it was judged by,
    // and DynamoDB lets one of the two in.
    const stillAbove = path.map((ancestor) => categories.unchangedCheck(ctx, ancestor));
    await ctx.table.transact([categories.replaceWrite(ctx, revised), ...names, ...stillAbove]);
  } catch (error) {
    if (!(error instanceof TransactionCanceled)) throw error;
    if (error.failedAt(0)) throw new VersionConflictError("Category", id, current.version);
    if (moved && error.failedAt(1)) throw nameExists(revised.name);
    const changed = path.find((_, index) => error.failedAt((moved ? 3 : 1) + index));
    throw changed ? new VersionConflictError("Category", changed.id, changed.version) : error;
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

/** The path of a category that is to have a child, as it stands in the table. Throws NOT_FOUND, STATE_CONFLICT. */
async function pathForChild(ctx: Context, id: string): Promise<Category[]> {
  const path = await pathOf(id, (wanted) => categories.find(ctx, wanted));
  if (path.length < MAX_CATEGORY_DEPTH) return path;
  throw new AppError("STATE_CONFLICT", `Categories nest at most ${MAX_CATEGORY_DEPTH} deep`, { field: "parentId" });
}

/** The category and its ancestors, nearest first. Throws NOT_FOUND. */
async function pathOf(id: string, find: (id: string) => Promise<Category | undefined>): Promise<Category[]> {
  const path: Category[] = [];
  let next: string | undefined = id;
  while (next !== undefined && path.length < MAX_CATEGORY_DEPTH) {
    const category: Category | undefined = await find(next);
    if (!category) throw new NotFoundError("Category", next);
    path.push(category);
    next = category.parentId;
  }
  return path;
}

/** The margin floor that holds for a category, where there is one. Read through the cache: prices ask for it all the time. */
export async function minMarginOf(ctx: Context, categoryId: string | undefined) {
  if (categoryId === undefined) return undefined;
  const cached = (id: string) => ctx.cache.getOrSet(cacheNamespace(ctx), id, () => categories.find(ctx, id));
  return inheritedMinMargin(await pathOf(categoryId, cached));
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
const nameExists = (name: string) =>
  new AppError("NAME_EXISTS", `A category ${JSON.stringify(name)} exists here already`, { field: "name" });
