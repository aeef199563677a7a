import type { Product } from "../../../../core/catalog/product.ts";
import { productItem, productKey } from "../../../../core/catalog/product.store.ts";
import {
  createKnownWords,
  type ItemChange,
  project,
  search,
  type SearchInput,
} from "../../../../core/catalog/search/index.ts";
import { type Context, createContext, systemActor } from "../../../../core/platform/context.ts";
import { createIds, type OrganizationId } from "../../../../core/platform/ids.ts";
import type { Item, Table } from "../../../../core/platform/table.ts";
import { createResources } from "../../../../functions/resources.ts";

const START = Date.UTC(2026, 10, 21, 12);

/** Search itself needs only the table; the rest is here because a context has it. */
const ENVIRONMENT = {
  ENVIRONMENT: "test",
  TABLE_NAME: "unused",
  BUCKET_NAME: "unused",
  IMPORTS_QUEUE_URL: "http://127.0.0.1/imports",
  SUPPLIER_SYNC_QUEUE_URL: "http://127.0.0.1/supplier-sync",
  PURCHASES_QUEUE_URL: "http://127.0.0.1/purchases",
  CHANNEL_UPDATES_QUEUE_URL: "http://127.0.0.1/channel-updates",
  CHANNEL_ORDERS_QUEUE_URL: "http://127.0.0.1/channel-orders",
  WEBHOOK_EVENTS_QUEUE_URL: "http://127.0.0.1/webhook-events",
  OUTBOUND_WEBHOOKS_QUEUE_URL: "http://127.0.0.1/outbound-webhooks",
};

export type Facts = Partial<Pick<Product, "sku" | "name" | "description" | "status" | "price" | "categoryId">>;

/** A fresh organisation with products, whose changes wait for the projection until a test lets them through. */
export function openShop(store: Table, { pageSize }: { pageSize?: number } = {}) {
  const table = pageSize === undefined ? store : withSmallPages(store, pageSize);
  const clock = { now: START };
  const newId = createIds(() => clock.now);
  const organizationId = `org_${crypto.randomUUID()}` as OrganizationId;
  const ctx: Context = createContext(
    { ...createResources(ENVIRONMENT), table, newId, now: () => clock.now },
    { actor: systemActor(organizationId, "USD", "test"), requestId: "req_test" },
  );
  const products = new Map<string, Product>();
  const waiting: ItemChange[] = [];
  const knownWords = createKnownWords();
  let serial = 0;

  function make(facts: Facts): Product {
    const at = new Date(clock.now).toISOString();
    return {
      id: newId("product"),
      version: 1,
      createdAt: at,
      updatedAt: at,
      sku: `SKU-${++serial}`,
      name: "Something",
      status: "active",
      images: [],
      attributes: {},
      createdBy: "key_test",
      ...facts,
    };
  }

  async function save(product: Product): Promise<void> {
    const before = products.get(product.id);
    const item = productItem(ctx, product);
    await table.put(item);
    products.set(product.id, product);
    waiting.push(before ? { old: productItem(ctx, before), new: item } : { new: item });
  }

  return {
    ctx,
    clock,
    /** As they are now, by id. */
    products,
    /** Changes in order, as the stream would tell them, since the last projection. */
    waiting,
    /** Lets time pass until new products are no longer looked for beside the index. */
    settle: () => void (clock.now += 60_000),
    async create(facts: Facts): Promise<Product> {
      const product = make(facts);
      await save(product);
      return product;
    },
    async createMany(all: Facts[]): Promise<Product[]> {
      const made = all.map(make);
      const items = made.map((product) => productItem(ctx, product));
      await table.batchWrite(items.map((put) => ({ put })));
      for (const product of made) products.set(product.id, product);
      waiting.push(...items.map((item) => ({ new: item })));
      return made;
    },
    async update(id: string, facts: Facts): Promise<void> {
      const current = products.get(id);
      if (current) await save({ ...current, ...facts, version: current.version + 1 });
    },
    async remove(id: string): Promise<void> {
      const current = products.get(id);
      if (!current) return;
      const key = productKey(ctx, id);
      await table.batchWrite([{ remove: key }]);
      products.delete(id);
      waiting.push({ old: productItem(ctx, current) });
    },
    async project(): Promise<number> {
      const { written } = await project({ table, knownWords }, waiting.splice(0));
      return written;
    },
    replay: (records: ItemChange[]) => project({ table }, records),
    search: (input: Partial<SearchInput> & { query: string }) => search(ctx, { limit: 10, ...input }),
    /** All pages, and the total of the first. */
    async searchAll(input: Omit<SearchInput, "limit" | "cursor">, limit = 10) {
      const found: Item[] = [];
      const first = await search(ctx, { ...input, limit });
      found.push(...first.products);
      let pages = 1;
      for (let cursor = first.nextCursor; cursor !== undefined; pages++) {
        const page = await search(ctx, { ...input, limit, cursor });
        found.push(...page.products);
        cursor = page.nextCursor;
        if (pages > 1_000) throw new Error(`The pages of ${JSON.stringify(input)} do not end`);
      }
      return {
        ids: found.map((item) => String(item["id"])),
        pages,
        total: first.total,
        totalRelation: first.totalRelation,
      };
    },
  };
}

/** DynamoDB may end any page early; this one always does, so that few items make many pages. */
function withSmallPages(table: Table, pageSize: number): Table {
  return {
    ...table,
    query: (input) =>
      table.query(
        input.pk.includes("#VOCAB#") ? input : { ...input, limit: Math.min(pageSize, input.limit ?? pageSize) },
      ),
  };
}

export type Shop = ReturnType<typeof openShop>;
