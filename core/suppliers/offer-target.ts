import * as Catalog from "../catalog/index.ts";
import { factsReader } from "../imports/index.ts";
import type { Batch, FinishStep, Outcome, ProductRecord, Row as RowOf, Target } from "../ingest/index.ts";
import { contentHash } from "../platform/canonical.ts";
import type { Context } from "../platform/context.ts";
import { parseDecimal } from "../platform/decimal.ts";
import { defined } from "../platform/defined.ts";
import type { Fault } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import type { Write } from "../platform/table.ts";
import { type Offer, offerChanges } from "./offer.ts";
import { offersAfter, offerWrite, readOffers } from "./offer.store.ts";
import type { Supplier } from "./supplier.ts";

type Row = RowOf<ProductRecord>;

/** Fewer vanished offers than this are believed whatever their share. */
const FEW = 20;
/** Offers looked at a step of the finish, and written a transaction: one write is kept for the event. */
const FINISH_PAGE = 500;
const WRITES_PER_TRANSACTION = 99;

/** Rows of a feed as the supplier's offers and, where its policy says so, as products. */
export function offerTarget(ctx: Context, supplier: Supplier): Target<ProductRecord> {
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
        await writeOffers(ctx, batch, offers);
        if (offers.length > 0) ctx.metrics.count("products_collected_total", { source: supplier.id }, offers.length);
      }
      return outcomes;
    },
    finish: (batch, has) => markVanished(ctx, supplier, batch, has),
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
    availability: record.stock === 0 ? ("unavailable" as const) : ("available" as const),
    hash,
    syncId: batch.id,
    row,
    action: before ? ("updated" as const) : ("created" as const),
    createdAt: before?.createdAt ?? at,
    updatedAt: at,
  }) as Offer;
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

async function writeOffers(ctx: Context, batch: Batch, offers: Offer[]): Promise<void> {
  for (let start = 0; start < offers.length; start += WRITES_PER_TRANSACTION) {
    const group = offers.slice(start, start + WRITES_PER_TRANSACTION);
    const writes: Write[] = group.map((offer) => offerWrite(ctx, offer));
    const { supplierId } = group[0] ?? {};
    const ids = group.map(({ externalId }) => externalId);
    await ctx.table.transact([
      ...writes,
      outboxWrite(ctx, "offers.changed", { supplierId, syncId: batch.id, externalIds: ids }),
    ]);
  }
}

/**
 * Marks what the feed does not name any more. A feed that lost more than its usual share at once is more likely broken
 * than sold out, and one without any row surely is. Delisting everything is the dearest mistake a sync can make: then
 * nothing is marked, and it says so.
 */
async function markVanished(
  ctx: Context,
  supplier: Supplier,
  batch: Batch,
  has: (key: string) => boolean,
): Promise<FinishStep> {
  if (batch.finishCursor === undefined) {
    const { offers, missing } = await census(ctx, supplier.id, batch, has);
    const percent = offers === 0 ? 0 : (missing * 100) / offers;
    const isBroken = batch.total === 0 || (missing >= FEW && percent > supplier.policy.maxVanishedPercent);
    if (missing > 0 && isBroken) {
      return {
        vanished: 0,
        warnings: [`VANISHED_HELD: ${missing} of ${offers} offers are not in this feed; none was marked unavailable`],
      };
    }
    if (missing === 0) return { vanished: 0 };
  }
  const { offers, lastId } = await offersAfter(ctx, supplier.id, batch.finishCursor, FINISH_PAGE);
  const at = new Date(ctx.now()).toISOString();
  const gone = offers
    .filter((offer) => !has(offer.externalId))
    .filter((offer) => offer.availability === "available" || vanishedIn(batch, offer))
    .map(
      (offer): Offer => ({
        ...offer,
        availability: "unavailable",
        syncId: batch.id,
        action: "vanished",
        updatedAt: at,
      }),
    );
  await writeOffers(ctx, batch, gone);
  return { vanished: gone.length, ...(lastId === undefined ? {} : { cursor: lastId }) };
}

/** A repeat after a crash meets what it has marked already, and counts it again. */
function vanishedIn(batch: Batch, { syncId, action }: Offer): boolean {
  return syncId === batch.id && action === "vanished";
}

/** How many offers were available before this sync, and how many of them the feed does not name. */
async function census(
  ctx: Context,
  supplierId: string,
  batch: Batch,
  has: (key: string) => boolean,
): Promise<{ offers: number; missing: number }> {
  let available = 0;
  let missing = 0;
  let after: string | undefined;
  do {
    const page = await offersAfter(ctx, supplierId, after, FINISH_PAGE);
    for (const offer of page.offers) {
      const { availability, externalId } = offer;
      if (availability === "unavailable" && !vanishedIn(batch, offer)) continue;
      available++;
      if (!has(externalId)) missing++;
    }
    after = page.lastId;
  } while (after !== undefined);
  return { offers: available, missing };
}
