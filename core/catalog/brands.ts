import { type Context, requirePermission } from "../platform/context.ts";
import { AppError, tooMany } from "../platform/errors.ts";
import { idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import { newResource, type Page, PageSchema } from "../platform/resources.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import {
  type Brand,
  type BrandMatch,
  type BrandPattern,
  CreateBrandPatternSchema,
  CreateBrandSchema,
  inOrder,
  matchBrand,
  slugOf,
  TestBrandPatternsSchema,
} from "./brand.ts";
import { brandGuards, brandIdByName, brandPatterns, brands } from "./brand.store.ts";

/** Enough for every brand a shop sells; more would be read on every import step. */
const MAX_PATTERNS = 1_000;

/** Throws NAME_EXISTS when the name or the slug is taken. */
export async function createBrand(ctx: Context, input: unknown): Promise<Brand> {
  requirePermission(ctx, "catalog.write");
  const data = parse(CreateBrandSchema, input);
  return idempotent(ctx, "catalog.createBrand", data, async (commit) => {
    const brand: Brand = { ...newResource(ctx, "brand"), name: data.name, slug: data.slug ?? slugOf(data.name) };
    try {
      return await commit([...brandGuards(ctx, brand), brands.createWrite(ctx, brand)], brand);
    } catch (error) {
      if (!(error instanceof TransactionCanceled)) throw error;
      const field = error.failedAt(0) ? "name" : "slug";
      throw new AppError("NAME_EXISTS", `A brand with this ${field} exists already`, {
        field,
        details: { [field]: brand[field] },
      });
    }
  });
}

export async function getBrand(ctx: Context, id: string): Promise<Brand> {
  requirePermission(ctx, "catalog.read");
  return brands.get(ctx, id);
}

export async function listBrands(ctx: Context, input: unknown): Promise<Page<Brand>> {
  requirePermission(ctx, "catalog.read");
  return brands.list(ctx, parse(PageSchema, input));
}

/** Throws NOT_FOUND for an unknown brand, STATE_CONFLICT where there are as many patterns as are read. */
export async function createBrandPattern(ctx: Context, input: unknown): Promise<BrandPattern> {
  requirePermission(ctx, "catalog.write");
  const data = parse(CreateBrandPatternSchema, input);
  return idempotent(ctx, "catalog.createBrandPattern", data, async (commit) => {
    await brands.get(ctx, data.brandId);
    if ((await allPatterns(ctx)).length >= MAX_PATTERNS) throw tooMany(MAX_PATTERNS, "brand patterns");
    const pattern: BrandPattern = { ...newResource(ctx, "brandPattern"), ...data };
    await commit([brandPatterns.createWrite(ctx, pattern)], pattern);
    await ctx.cache.invalidate(cacheNamespace(ctx));
    return pattern;
  });
}

/** All patterns in the order in which they are tried. */
export async function listBrandPatterns(ctx: Context): Promise<BrandPattern[]> {
  requirePermission(ctx, "catalog.read");
  return inOrder(await allPatterns(ctx));
}

export async function deleteBrandPattern(ctx: Context, id: string): Promise<void> {
  requirePermission(ctx, "catalog.write");
  await brandPatterns.get(ctx, id);
  await ctx.table.transact([{ remove: brandPatterns.key(ctx, id) }]);
  await ctx.cache.invalidate(cacheNamespace(ctx));
}

/** What the patterns make of a text, without writing anything. */
export async function testBrandPatterns(
  ctx: Context,
  input: unknown,
): Promise<{ match: (BrandMatch & { brand: Brand }) | null; tried: number }> {
  requirePermission(ctx, "catalog.read");
  const { text } = parse(TestBrandPatternsSchema, input);
  const patterns = await allPatterns(ctx);
  const match = matchBrand(patterns, text);
  return { match: match ? { ...match, brand: await brands.get(ctx, match.brandId) } : null, tried: patterns.length };
}

/** Finds the brand of a title by the organisation's patterns, for importers: read once, used for a page of rows. */
export async function brandDetector(ctx: Context): Promise<(text: string) => string | undefined> {
  const patterns = await allPatterns(ctx);
  return patterns.length === 0 ? () => undefined : (text) => matchBrand(patterns, text)?.brandId;
}

/** The brand of this name; made, where that is wanted, when it is missing. Two importers that race end up with one. */
export async function brandByName(ctx: Context, name: string, create: boolean): Promise<string | undefined> {
  const found = await brandIdByName(ctx, name);
  if (found !== undefined || !create) return found;
  const resource = newResource(ctx, "brand");
  // Another brand may have this slug by another spelling; the id's tail keeps the slug unique without another question.
  for (const slug of [slugOf(name), `${slugOf(name).slice(0, 90)}-${resource.id.slice(-8).toLowerCase()}`]) {
    const brand: Brand = { ...resource, name: name.trim(), slug };
    try {
      await ctx.table.transact([...brandGuards(ctx, brand), brands.createWrite(ctx, brand)]);
      return brand.id;
    } catch (error) {
      if (!(error instanceof TransactionCanceled)) throw error;
      const winner = error.failedAt(0) ? error.reasons[0]?.item?.["id"] : undefined;
      if (typeof winner === "string") return winner;
    }
  }
  throw new AppError("NAME_EXISTS", `No free slug for the brand ${JSON.stringify(name)}`, { field: "brand" });
}

async function allPatterns(ctx: Context): Promise<BrandPattern[]> {
  return ctx.cache.getOrSet(cacheNamespace(ctx), "all", async () => {
    const { items } = await brandPatterns.list(ctx, { limit: MAX_PATTERNS });
    return items;
  });
}

const cacheNamespace = (ctx: Context) => `brand-pattern:${ctx.actor.organizationId}`;
