import { type Context, requirePermission } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import { tooMany } from "../platform/errors.ts";
import { idempotent } from "../platform/idempotency.ts";
import { parse } from "../platform/parse.ts";
import { newResource, type Page, PageSchema } from "../platform/resources.ts";
import { brands } from "./brand.store.ts";
import { sizes } from "./size.store.ts";
import {
  CreateSizeSchema,
  findSize,
  findSizes,
  NormalizeSizeSchema,
  type ReadSize,
  readSize,
  type Size,
  type SizeSystem,
} from "./size.ts";

/** A size table is read whole to find a row in it. */
const MAX_SIZES = 2_000;

/** Throws NOT_FOUND for an unknown brand, STATE_CONFLICT where there are as many sizes as are read. */
export async function createSize(ctx: Context, input: unknown): Promise<Size> {
  requirePermission(ctx, "catalog.write");
  const data = parse(CreateSizeSchema, input);
  return idempotent(ctx, "catalog.createSize", data, async (commit) => {
    if (data.brandId !== undefined) await brands.get(ctx, data.brandId);
    if ((await sizes.list(ctx, { limit: MAX_SIZES })).items.length >= MAX_SIZES) throw tooMany(MAX_SIZES, "sizes");
    const size = defined({ ...newResource(ctx, "size"), ...data }) as Size;
    return commit([sizes.createWrite(ctx, size)], size);
  });
}

export async function listSizes(ctx: Context, input: unknown): Promise<Page<Size>> {
  requirePermission(ctx, "catalog.read");
  return sizes.list(ctx, parse(PageSchema, input));
}

/** What a size text of a feed means, and how the other systems call it. */
export async function normalizeSize(ctx: Context, input: unknown): Promise<ReadSize & { size: Size | null }> {
  requirePermission(ctx, "catalog.read");
  const { text, brandId, audience } = parse(NormalizeSizeSchema, input);
  const read = readSize(text);
  const { items } = await sizes.list(ctx, { limit: MAX_SIZES });
  return { ...read, size: findSize(items, read, brandId, audience) ?? null };
}

/**
 * Reads size texts by the organisation's table, for matching: read once, used for many. A text comes back as it was read,
 * and as the other systems call it where just one row of the table fits; two rows that fit, of men and of women for
 * instance, say nothing for sure.
 */
export async function sizeReader(ctx: Context): Promise<(text: string) => ReadSize[]> {
  const { items } = await sizes.list(ctx, { limit: MAX_SIZES });
  return (text) => {
    const read = readSize(text);
    const rows = findSizes(items, read);
    const [row] = rows;
    if (!row || rows.length > 1) return [read];
    const others = Object.entries(row.equivalents) as [SizeSystem, string][];
    return [read, ...others.map(([system, other]) => ({ ...readSize(other), system }))];
  };
}
