import { createKnownWords, project } from "../../../core/catalog/search/index.ts";
import { countWrite, productItem, skuKey } from "../../../core/catalog/product.store.ts";
import * as Organizations from "../../../core/organizations/index.ts";
import { createContext, PERMISSIONS, systemActor } from "../../../core/platform/context.ts";
import { createIds } from "../../../core/platform/ids.ts";
import { NO_LOG } from "../../../core/platform/log.ts";
import { NO_METRICS } from "../../../core/platform/metrics.ts";
import type { Key } from "../../../core/platform/keys.ts";
import type { Item, Table } from "../../../core/platform/table.ts";
import { createResources } from "../../../functions/resources.ts";
import { makeCatalogue } from "../search-catalogue.ts";
import { serve } from "../support/serve.ts";

/** A tenant with its key and, in the order of their making, its products' ids. */
export interface Shop {
  organizationId: string;
  apiKey: string;
  ids: string[];
  skus: string[];
}

/** In a shop of any size so many products, its oldest, have the word "needle" in their names. */
const NEEDLES = 25;

/** Products that reach the projection together: the stream's own batch size. */
const BATCH = 100;
/** DynamoDB's own limit. */
const TRANSACTION_WRITES = 100;

/**
 * Makes a shop of up to `size` products, as imports and the stream would have left them; ends earlier, with fewer,
 * when `withinMs` is over. Names of seven words and no descriptions: the index of long texts is search.ts's to measure.
 */
async function makeShop({ size, withinMs }: { size: number; withinMs: number }): Promise<Shop> {
  const resources = createResources(process.env, { log: NO_LOG, metrics: NO_METRICS });
  const organization = await Organizations.createOrganization(resources, { name: "Bench", currency: "USD" });
  const actor = systemActor(organization.id, "USD", "bench");
  const ctx = createContext(resources, { actor, requestId: "req_bench" });
  const { secret } = await Organizations.createApiKey(ctx, { name: "Bench", permissions: [...PERMISSIONS] });

  // An hour old: search looks for what was just made beside the index.
  let clock = Date.now() - 3_600_000;
  const newId = createIds(() => clock);
  const catalogue = makeCatalogue(size);
  const table = inTransactions(ctx.table);
  const knownWords = createKnownWords();
  const shop: Shop = { organizationId: organization.id, apiKey: secret, ids: [], skus: [] };
  const begun = performance.now();
  let projecting: Promise<unknown> = Promise.resolve();
  for (let start = 0; start < size && performance.now() - begun < withinMs; start += BATCH) {
    clock += BATCH;
    const products: (Key & Item)[] = [];
    const guards: (Key & Item)[] = [];
    for (let n = start; n < Math.min(start + BATCH, size); n++) {
      const { description: _description, ...made } = catalogue.product(n, newId("product"));
      const product = { ...made, sku: skuOf(n), name: n < NEEDLES ? `${made.name} needle` : made.name };
      products.push(productItem(ctx, product));
      guards.push({ ...skuKey(ctx, product.sku), entity: "sku", productId: product.id });
      shop.ids.push(product.id);
      shop.skus.push(product.sku);
    }
    await Promise.all([
      projecting,
      table.batchWrite(products.map((put) => ({ put }))),
      table.batchWrite(guards.map((put) => ({ put }))),
    ]);
    projecting = project(
      { table, knownWords },
      products.map((item) => ({ new: item })),
    );
  }
  await projecting;
  const drafts = shop.ids.filter((_, n) => n % 4 === 0).length;
  const counts = { total: shop.ids.length, draft: drafts, active: shop.ids.length - drafts };
  await ctx.table.transact([countWrite(ctx, counts, shop.ids[0] ?? "00")]);
  return shop;
}

/** An emulator on one file commits each item of a BatchWriteItem by itself, and a transaction at once: five times as fast. */
function inTransactions(table: Table): Table {
  return {
    ...table,
    async batchWrite(writes) {
      for (let start = 0; start < writes.length; start += TRANSACTION_WRITES)
        await table.transact(writes.slice(start, start + TRANSACTION_WRITES));
    },
  };
}

/** As wholesalers number: style, colourway, size. Each part is found under itself, so the vocabulary stays a shop's. */
function skuOf(n: number): string {
  const digits = (value: number, width: number) => String(value).padStart(width, "0");
  return `${digits(n % 10_000, 4)}-${digits(Math.floor(n / 10_000), 3)}-${(n % 12) + 36}`;
}

serve({ makeShop });
