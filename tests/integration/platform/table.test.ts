import { describe, expect, it } from "vitest";
import type { Context } from "../../../core/platform/context.ts";
import { type Key, orgPartition } from "../../../core/platform/keys.ts";
import type { Expression, Item, Write } from "../../../core/platform/table.ts";
import { ConditionFailed, TransactionCanceled } from "../../../core/platform/table-errors.ts";
import { cloudContext } from "../../support/cloud.ts";

const NEW: Expression = { expression: "attribute_not_exists(pk)" };
const AT_VERSION_2: Expression = { expression: "version = :two", values: { ":two": 2 } };

function keys(ctx: Context) {
  const pk = orgPartition(ctx.actor.organizationId, "THING");
  return (sk: string): Key => ({ pk, sk });
}

async function caught(work: Promise<unknown>): Promise<unknown> {
  return work.then(
    () => undefined,
    (error: unknown) => error,
  );
}

async function filled(count: number, extra: (index: number, owner: Context) => Item = () => ({})) {
  const ctx = cloudContext();
  const key = keys(ctx);
  const name = (index: number) => `s${String(index).padStart(4, "0")}`;
  await ctx.table.batchWrite(
    Array.from({ length: count }, (_, index) => ({ put: { ...key(name(index)), index, ...extra(index, ctx) } })),
  );
  return { ctx, key, pk: key("").pk, name };
}

describe("one item", () => {
  it("is absent, then put, then read", async () => {
    const ctx = cloudContext();
    const at = keys(ctx)("a");
    expect(await ctx.table.get(at, { consistent: true })).toBeUndefined();
    await ctx.table.put({ ...at, list: [1, { deep: true }], nothing: undefined, none: null });
    expect(await ctx.table.get(at, { consistent: true })).toEqual({ ...at, list: [1, { deep: true }], none: null });
  });

  it("is not put over another when the condition forbids it, and the other is handed back", async () => {
    const ctx = cloudContext();
    const at = keys(ctx)("a");
    await ctx.table.put({ ...at, version: 1 }, NEW);
    const error = await caught(ctx.table.put({ ...at, version: 9 }, NEW));
    expect(error).toBeInstanceOf(ConditionFailed);
    expect((error as ConditionFailed).item).toEqual({ ...at, version: 1 });
  });

  it("is returned as it is after an update, and as it was when the condition forbids one", async () => {
    const ctx = cloudContext();
    const at = keys(ctx)("a");
    await ctx.table.put({ ...at, version: 1, name: "old" });
    const set: Expression = {
      expression: "SET #name = :name, version = version + :one",
      names: { "#name": "name" },
      values: { ":name": "new", ":one": 1 },
    };
    expect(await ctx.table.update(at, set)).toEqual({ ...at, version: 2, name: "new" });
    expect(await ctx.table.update(at, set, AT_VERSION_2)).toMatchObject({ version: 3 });
    const error = await caught(ctx.table.update(at, set, AT_VERSION_2));
    expect((error as ConditionFailed).item).toMatchObject({ version: 3, name: "new" });
  });
});

describe("a transaction", () => {
  it("is all or nothing, with a reason for each write in its order and the item that stood in the way", async () => {
    const ctx = cloudContext();
    const key = keys(ctx);
    await ctx.table.put({ ...key("taken"), owner: "first" });
    const writes: Write[] = [
      { put: { ...key("fresh") }, condition: NEW },
      { put: { ...key("taken"), owner: "second" }, condition: NEW },
      { check: key("absent"), condition: { expression: "attribute_exists(pk)" } },
    ];
    const error = await caught(ctx.table.transact(writes));
    expect(error).toBeInstanceOf(TransactionCanceled);
    const { reasons, isTransient } = error as TransactionCanceled;
    expect(reasons.map((reason) => reason.code)).toEqual(["None", "ConditionalCheckFailed", "ConditionalCheckFailed"]);
    expect(reasons[1]?.item).toEqual({ ...key("taken"), owner: "first" });
    expect(reasons[2]?.item).toBeUndefined();
    expect([
      (error as TransactionCanceled).failedAt(0),
      (error as TransactionCanceled).failedAt(1),
      isTransient,
    ]).toEqual([false, true, false]);
    expect(await ctx.table.get(key("fresh"), { consistent: true })).toBeUndefined();
  });

  it("writes, changes, removes and checks together", async () => {
    const ctx = cloudContext();
    const key = keys(ctx);
    await ctx.table.batchWrite([
      { put: { ...key("changed"), stock: 5 } },
      { put: { ...key("removed") } },
      { put: { ...key("checked") } },
    ]);
    await ctx.table.transact([
      { put: { ...key("put") }, condition: NEW },
      {
        update: key("changed"),
        set: { expression: "SET stock = stock - :q", values: { ":q": 2 } },
        condition: { expression: "stock >= :q", values: { ":q": 2 } },
      },
      { remove: key("removed"), condition: { expression: "attribute_exists(pk)" } },
      { check: key("checked"), condition: { expression: "attribute_exists(pk)" } },
    ]);
    const found = await ctx.table.query<Item>({ pk: key("").pk, consistent: true });
    expect(found.items.map((item) => [item["sk"], item["stock"]])).toEqual([
      ["changed", 3],
      ["checked", undefined],
      ["put", undefined],
    ]);
  });

  it("never sells the same unit twice to fifty at once", async () => {
    const ctx = cloudContext();
    const at = keys(ctx)("stock");
    await ctx.table.put({ ...at, available: 20 });
    const take = { expression: "SET available = available - :one", values: { ":one": 1 } };
    const enough = { expression: "available >= :one", values: { ":one": 1 } };
    const results = await Promise.allSettled(
      Array.from({ length: 50 }, () => ctx.table.transact([{ update: at, set: take, condition: enough }])),
    );
    expect(results.filter((result) => result.status === "fulfilled")).toHaveLength(20);
    expect(await ctx.table.get(at, { consistent: true })).toMatchObject({ available: 0 });
  });
});

describe("many items", () => {
  it("are read by any number of keys, absent and repeated ones among them", async () => {
    const { ctx, key, name } = await filled(230);
    const asked = [...Array.from({ length: 250 }, (_, index) => key(name(index))), key(name(0)), key(name(1))];
    const found = await ctx.table.batchGet<Item>(asked, { consistent: true });
    expect(found.map((item) => item["index"]).toSorted((a, b) => Number(a) - Number(b))).toEqual(
      Array.from({ length: 230 }, (_, index) => index),
    );
  });

  it("are read in part when only some attributes are asked for, reserved words too", async () => {
    const { ctx, key, name } = await filled(2, () => ({ name: "n", status: "s", size: "x" }));
    const found = await ctx.table.batchGet<Item>([key(name(0))], { attributes: ["sk", "name", "status"] });
    expect(found).toEqual([{ sk: name(0), name: "n", status: "s" }]);
  });

  it("are written and removed by any number, the last of several for one key", async () => {
    const { ctx, key, name, pk } = await filled(60);
    await ctx.table.batchWrite([
      ...Array.from({ length: 30 }, (_, index) => ({ remove: key(name(index)) })),
      { put: { ...key(name(59)), index: "first" } },
      { put: { ...key(name(59)), index: "last" } },
      { put: { ...key(name(58)), index: "gone" } },
      { remove: key(name(58)) },
    ]);
    const { items } = await ctx.table.query<Item>({ pk, consistent: true });
    expect(items).toHaveLength(29);
    expect(items.at(-1)).toMatchObject({ index: "last" });
  });
});

describe("a query", () => {
  const indexes = (page: { items: Item[] }) => page.items.map((item) => item["index"]);

  it("takes bounds, both inclusive, or a prefix", async () => {
    const { ctx, pk, name } = await filled(20);
    expect(indexes(await ctx.table.query({ pk, from: name(3), to: name(5) }))).toEqual([3, 4, 5]);
    expect(indexes(await ctx.table.query({ pk, from: name(18) }))).toEqual([18, 19]);
    expect(indexes(await ctx.table.query({ pk, to: name(1) }))).toEqual([0, 1]);
    expect(indexes(await ctx.table.query({ pk, prefix: "s001", newestFirst: true, limit: 2 }))).toEqual([19, 18]);
    expect(indexes(await ctx.table.query({ pk, prefix: "t" }))).toEqual([]);
  });

  it("goes on page by page until there is no more, each item once", async () => {
    const { ctx, pk } = await filled(25);
    const seen: unknown[] = [];
    let startKey: Item | undefined;
    do {
      const page = await ctx.table.query<Item>({ pk, limit: 10, ...(startKey ? { startKey } : {}) });
      seen.push(...indexes(page));
      startKey = page.lastKey;
    } while (startKey);
    expect(seen).toEqual(Array.from({ length: 25 }, (_, index) => index));
  });

  it("filters, projects and counts", async () => {
    const { ctx, pk } = await filled(10, (index) => ({ status: index % 2 === 0 ? "even" : "odd" }));
    const filter = { expression: "#s = :s", names: { "#s": "status" }, values: { ":s": "even" } };
    expect(indexes(await ctx.table.query({ pk, filter }))).toEqual([0, 2, 4, 6, 8]);
    expect((await ctx.table.query({ pk, attributes: ["index"], limit: 1 })).items).toEqual([{ index: 0 }]);
    expect(await ctx.table.query({ pk, countOnly: true })).toMatchObject({ items: [], count: 10 });
  });

  it("reads an index, pages and all", async () => {
    const active = (ctx: Context) => orgPartition(ctx.actor.organizationId, "THING", "active");
    const { ctx } = await filled(5, (index, owner) => ({ gsi1pk: active(owner), gsi1sk: String(9 - index) }));
    const own = active(ctx);
    const first = await ctx.table.query<Item>({ index: "gsi1", pk: own, limit: 3 });
    expect(indexes(first)).toEqual([4, 3, 2]);
    expect(first.lastKey).toBeDefined();
    const rest = await ctx.table.query<Item>({ index: "gsi1", pk: own, startKey: first.lastKey ?? {} });
    expect(indexes(rest)).toEqual([1, 0]);
  });

  it("sees nothing of another organisation", async () => {
    const { pk } = await filled(1);
    const other = cloudContext();
    expect(keys(other)("").pk).not.toBe(pk);
    expect((await other.table.query({ pk: keys(other)("").pk })).items).toEqual([]);
  });
});
