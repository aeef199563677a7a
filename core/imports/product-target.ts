import * as Catalog from "../catalog/index.ts";
import type { Batch, Outcome, ProductRecord, Row, Target } from "../ingest/index.ts";
import type { Context } from "../platform/context.ts";
import { parseDecimal } from "../platform/decimal.ts";

export interface ProductTargetOptions {
  margin?: string | undefined;
  reprice: boolean;
  /** Make brands and categories that are missing; otherwise the product goes without. */
  createMissing: boolean;
}

/** Rows of a file as products of the catalogue: names of brands and categories become ids on the way. */
export function productTarget(ctx: Context, options: ProductTargetOptions): Target<ProductRecord> {
  const facts = factsReader(ctx, options);
  return {
    async apply(batch: Batch, rows: Row<ProductRecord>[], rehearsal: boolean): Promise<Outcome[]> {
      const productRows = await Promise.all(
        rows.map(async ({ row, record, hash }) => ({ row, hash, facts: await facts(record, rehearsal) })),
      );
      const margin = options.margin === undefined ? undefined : parseDecimal(options.margin);
      const outcomes = await Catalog.upsertProducts(ctx, productRows, {
        source: batch.id,
        margin,
        reprice: options.reprice,
        rehearsal,
      });
      const taken = outcomes.filter(({ status }) => status === "accepted").length;
      if (taken > 0 && !rehearsal) ctx.metrics.count("products_collected_total", { source: batch.kind }, taken);
      return outcomes;
    },
  };
}

/** Reads names as ids. Each name is asked for once a batch, not once a row. */
export function factsReader(ctx: Context, { createMissing }: Pick<ProductTargetOptions, "createMissing">) {
  const brands = new Map<string, Promise<string | undefined>>();
  const categories = new Map<string, Promise<string | undefined>>();
  let detector: Promise<(text: string) => string | undefined> | undefined;
  const once = (
    memo: Map<string, Promise<string | undefined>>,
    name: string,
    ask: () => Promise<string | undefined>,
  ) => {
    const key = name.trim().toLowerCase();
    const known = memo.get(key) ?? ask();
    memo.set(key, known);
    return known;
  };
  return async (record: ProductRecord, rehearsal: boolean): Promise<Catalog.ProductFacts> => {
    const { brand, category, stock: _stock, externalId: _externalId, source: _source, ...facts } = record;
    const mayCreate = createMissing && !rehearsal;
    const brandId =
      brand === undefined
        ? (await (detector ??= Catalog.brandDetector(ctx)))(record.name)
        : await once(brands, brand, () => Catalog.brandByName(ctx, brand, mayCreate));
    const categoryId =
      category === undefined
        ? undefined
        : await once(categories, category, () => Catalog.categoryByName(ctx, category, mayCreate));
    return {
      ...facts,
      ...(brandId === undefined ? {} : { brandId }),
      ...(categoryId === undefined ? {} : { categoryId }),
    };
  };
}
