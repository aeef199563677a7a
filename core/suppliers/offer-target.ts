import * as Catalog from "../catalog/index.ts";
import { factsReader } from "../imports/index.ts";
import type { Batch, Outcome, ProductRecord, Row as RowOf, Target } from "../ingest/index.ts";
import { contentHash } from "../platform/canonical.ts";
import type { Context } from "../platform/context.ts";
import { parseDecimal } from "../platform/decimal.ts";
import { defined } from "../platform/defined.ts";
import type { Fault } from "../platform/errors.ts";
import type { OpenSource } from "./fetch-catalogue.ts";
import { onlyChanges } from "./fetching.ts";
import { type Offer, offerChanges } from "./offer.ts";
import { readOffers } from "./offer.store.ts";
import type { Supplier } from "./supplier.ts";
import { markGone, markVanished, withdrawOptions } from "./vanished.ts";
import { writeOffers } from "./write-offers.ts";

type Row = RowOf<ProductRecord>;

/** Rows of a feed, or of an account that `open` opens, as the supplier's offers and, where its policy says so, as products. */
export function offerTarget(ctx: Context, supplier: Supplier, open?: OpenSource): Target<ProductRecord> {
  const facts = factsReader(ctx, supplier.policy);
  return {
    async apply(batch, read, rehearsal) {
      const rows = read.map((row) => ({ ...row, hash: hashUnder(supplier, row) }));
      const stored = await readOffers(
        ctx,
        supplier.id,
        rows.map(({ record }) => externalIdOf(record)),
      );
      const changed = rows.filter(({ record, hash }) => {
        const offer = stored.get(externalIdOf(record));
        return offer === undefined || offer.hash !== hash || offer.action === "vanished";
      });
      const products = await toProducts(ctx, supplier, batch, changed, facts, rehearsal);
      const offers: Offer[] = [];
      const outcomes = rows.map((row) => {
        const before = stored.get(externalIdOf(row.record));
        const product = products.get(row);
        if (before && !changed.includes(row)) return repeated(before, batch);
        const after = offerOf(ctx, supplier, batch, row, before, product?.id);
        offers.push(after);
        return outcomeOf(before, after, product);
      });
      if (!rehearsal) {
        // Of everything the finish sees what is not named; changes name an item, and with it the options it has left.
        if (onlyChanges(batch)) await withdrawOptions(ctx, supplier, batch, changed, stored);
        await writeOffers(ctx, batch, offers);
        if (offers.length > 0) ctx.metrics.count("products_collected_total", { source: supplier.id }, offers.length);
      }
      return outcomes;
    },
    finish: (batch, has) =>
      onlyChanges(batch) ? markGone(ctx, supplier, batch) : markVanished(ctx, { supplier, batch, has, open }),
  };
}

/** A row that says what it said is worked again when the policy lets it do more than it did. */
function hashUnder({ policy }: Supplier, { hash }: Row): string {
  return contentHash([hash, policy.createProducts, policy.updateProducts]);
}

export function externalIdOf(record: ProductRecord): string {
  return record.externalId ?? record.sku;
}

/** The same content again: a repeat after a crash of this very sync counts as the first time did. */
function repeated({ syncId, action, productId }: Offer, batch: Batch): Outcome {
  const mine = syncId === batch.id && action !== "vanished" ? action : undefined;
  return {
    status: mine ? "accepted" : "unchanged",
    ...(mine ? { action: mine } : {}),
    ...(productId === undefined ? {} : { id: productId }),
  };
}

async function toProducts(
  ctx: Context,
  { policy, id }: Supplier,
  batch: Batch,
  rows: Row[],
  facts: ReturnType<typeof factsReader>,
  rehearsal: boolean,
): Promise<Map<Row, Catalog.UpsertOutcome>> {
  if (rows.length === 0 || !(policy.createProducts || policy.updateProducts)) return new Map();
  // The hash says whose row it was: two suppliers with one SKU must not take each other's content for their own.
  const productRows = await Promise.all(
    rows.map(async ({ row, record, hash }) => ({ row, hash: `${id}:${hash}`, facts: await facts(record, rehearsal) })),
  );
  const margin = policy.margin === undefined ? undefined : parseDecimal(policy.margin);
  const { createProducts: create, updateProducts: update, reprice } = policy;
  const outcomes = await Catalog.upsertProducts(ctx, productRows, {
    source: batch.id,
    margin,
    reprice,
    create,
    update,
    rehearsal,
  });
  return new Map(rows.map((row, index) => [row, outcomes[index] ?? { status: "unchanged" }]));
}

function offerOf(
  ctx: Context,
  supplier: Supplier,
  batch: Batch,
  { row, record, hash }: Row,
  before: Offer | undefined,
  productId: string | undefined,
): Offer {
  const at = new Date(ctx.now()).toISOString();
  return defined({
    supplierId: supplier.id,
    externalId: externalIdOf(record),
    sku: record.sku,
    name: record.name,
    cost: record.cost,
    stock: record.stock,
    productId: productId ?? (before?.sku === record.sku ? before.productId : undefined),
    availability: isAvailable(record) ? ("available" as const) : ("unavailable" as const),
    ...factsOf(record),
    hash,
    syncId: batch.id,
    row,
    action: before ? ("updated" as const) : ("created" as const),
    createdAt: before?.createdAt ?? at,
    updatedAt: at,
  }) as Offer;
}

function isAvailable({ stock, source }: ProductRecord): boolean {
  return stock !== 0 && source?.isAvailable !== false;
}

function factsOf({ source }: ProductRecord): Partial<Offer> {
  if (!source) return {};
  const { isAvailable: _isAvailable, restrictions, ...facts } = source;
  return { ...facts, ...(restrictions.length > 0 ? { restrictions } : {}) };
}

/** The offer is taken even where its product is not (a price under its cost): the product's refusal is then a warning. */
function outcomeOf(before: Offer | undefined, after: Offer, product: Catalog.UpsertOutcome | undefined): Outcome {
  const warnings: Fault[] = [...(product?.faults ?? []), ...(product?.warnings ?? [])];
  const changes = before ? { ...product?.changes, ...offerChanges(before, after) } : undefined;
  return {
    status: "accepted",
    action: before ? "updated" : "created",
    ...(after.productId === undefined ? {} : { id: after.productId }),
    ...(warnings.length > 0 ? { warnings } : {}),
    ...(changes && Object.keys(changes).length > 0 ? { changes } : {}),
  };
}
