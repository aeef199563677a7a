import { describe, expect, it } from "vitest";
import { openShop } from "./shop.ts";

describe("search under its bounds of work", () => {
  it("returns what it found with a cursor when the budget ends first, and completes over pages (list of products)", async () => {
    const shop = openShop();
    await shop.createMany(Array.from({ length: 1_300 }, (_, n) => ({ name: n === 0 ? "Lamp *" : "Lamp" })));
    await shop.project();
    shop.settle();
    const first = await shop.search({ query: "*" });
    expect(first).toMatchObject({ products: [], total: 0, totalRelation: "gte" });
    expect(first.nextCursor).toBeDefined();
    const all = await shop.searchAll({ query: "*" });
    expect(all.ids).toEqual([[...shop.products.keys()][0]]);
  });

  it("returns what it found with a cursor when the budget ends first, and completes over pages (index)", async () => {
    const shop = openShop();
    await shop.createMany(
      Array.from({ length: 900 }, (_, n) => ({ name: "Lamp", status: n % 450 === 0 ? ("draft" as const) : "active" })),
    );
    await shop.project();
    shop.settle();
    const first = await shop.search({ query: "lamp", status: "draft" });
    expect(first.products).toHaveLength(0);
    expect(first.nextCursor).toBeDefined();
    expect(first.totalRelation).toBe("gte");
    const drafts = [...shop.products.values()].filter(({ status }) => status === "draft").map(({ id }) => id);
    const all = await shop.searchAll({ query: "lamp", status: "draft" });
    expect(all.ids).toEqual(drafts.toReversed());
  });

  it("counts a word's products exactly without reading them", async () => {
    const shop = openShop();
    await shop.createMany(Array.from({ length: 700 }, (_, n) => ({ name: n % 2 === 0 ? "Lamp" : "Chair" })));
    await shop.project();
    shop.settle();
    expect(await shop.search({ query: "lamp" })).toMatchObject({ total: 350, totalRelation: "eq" });
  });

  it("asks the store the same few times in a small catalogue and in a larger one", async () => {
    let calls = 0;
    const shop = openShop({
      around: (_call, next) => {
        calls++;
        return next();
      },
    });
    const asked = async (query: string) => {
      calls = 0;
      await shop.search({ query });
      return calls;
    };
    const queries = ["needle", "needle lamp", "nothing-like-it"];
    await shop.createMany(Array.from({ length: 40 }, (_, n) => ({ name: n < 15 ? "Lamp needle" : "Lamp" })));
    await shop.project();
    shop.settle();
    const small: number[] = [];
    for (const query of queries) small.push(await asked(query));
    await shop.createMany(Array.from({ length: 600 }, () => ({ name: "Lamp" })));
    await shop.project();
    shop.settle();
    const large: number[] = [];
    for (const query of queries) large.push(await asked(query));
    // A look into the vocabulary for each token, the newest products, the postings, the products.
    expect(small).toEqual([4, 5, 4]);
    expect(large).toEqual(small);
    expect(await asked("e")).toBeLessThanOrEqual(8);
    expect(await asked("SKU-1")).toBeLessThanOrEqual(10);
  });

  it("shows each product once and leaves none out while others are created, renamed and projected between pages", async () => {
    for (const query of ["lamp", "p", "lam mp", "amp x"]) {
      const shop = openShop({ pageSize: 7 });
      const before = await shop.createMany(Array.from({ length: 60 }, (_, n) => ({ name: `Lamp x${n}` })));
      await shop.project();
      shop.settle();
      const seen: string[] = [];
      let cursor: string | undefined;
      do {
        const page = await shop.search({ query, limit: 7, cursor });
        seen.push(...page.products.map(({ id }) => id));
        cursor = page.nextCursor;
        shop.clock.now += 300;
        await shop.createMany([{ name: "Lamp x new" }, { name: "Lamp x newer" }]);
        await shop.update(before[3]?.id ?? "", { name: `Lamp x renamed ${seen.length}` });
        if (seen.length % 2 === 0) await shop.project();
      } while (cursor !== undefined);
      expect(seen).toEqual(before.map(({ id }) => id).toReversed());
    }
  });
});
