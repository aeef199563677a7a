import { describe, expect, it } from "vitest";
import * as Catalog from "../../../core/catalog/index.ts";
import type { Context } from "../../../core/platform/context.ts";
import { cloudContext } from "../../support/cloud.ts";

/** Puts so many resources of a kind there as the verb would, without its checks. */
async function fill(ctx: Context, kind: string, count: number, fields: Record<string, unknown>): Promise<void> {
  const pk = `${ctx.actor.organizationId}#${kind}` as never;
  await ctx.table.batchWrite(
    Array.from({ length: count }, (_, n) => {
      const id = `x_${String(n).padStart(5, "0")}`;
      return { put: { pk, sk: id, id, version: 1, ...fields } };
    }),
  );
}

describe("what is read whole where it is used is refused beyond that, never left out in silence", () => {
  it("brand patterns", async () => {
    const ctx = cloudContext();
    const { id: brandId } = await Catalog.createBrand(ctx, { name: "Nike" });
    const pattern = { brandId, kind: "contains", pattern: "swoosh" };
    await fill(ctx, "BRAND_PATTERN", 999, { ...pattern, pattern: "other", position: 1 });
    await Catalog.createBrandPattern(ctx, pattern);
    await expect(Catalog.createBrandPattern(ctx, pattern)).rejects.toMatchObject({ code: "STATE_CONFLICT" });
    expect(await Catalog.listBrandPatterns(ctx)).toHaveLength(1_000);
  });

  it("sizes", async () => {
    const ctx = cloudContext();
    const size = { equivalents: { US: "10", EU: "44" } };
    await fill(ctx, "SIZE", 1_999, { audience: "men", equivalents: { US: "1" } });
    await Catalog.createSize(ctx, size);
    await expect(Catalog.createSize(ctx, size)).rejects.toMatchObject({ code: "STATE_CONFLICT" });
    expect(await Catalog.normalizeSize(ctx, { text: "EU 44" })).toMatchObject({ size: size });
  });
});
