import { expect, test } from "vitest";
import * as Audit from "../../../core/audit/index.ts";
import { outboxWrite } from "../../../core/platform/events.ts";
import type { Item } from "../../../core/platform/table.ts";
import { CLIENT_ADDRESS } from "../../../functions/api/client-address.ts";
import { everythingOf } from "../../support/api/behind.ts";
import { apiHarness, type Harness } from "../../support/harness.ts";
import { ownTable } from "../../support/own-table.ts";

/** What the stream would bring of this organisation so far. */
async function stream(api: Harness): Promise<void> {
  const items = (await everythingOf(api)).map((text) => JSON.parse(text) as Item);
  const events = items.filter((item) => item["entity"] === "event");
  const inOrder = events.toSorted((a, b) => (String(a["id"]) < String(b["id"]) ? -1 : 1));
  await Audit.appendEvents(
    api.ctx,
    inOrder.map((item) => ({ new: item })),
  );
}

const usd = (amount: string) => ({ amount, currency: "USD" });
const product = { sku: "MUG", name: "Mug", cost: usd("5.00"), price: usd("9.00") };

test("says who did what, from where; what was refused as well", async () => {
  const api = await apiHarness({ tableName: await ownTable() });
  const headers = { [CLIENT_ADDRESS]: "198.51.100.7" };
  await api.request("POST", "/v1/products", { body: product, headers, expected: 201 });
  const secret = await api.keyWith(["catalog.read"]);
  await api.request("POST", "/v1/products", { body: product, headers, secret, expected: 403 });
  await stream(api);
  const { body } = await api.request<{ items: Audit.AuditEntry[] }>("GET", "/v1/audit", { expected: 200 });
  expect(body.items.slice(0, 3).map(({ action }) => action)).toEqual([
    "access.denied",
    "apiKey.created",
    "product.created",
  ]);
  const [denied, , created] = body.items;
  expect(created).toMatchObject({ actor: { kind: "apiKey", id: api.keyId }, address: "198.51.100.7" });
  expect(denied).toMatchObject({
    address: "198.51.100.7",
    data: { method: "POST", route: "/v1/products", permission: "catalog.write" },
  });
  expect(body.items.map(({ number }) => number)).toEqual(body.items.map((_, index) => body.items.length - index));
});

test("is filtered by action, actor and time, page by page without gaps", async () => {
  const api = await apiHarness({ tableName: await ownTable() });
  for (const sku of ["A", "B", "C"])
    await api.request("POST", "/v1/products", { body: { ...product, sku }, expected: 201 });
  await stream(api);
  type Page = { items: Audit.AuditEntry[]; nextCursor?: string };
  const list = async (query: string) => (await api.request<Page>("GET", `/v1/audit?${query}`, { expected: 200 })).body;
  const skus: unknown[] = [];
  let cursor = "";
  do {
    const page = await list(`limit=1&action=product.${cursor === "" ? "" : `&cursor=${cursor}`}`);
    skus.push(...page.items.map(({ data }) => data["sku"]));
    cursor = page.nextCursor ?? "";
  } while (cursor !== "");
  expect(skus).toEqual(["C", "B", "A"]);
  expect((await list(`actorId=${api.keyId}`)).items).toHaveLength(3);
  expect((await list("action=nothing.such")).items).toEqual([]);
  expect((await list("to=2020-01-01T00:00:00Z")).items).toEqual([]);
  expect((await list("from=2020-01-01T00:00:00Z&action=product.created")).items).toHaveLength(3);
});

test("is exported as JSON lines and as CSV whose cells no spreadsheet runs", async () => {
  const api = await apiHarness({ tableName: await ownTable() });
  for (const data of [{ n: 1 }, { n: 2 }]) await api.ctx.table.transact([outboxWrite(api.ctx, "=it.happened", data)]);
  await stream(api);
  const lines = await api.request("GET", "/v1/audit/export?limit=2", { expected: 200 });
  expect(lines.headers.get("content-type")).toBe("application/x-ndjson");
  expect(lines.headers.get("content-disposition")).toBe('attachment; filename="audit.jsonl"');
  const entries = lines.text
    .trim()
    .split("\n")
    .map((line) => JSON.parse(line) as Audit.AuditEntry);
  expect(entries.map(({ data }) => data)).toEqual([{ n: 2 }, { n: 1 }]);
  const cursor = lines.headers.get("x-next-cursor");
  const rest = await api.request("GET", `/v1/audit/export?limit=2&cursor=${cursor}`, { expected: 200 });
  expect(rest.text.trim().split("\n")).toHaveLength(1);
  const csv = await api.request("GET", "/v1/audit/export?format=csv&limit=2", { expected: 200 });
  expect(csv.headers.get("content-type")).toBe("text/csv; charset=utf-8");
  const [head, first] = csv.text.split("\n");
  expect(head).toBe("number,at,action,actorKind,actorId,address,requestId,data,hash");
  expect(first).toContain(",'=it.happened,system,test,");
});
