import type { Counted } from "../children/calls.ts";
import type { BenchCloud } from "../support/cloud.ts";
import { startChild } from "../support/child.ts";
import { type BenchRequest, httpEvent } from "../support/events.ts";
import { atMost, type Line, printTable } from "../support/print.ts";
import { shopOf } from "../support/shops.ts";

/** Calls to DynamoDB, and to whatever else, of each operation; counted at the seam through which all of them go. */
export async function calls(cloud: BenchCloud): Promise<void> {
  const { apiKey, ids, skus } = await shopOf(cloud, 100);
  const child = startChild("calls.ts", cloud.environment);
  const lines: Line[] = [];
  const count = async (what: string, request: Omit<BenchRequest, "apiKey">, budget?: number): Promise<Counted> => {
    const counted = await child.call<Counted>("count", httpEvent({ ...request, apiKey }));
    if (counted.status >= 300) throw new Error(`${what}: ${counted.status} ${counted.body}`);
    const limit = budget === undefined ? {} : { budget: `≤ ${budget}`, ...atMost(counted.calls.length, budget) };
    lines.push({ what, value: `${counted.calls.length}  ${summary(counted.calls)}`, ...limit });
    return counted;
  };
  const get = (path: string, query = "") => ({ method: "GET", path, query });
  const post = (path: string, body: unknown = {}) => ({ method: "POST", path, body });
  const money = (amount: string) => ({ amount, currency: "USD" });
  try {
    const one = `/v1/products/${ids[3] ?? ""}`;
    await count("get, the first request of a key in a process", get(one));
    await count("get a product", get(one), 1);
    await count("get by SKU, not in the cache", get(`/v1/products/by-sku/${skus[5] ?? ""}`), 2);
    await count("get by SKU, in the cache", get(`/v1/products/by-sku/${skus[5] ?? ""}`));
    await count("list 20", get("/v1/products", "limit=20"), 1);
    await count("list 20, status active", get("/v1/products", "limit=20&status=active"));
    await count("list 20 between two prices", get("/v1/products", "limit=20&minPrice=21.00&maxPrice=25.00"));
    await count("search 20, one word", get("/v1/products", "limit=20&query=navy"));
    await count("search 20, two words", get("/v1/products", "limit=20&query=navy%20jacket"));
    await count("search by a whole SKU", get("/v1/products", `limit=20&query=${skus[5] ?? ""}`));
    const product = { sku: "CALLS-1", name: "Counted", cost: money("10.00"), price: money("20.00") };
    const created = await count("create a product", post("/v1/products", product), 2);
    const { id } = JSON.parse(created.body) as { id: string };
    const key = { headers: { "idempotency-key": "calls-2" } };
    await count("create, with Idempotency-Key", { ...post("/v1/products", { ...product, sku: "CALLS-2" }), ...key }, 2);
    await count("create, the same again (stored answer)", {
      ...post("/v1/products", { ...product, sku: "CALLS-2" }),
      ...key,
    });
    await count("patch a product", { method: "PATCH", path: `/v1/products/${id}`, body: { name: "Counted twice" } }, 2);
    await count("activate a product", post(`/v1/products/${id}/activate`));
    await count("price of a product", get(`/v1/products/${id}/pricing`));
    await count("price preview", post("/v1/pricing/preview", { cost: money("10.00") }));
    await count("create an upload", post("/v1/uploads", { filename: "a.csv", contentType: "text/csv", size: 10 }));
    printTable("Calls per operation (key known unless said)", lines);
  } finally {
    await child.end();
  }
}

/** `Query, Query, BatchGetItem` → `2 Query + BatchGetItem` */
function summary(operations: string[]): string {
  const counts = new Map<string, number>();
  for (const operation of operations) counts.set(operation, (counts.get(operation) ?? 0) + 1);
  return [...counts].map(([operation, count]) => (count === 1 ? operation : `${count} ${operation}`)).join(" + ");
}
