import * as z from "zod";
import * as Catalog from "../../catalog/index.ts";
import { type Context, requirePermission, timestamp } from "../../platform/context.ts";
import { NotFoundError, VersionConflictError } from "../../platform/errors.ts";
import { outboxWrite } from "../../platform/events.ts";
import { parse } from "../../platform/parse.ts";
import { readTogether } from "../../platform/reads.ts";
import { type Page, PageSchema, revise } from "../../platform/resources.ts";
import type { Write } from "../../platform/table.ts";
import { TransactionCanceled } from "../../platform/table-errors.ts";
import { requireStocked } from "../deliveries/deliveries.ts";
import { expectedRead } from "../deliveries/delivery.store.ts";
import { MAIN_LOCATION } from "../location.ts";
import { requireLocations } from "../locations.ts";
import { stockRead } from "../reads.ts";
import { emptyStock } from "../stock.ts";
import { countDemand, lastClosedDay } from "./count-demand.ts";
import { dayBefore, demandOf, MOST_DAYS } from "./demand.ts";
import { ReorderRuleSchema, type ReorderRule, RulePlaceSchema } from "./rule.ts";
import { demandRead, removeRuleWrite, ruleId, rules } from "./rule.store.ts";
import { suggest, type Suggestion } from "./suggestion.ts";

interface RuleInput {
  productId: string;
  expectedVersion?: number | undefined;
}

/** Throws NOT_FOUND (product, location), VERSION_CONFLICT, STATE_CONFLICT for a bundle. */
export async function setReorderRule(
  ctx: Context,
  { productId, expectedVersion, input }: RuleInput & { input: unknown },
): Promise<ReorderRule> {
  requirePermission(ctx, "inventory.adjust");
  const { locationId = MAIN_LOCATION, ...data } = parse(ReorderRuleSchema, input);
  const id = ruleId({ productId, locationId });
  const [current] = await Promise.all([
    rules.find(ctx, id),
    requireStocked(ctx, productId),
    requireLocations(ctx, [locationId]),
  ]);
  if (!current && expectedVersion !== undefined) throw new VersionConflictError("Reorder rule", id, expectedVersion);
  const facts = { productId, locationId, target: undefined, supplierId: undefined, ...data } as Partial<ReorderRule>;
  // A put says everything anew: what it leaves out is gone.
  const at = timestamp(ctx);
  const base = current ?? ({ id, version: 0, createdAt: at, updatedAt: at } as ReorderRule);
  const rule = revise(ctx, "Reorder rule", base, facts, expectedVersion);
  const write = current ? rules.replaceWrite(ctx, rule) : rules.createWrite(ctx, rule);
  await commitRule(ctx, write, rule, "reorderRule.set");
  return rule;
}

export async function getReorderRule(
  ctx: Context,
  { productId, query }: { productId: string; query: unknown },
): Promise<ReorderRule> {
  requirePermission(ctx, "inventory.read");
  return requireRule(ctx, productId, query);
}

export async function removeReorderRule(
  ctx: Context,
  { productId, expectedVersion, query }: RuleInput & { query: unknown },
): Promise<void> {
  requirePermission(ctx, "inventory.adjust");
  const rule = await requireRule(ctx, productId, query);
  if (expectedVersion !== undefined && expectedVersion !== rule.version)
    throw new VersionConflictError("Reorder rule", rule.id, expectedVersion, rule.version);
  await commitRule(ctx, removeRuleWrite(ctx, rule), rule, "reorderRule.removed");
}

export async function listReorderRules(ctx: Context, input: unknown): Promise<Page<ReorderRule>> {
  requirePermission(ctx, "inventory.read");
  return rules.list(ctx, parse(PageSchema, input));
}

export const SuggestionsSchema = z.lazy(() =>
  PageSchema.unwrap()
    .extend({
      days: z.coerce.number().int().min(1).max(MOST_DAYS).default(28).describe("Whole days whose demand is looked at"),
    })
    .strict(),
);

/** Ledger pages that one request reads at most, however much has been sold since the last one. */
const MOST_LEDGER_PAGES = 200;
const AT_ONCE = 8;

export type ListedSuggestion = Suggestion & { sku?: string; name?: string };

export interface Suggestions extends Page<ListedSuggestion> {
  /** Rules that this page looked at; those with enough are not among the items. */
  checked: number;
}

/**
 * What to order now, rule by rule, with what is on its way counted. One list and one batch read a page (a hundred keys);
 * beside them, once a day for each rule, the stretch of the ledger that is new.
 */
export async function listReorderSuggestions(ctx: Context, input: unknown): Promise<Suggestions> {
  requirePermission(ctx, "inventory.read");
  return suggestReorders(ctx, input);
}

/** The same for who orders by it: whoever calls it answers for what is done with it. */
export async function suggestReorders(ctx: Context, input: unknown): Promise<Suggestions> {
  const { days, ...page } = parse(SuggestionsSchema, input);
  const { items, nextCursor } = await rules.list(ctx, page);
  const [stock, expected, counted, products] = await readTogether(
    ctx,
    stockRead(ctx, items),
    expectedRead(ctx, items),
    demandRead(ctx, items),
    Catalog.productsRead(
      ctx,
      items.map(({ productId }) => productId),
    ),
  );
  const stockById = new Map(stock.map((item) => [ruleId(item), item]));
  const budget = { pages: MOST_LEDGER_PAGES };
  const suggestions: ListedSuggestion[] = [];
  for (let start = 0; start < items.length; start += AT_ONCE) {
    const found = await Promise.all(
      items.slice(start, start + AT_ONCE).map(async (rule) => {
        const known = counted.get(rule.id);
        const place = { productId: rule.productId, locationId: rule.locationId };
        const { days: daily, before } = await countDemand(ctx, place, { known, budget });
        const to = earlier(dayBefore(before, 1), lastClosedDay(ctx));
        const suggestion = suggest(rule, {
          stock: stockById.get(rule.id) ?? emptyStock(place),
          expected: expected.get(rule.id) ?? 0,
          demand: demandOf(daily, { to, days }),
        });
        const product = products.get(rule.productId);
        return suggestion ? [{ ...(product ? { sku: product.sku, name: product.name } : {}), ...suggestion }] : [];
      }),
    );
    suggestions.push(...found.flat());
  }
  return { items: suggestions, checked: items.length, ...(nextCursor === undefined ? {} : { nextCursor }) };
}

const earlier = (a: string, b: string) => (a < b ? a : b);

async function requireRule(ctx: Context, productId: string, query: unknown): Promise<ReorderRule> {
  const { locationId = MAIN_LOCATION } = parse(RulePlaceSchema, query);
  const rule = await rules.find(ctx, ruleId({ productId, locationId }));
  if (!rule) throw new NotFoundError("Reorder rule", productId);
  return rule;
}

async function commitRule(ctx: Context, write: Write, rule: ReorderRule, event: string): Promise<void> {
  const { id, productId, locationId, version } = rule;
  try {
    await ctx.table.transact([write, outboxWrite(ctx, event, { productId, locationId })]);
  } catch (error) {
    if (!(error instanceof TransactionCanceled) || !error.failedAt(0)) throw error;
    throw new VersionConflictError("Reorder rule", id, version - 1);
  }
}
