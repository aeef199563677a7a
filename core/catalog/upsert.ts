import { type Context, requirePermission } from "../platform/context.ts";
import { defined } from "../platform/defined.ts";
import type { Decimal } from "../platform/decimal.ts";
import { AppError, type Fault } from "../platform/errors.ts";
import { outboxWrite } from "../platform/events.ts";
import { compareMoney, type Money, toWire } from "../platform/money.ts";
import { newResource } from "../platform/resources.ts";
import type { Item, Write } from "../platform/table.ts";
import { TransactionCanceled } from "../platform/table-errors.ts";
import { priceIn } from "./pricing.ts";
import { bytesOf, type Product, productFaults } from "./product.ts";
import { claimSku, countWrite, createWrite, productKey, productOf, replaceWrite, skuKey } from "./product.store.ts";
import { cacheNamespace } from "./products.ts";

/** What a file says of a product. What it leaves out stays as it is. */
export type ProductFacts = Partial<
  Pick<Product, "description" | "cost" | "price" | "competitorPrice" | "gtin" | "brandId" | "categoryId" | "familyKey">
> &
  Pick<Product, "sku" | "name" | "images" | "attributes">;

export interface ProductRow {
  row: number;
  facts: ProductFacts;
  /** Of the row's content. A row whose hash the SKU already has is unchanged, whatever users did to the product since. */
  hash: string;
}

export interface UpsertOptions {
  /** The import or sync; a repeat by the same one answers as the first time. */
  source: string;
  /** May a product be made, or changed? Both where absent. */
  create?: boolean;
  update?: boolean;
  /** Wanted margin for prices that the file does not give. */
  margin?: Decimal | undefined;
  /** Calculate the price anew when the cost changed, also where somebody set it. */
  reprice: boolean;
  rehearsal: boolean;
}

export interface UpsertOutcome {
  status: "accepted" | "rejected" | "unchanged";
  action?: "created" | "updated";
  id?: string;
  faults?: Fault[];
  warnings?: Fault[];
  changes?: Record<string, [unknown, unknown]>;
}

interface Guard extends Item {
  sk: string;
  productId: string;
  sourceHash?: string;
  source?: string;
  sourceAction?: "created" | "updated" | "unchanged";
}

/** One row's writes; they go together or not at all. */
interface Plan {
  row: ProductRow;
  outcome: UpsertOutcome;
  writes: Write[];
  bytes: number;
  createdId?: string;
}

/** DynamoDB takes 100 writes and 4 MB in a transaction; two writes are kept for the counter and the event. */
const WRITES_PER_TRANSACTION = 98;
const BYTES_PER_TRANSACTION = 3_000_000;
/** A row that loses a race is looked at anew; who loses so often has a hotter SKU than any import. */
const MAX_ROUNDS = 5;

/**
 * Creates or updates products by SKU, many at once: one batch read for a hundred rows, one transaction for forty-nine,
 * and no write at all for a row that says what it said before. Outcomes come in the order of the rows.
 */
export async function upsertProducts(
  ctx: Context,
  rows: ProductRow[],
  options: UpsertOptions,
): Promise<UpsertOutcome[]> {
  requirePermission(ctx, "catalog.write");
  const outcomes = new Map<ProductRow, UpsertOutcome>();
  // A product follows the last of the rows with its SKU, wherever pages end; one transaction takes one write of it.
  const lastOf = new Map(rows.map((row) => [row.facts.sku, row]));
  let pending = [...lastOf.values()];
  let wrote = false;
  for (let round = 0; pending.length > 0; round++) {
    if (round >= MAX_ROUNDS) throw new Error(`${pending.length} rows lost every race for their SKU`);
    const plans = await planRows(ctx, pending, options);
    for (const { row, outcome } of plans) outcomes.set(row, outcome);
    if (options.rehearsal) break;
    const writing = plans.filter(({ writes }) => writes.length > 0);
    wrote ||= writing.length > 0;
    pending = await commitPlans(ctx, writing, options);
  }
  if (wrote) await ctx.cache.invalidate(cacheNamespace(ctx));
  return rows.map((row) => {
    const last = lastOf.get(row.facts.sku) ?? row;
    const outcome = outcomes.get(last) ?? { status: "rejected", faults: [] };
    return last === row ? outcome : followed(last, outcome);
  });
}

function followed({ row }: ProductRow, { id }: UpsertOutcome): UpsertOutcome {
  const message = `Row ${row} has this SKU as well, and the product follows that row`;
  const warnings = [{ path: "sku", code: "SKU_REPEATED", message }];
  return { status: "unchanged", ...(id === undefined ? {} : { id }), warnings };
}

async function planRows(ctx: Context, rows: ProductRow[], options: UpsertOptions): Promise<Plan[]> {
  const guards = await ctx.table.batchGet<Guard>(
    rows.map(({ facts }) => skuKey(ctx, facts.sku)),
    { consistent: true },
  );
  const guardOf = new Map(guards.map((guard) => [guard.sk, guard]));
  const changed = rows.flatMap(({ facts, hash }) => {
    const guard = guardOf.get(facts.sku);
    return guard && guard.sourceHash !== hash ? [productKey(ctx, guard.productId)] : [];
  });
  const products = changed.length > 0 ? await ctx.table.batchGet<Item>(changed, { consistent: true }) : [];
  const productById = new Map(products.map((item) => [String(item["id"]), productOf(item)]));
  const plans: Plan[] = [];
  for (const row of rows) {
    const guard = guardOf.get(row.facts.sku);
    const current = guard && productById.get(guard.productId);
    try {
      plans.push(await planRow(ctx, row, guard, current, options));
    } catch (error) {
      // What is wrong with one row is that row's verdict, and must not cost the others theirs.
      if (!(error instanceof AppError) || error.retryable) throw error;
      plans.push(refused(row, [{ path: error.field ?? "", code: error.code, message: error.message }]));
    }
  }
  return plans;
}

async function planRow(
  ctx: Context,
  row: ProductRow,
  guard: Guard | undefined,
  current: Product | undefined,
  options: UpsertOptions,
): Promise<Plan> {
  if (guard && guard.sourceHash === row.hash)
    return { row, outcome: repeated(guard, options.source), writes: [], bytes: 0 };
  if (guard && current)
    return options.update === false ? left(row, guard) : planUpdate(ctx, row, guard, current, options);
  return options.create === false ? left(row, guard) : planCreate(ctx, row, options);
}

/** The same content again: from this very batch it is a repeat after a crash, from another it changes nothing. */
function repeated(guard: Guard, source: string): UpsertOutcome {
  const action = guard.source === source && guard.sourceAction !== "unchanged" ? guard.sourceAction : undefined;
  return { status: action ? "accepted" : "unchanged", id: guard.productId, ...(action ? { action } : {}) };
}

async function planCreate(ctx: Context, row: ProductRow, options: UpsertOptions): Promise<Plan> {
  const { facts } = row;
  const calculatedPrice = facts.price ? undefined : await calculated(ctx, facts, options);
  const product = defined({
    ...newResource(ctx, "product"),
    ...facts,
    price: facts.price ?? calculatedPrice,
    priceSource: calculatedPrice && ("calculated" as const),
    status: "draft" as const,
    createdBy: options.source,
  }) as Product;
  const faults = productFaults(product);
  if (faults.length > 0) return refused(row, faults);
  const writes = [
    claimSku(ctx, product.sku, product.id, provenance(row, options, "created")),
    createWrite(ctx, product),
  ];
  return {
    row,
    outcome: { status: "accepted", action: "created", id: product.id },
    writes,
    bytes: bytesOf(product),
    createdId: product.id,
  };
}

async function planUpdate(
  ctx: Context,
  row: ProductRow,
  guard: Guard,
  current: Product,
  options: UpsertOptions,
): Promise<Plan> {
  const merged: Product = defined({
    ...current,
    ...defined(row.facts),
    attributes: { ...current.attributes, ...row.facts.attributes },
  });
  const costChanged = !sameMoney(merged.cost, current.cost);
  if (row.facts.price) delete merged.priceSource;
  else if (costChanged && (options.reprice || !current.price || current.priceSource)) {
    const price = await calculated(ctx, merged, options);
    if (price) Object.assign(merged, { price, priceSource: "calculated" });
  }
  const faults = productFaults(merged);
  if (faults.length > 0) return refused(row, faults);
  const changes = differences(current, merged);
  const changed = Object.keys(changes).length > 0;
  const action = changed ? "updated" : "unchanged";
  const noteHash: Write = {
    update: skuKey(ctx, row.facts.sku),
    set: {
      expression: "SET sourceHash = :hash, #source = :source, sourceAction = :action",
      names: { "#source": "source" },
      values: { ":hash": row.hash, ":source": options.source, ":action": action },
    },
    condition: { expression: "productId = :id", values: { ":id": guard.productId } },
  };
  if (!changed) return { row, outcome: { status: "unchanged", id: current.id }, writes: [noteHash], bytes: 200 };
  const revised = { ...merged, version: current.version + 1, updatedAt: new Date(ctx.now()).toISOString() };
  return {
    row,
    outcome: { status: "accepted", action: "updated", id: current.id, changes },
    writes: [noteHash, replaceWrite(ctx, revised)],
    bytes: bytesOf(revised),
  };
}

/** The formula's price, where the cost is known; a price that the cap pushes too low is left to `productFaults`. */
async function calculated(
  ctx: Context,
  { cost, competitorPrice, categoryId }: Partial<Product>,
  { margin }: UpsertOptions,
): Promise<Money | undefined> {
  if (!cost || (competitorPrice && competitorPrice.currency !== cost.currency)) return undefined;
  return (await priceIn(ctx, { cost, competitorPrice, margin }, categoryId)).recommendedPrice;
}

/** Commits as many rows a transaction as fit. Returns the rows that lost a race and must be looked at anew. */
async function commitPlans(ctx: Context, plans: Plan[], options: UpsertOptions): Promise<ProductRow[]> {
  const again: ProductRow[] = [];
  for (const group of pack(plans)) {
    const writes = group.flatMap((plan) => plan.writes);
    const created = group.flatMap(({ createdId }) => createdId ?? []);
    const updated = group.flatMap(({ outcome }) =>
      outcome.action === "updated" && outcome.id !== undefined ? [outcome.id] : [],
    );
    if (created.length > 0)
      writes.push(countWrite(ctx, { total: created.length, draft: created.length }, created[0] ?? ""));
    if (created.length + updated.length > 0)
      writes.push(outboxWrite(ctx, "products.imported", { source: options.source, created, updated }));
    try {
      await ctx.table.transact(writes);
    } catch (error) {
      if (!(error instanceof TransactionCanceled)) throw error;
      const { lost, kept } = split(group, error);
      if (lost.length === 0) throw error;
      again.push(...lost.map(({ row }) => row));
      again.push(...(await commitPlans(ctx, kept, options)));
    }
  }
  return again;
}

/** Whose condition failed, and who was only in the same transaction. */
function split(group: Plan[], error: TransactionCanceled): { lost: Plan[]; kept: Plan[] } {
  const lost: Plan[] = [];
  const kept: Plan[] = [];
  let at = 0;
  for (const plan of group) {
    const failed = plan.writes.some((_, index) => error.failedAt(at + index));
    (failed ? lost : kept).push(plan);
    at += plan.writes.length;
  }
  return { lost, kept };
}

function pack(plans: Plan[]): Plan[][] {
  const groups: Plan[][] = [];
  let group: Plan[] = [];
  let writes = 0;
  let bytes = 0;
  for (const plan of plans) {
    if (
      group.length > 0 &&
      (writes + plan.writes.length > WRITES_PER_TRANSACTION || bytes + plan.bytes > BYTES_PER_TRANSACTION)
    ) {
      groups.push(group);
      [group, writes, bytes] = [[], 0, 0];
    }
    group.push(plan);
    writes += plan.writes.length;
    bytes += plan.bytes;
  }
  if (group.length > 0) groups.push(group);
  return groups;
}

function provenance(row: ProductRow, { source }: UpsertOptions, action: "created"): Item {
  return { sourceHash: row.hash, source, sourceAction: action };
}

/** Whoever asked does not want this product made or changed. */
function left(row: ProductRow, guard: Guard | undefined): Plan {
  return { row, outcome: { status: "unchanged", ...(guard ? { id: guard.productId } : {}) }, writes: [], bytes: 0 };
}

function refused(row: ProductRow, faults: Fault[]): Plan {
  return { row, outcome: { status: "rejected", faults }, writes: [], bytes: 0 };
}

function sameMoney(a: Money | undefined, b: Money | undefined): boolean {
  return a === b || (a !== undefined && b !== undefined && a.currency === b.currency && compareMoney(a, b) === 0);
}

function differences(before: Product, after: Product): Record<string, [unknown, unknown]> {
  const shown = (value: unknown) =>
    value !== null && typeof value === "object" && "minor" in value ? toWire(value as Money) : (value ?? null);
  const changes: Record<string, [unknown, unknown]> = {};
  for (const name of new Set([...Object.keys(before), ...Object.keys(after)]) as Set<keyof Product>) {
    if (JSON.stringify(before[name]) !== JSON.stringify(after[name]))
      changes[name] = [shown(before[name]), shown(after[name])];
  }
  return changes;
}
