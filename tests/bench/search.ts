import { spawn } from "node:child_process";
import { parseArgs } from "node:util";
import { CreateTableCommand, DynamoDBClient } from "@aws-sdk/client-dynamodb";
import {
  createKnownWords,
  type ItemChange,
  project,
  search,
  type SearchInput,
} from "../../core/catalog/search/index.ts";
import { productItem } from "../../core/catalog/product.store.ts";
import { type Context, createContext, systemActor } from "../../core/platform/context.ts";
import { createIds, type OrganizationId } from "../../core/platform/ids.ts";
import { createTable, type Item } from "../../core/platform/table.ts";
import type { Key } from "../../core/platform/keys.ts";
import { createResources } from "../../functions/resources.ts";
import { dynoxideBinary } from "../../local/emulators/dynoxide.ts";
import { freePort } from "../../local/emulators/free-port.ts";
import { LOCAL_CREDENTIALS, LOCAL_REGION } from "../../local/names.ts";
import { type Catalogue, makeCatalogue } from "./search-catalogue.ts";

/**
 * `node tests/bench/search.ts [--sizes 1000,10000,100000] [--repeats 200]`: what a search costs this process in CPU, calls and time
 * in catalogues of growing size, and what the index of one product costs to write. Ends by itself.
 */
const { values } = parseArgs({
  options: {
    sizes: { type: "string", default: "1000,10000" },
    repeats: { type: "string", default: "200" },
    /** Products that reach the projection together, as the stream's batch size has it. */
    batch: { type: "string", default: "100" },
  },
});
const sizes = values.sizes.split(",").map(Number);
const repeats = Number(values.repeats);
const TABLE = "bench-search";
const WARM_UP = 50;

const QUERIES: { name: string; input: Omit<SearchInput, "limit"> }[] = [
  { name: "one product by its SKU", input: { query: "" } },
  { name: "word in 20 products", input: { query: "needleword" } },
  { name: "word in 1 % of products", input: { query: "percentile" } },
  { name: "word in 10 % of products", input: { query: "decimal" } },
  { name: "three words, the last in 1 %", input: { query: "decimal cotton percent" } },
  { name: "word in 1 %, active only", input: { query: "percentile", status: "active" } },
  { name: "common part of words", input: { query: "ed" } },
  { name: "one letter", input: { query: "r" } },
  { name: "nothing", input: { query: "zzyzx" } },
];

async function main(): Promise<void> {
  const port = await freePort();
  const database = spawn(dynoxideBinary(), ["serve", "--port", String(port)], { stdio: "ignore" });
  const endpoint = `http://127.0.0.1:${port}`;
  const client = new DynamoDBClient({ endpoint, region: LOCAL_REGION, credentials: LOCAL_CREDENTIALS, maxAttempts: 8 });
  try {
    await createTableWithoutStream(client);
    const rows: { name: string; bySize: Measured[] }[] = QUERIES.map(({ name }) => ({ name, bySize: [] }));
    for (const size of sizes) {
      const catalogue = makeCatalogue(size);
      const { ctx, calls } = shop(client, endpoint);
      await fill(ctx, catalogue);
      const inputs = QUERIES.map(({ input }) => ({ ...input, query: input.query || catalogue.someSku, limit: 20 }));
      for (let n = 0; n < WARM_UP; n++) for (const input of inputs) await search(ctx, input);
      for (const [index, input] of inputs.entries()) rows[index]?.bySize.push(await measure(ctx, calls, input));
    }
    report(rows);
  } finally {
    client.destroy();
    database.kill("SIGKILL");
  }
}

/** The stream is read by nobody here, and the emulator pays for keeping it. */
async function createTableWithoutStream(client: DynamoDBClient): Promise<void> {
  const keys = (hash: string, range: string) => [
    { AttributeName: hash, KeyType: "HASH" as const },
    { AttributeName: range, KeyType: "RANGE" as const },
  ];
  const names = ["pk", "sk", "gsi1pk", "gsi1sk", "gsi2pk", "gsi2sk"];
  await client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: "PAY_PER_REQUEST",
      AttributeDefinitions: names.map((name) => ({ AttributeName: name, AttributeType: "S" })),
      KeySchema: keys("pk", "sk"),
      GlobalSecondaryIndexes: ["gsi1", "gsi2"].map((IndexName) => ({
        IndexName,
        KeySchema: keys(`${IndexName}pk`, `${IndexName}sk`),
        Projection: { ProjectionType: "ALL" },
      })),
    }),
  );
}

function shop(client: DynamoDBClient, endpoint: string): { ctx: Context; calls: { count: number } } {
  const calls = { count: 0 };
  const table = createTable({
    client,
    name: TABLE,
    around: (_call, next) => {
      calls.count++;
      return next();
    },
  });
  const resources = createResources({
    TABLE_NAME: TABLE,
    BUCKET_NAME: "unused",
    IMPORTS_QUEUE_URL: endpoint,
    SUPPLIER_SYNC_QUEUE_URL: endpoint,
    PURCHASES_QUEUE_URL: endpoint,
    CHANNEL_UPDATES_QUEUE_URL: endpoint,
    CHANNEL_ORDERS_QUEUE_URL: endpoint,
    WEBHOOK_EVENTS_QUEUE_URL: endpoint,
    OUTBOUND_WEBHOOKS_QUEUE_URL: endpoint,
  });
  const actor = systemActor(`org_${crypto.randomUUID()}` as OrganizationId, "USD", "bench");
  return { ctx: createContext({ ...resources, table }, { actor, requestId: "req_bench" }), calls };
}

/** Products as an import would leave them, an hour old so that none counts as just made. */
async function fill(ctx: Context, catalogue: Catalogue): Promise<void> {
  let clock = Date.now() - 3_600_000;
  const newId = createIds(() => clock);
  const knownWords = createKnownWords();
  const batchSize = Number(values.batch);
  const spent = { products: 0, index: 0, cpu: 0 };
  let written = 0;
  for (let start = 0; start < catalogue.size; start += batchSize) {
    // A thousand rows a second, about what an import writes.
    clock += batchSize;
    const items: (Key & Item)[] = [];
    for (let n = start; n < Math.min(start + batchSize, catalogue.size); n++) {
      items.push(productItem(ctx, catalogue.product(n, newId("product"))));
    }
    const begun = performance.now();
    await ctx.table.batchWrite(items.map((put) => ({ put })));
    const between = performance.now();
    const cpu = process.cpuUsage();
    const changes: ItemChange[] = items.map((item) => ({ new: item }));
    written += (await project({ table: ctx.table, knownWords }, changes)).written;
    spent.cpu += cpuMs(cpu);
    spent.products += between - begun;
    spent.index += performance.now() - between;
  }
  const each = (value: number, digits = 2) => (value / catalogue.size).toFixed(digits);
  print(
    `${catalogue.size} products: ${each(written, 1)} index items each, ${each(spent.cpu)} ms CPU and ${each(spent.index)} ms to index one ` +
      `(its own write: ${each(spent.products)} ms)`,
  );
}

interface Measured {
  cpuMs: number;
  latencyMs: number;
  calls: number;
  found: string;
}

async function measure(ctx: Context, calls: { count: number }, input: SearchInput): Promise<Measured> {
  const latencies: number[] = [];
  const before = calls.count;
  const cpu = process.cpuUsage();
  for (let n = 0; n < repeats; n++) {
    const begun = performance.now();
    await search(ctx, input);
    latencies.push(performance.now() - begun);
  }
  const spent = cpuMs(cpu);
  const asked = calls.count - before;
  const page = await search(ctx, input);
  return {
    cpuMs: spent / repeats,
    latencyMs: latencies.toSorted((a, b) => a - b)[Math.floor(repeats / 2)] ?? 0,
    calls: asked / repeats,
    found: `${page.products.length} of ${page.totalRelation === "gte" ? "≥" : ""}${page.total}`,
  };
}

function cpuMs(since: NodeJS.CpuUsage): number {
  const { user, system } = process.cpuUsage(since);
  return (user + system) / 1000;
}

function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

function report(rows: { name: string; bySize: Measured[] }[]): void {
  for (const { name, bySize } of rows) {
    const cells = bySize.map(
      ({ cpuMs: cpu, latencyMs, calls, found }, index) =>
        `  ${String(sizes[index]).padStart(7)}: ${cpu.toFixed(1)} ms CPU, ${latencyMs.toFixed(1)} ms, ${calls} calls, ${found}`,
    );
    const [first, last] = [bySize[0], bySize.at(-1)];
    const ratio = first && last ? `  largest beside smallest: ${(last.cpuMs / first.cpuMs).toFixed(2)} × CPU` : "";
    print([name, ...cells, ratio].join("\n"));
  }
}

await main();
