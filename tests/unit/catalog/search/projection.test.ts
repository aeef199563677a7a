import { describe, expect, it } from "vitest";
import { createKnownWords, project } from "../../../../core/catalog/search/index.ts";
import type { Key } from "../../../../core/platform/keys.ts";
import type { Item, Table } from "../../../../core/platform/table.ts";
import { memoryTable } from "./memory-table.ts";

const product = (id: string, name: string, more: Item = {}): Item => ({
  pk: "org_1#PRODUCT",
  sk: id,
  entity: "product",
  name,
  sku: "S1",
  ...more,
});

/** A table that tells what was written and read. */
function watched() {
  const memory = memoryTable();
  const seen = { puts: [] as (Key & Item)[], reads: 0, failAt: -1 };
  const table: Table = {
    ...memory,
    batchGet(keys, options) {
      seen.reads += keys.length;
      return memory.batchGet(keys, options);
    },
    async batchWrite(writes) {
      if (seen.failAt-- === 0) throw new Error("killed");
      for (const write of writes) if ("put" in write) seen.puts.push(write.put);
      await memory.batchWrite(writes);
    },
  };
  return { table, seen };
}

describe("project", () => {
  it("writes one posting a word, and an entry for each place in a new word at which a lookup may begin", async () => {
    const { table, seen } = watched();
    const { written } = await project({ table }, [{ new: product("prd_1", "Lamp") }]);
    expect(seen.puts.map(({ pk, sk }) => `${pk} ${sk}`).toSorted()).toEqual([
      "org_1#VOCAB#am amp lamp",
      "org_1#VOCAB#la lamp lamp",
      "org_1#VOCAB#mp mp lamp",
      "org_1#VOCAB#s1 s1 s1",
      "org_1#WORD#lamp prd_1",
      "org_1#WORD#s1 prd_1",
    ]);
    expect(written).toBe(6);
  });

  it("writes a word into the vocabulary once, and asks for it once a process", async () => {
    const { table, seen } = watched();
    const knownWords = createKnownWords();
    await project({ table, knownWords }, [{ new: product("prd_1", "Lamp") }]);
    seen.puts.length = 0;
    await project({ table }, [{ new: product("prd_2", "Lamp") }]);
    expect(seen.puts.map(({ pk }) => pk)).toEqual(["org_1#WORD#lamp", "org_1#WORD#s1"]);
    seen.reads = 0;
    await project({ table, knownWords }, [{ new: product("prd_3", "Lamp") }]);
    expect(seen.reads).toBe(0);
  });

  it("completes a word's entries after a crash in the middle of them", async () => {
    for (let failAt = 0; failAt < 3; failAt++) {
      const { table, seen } = watched();
      const record = { new: product("prd_1", "Abcdefghijklmnopqrstuvwxyz lamp chair") };
      seen.failAt = failAt;
      await project({ table }, [record]).catch(() => undefined);
      seen.failAt = -1;
      await project({ table }, [record]);
      const found = await table.query({ pk: "org_1#VOCAB#am" as Key["pk"], prefix: "am" });
      expect(found.items.map(({ sk }) => sk)).toEqual(["amp lamp"]);
    }
  });

  it("writes only what changed in the text, and nothing when it did not", async () => {
    const { table, seen } = watched();
    const [before, after] = [product("prd_1", "Red lamp"), product("prd_1", "Red chair")];
    await project({ table }, [{ new: before }]);
    seen.puts.length = 0;
    expect(await project({ table }, [{ old: before, new: { ...before, priceMinor: 1 } }])).toEqual({ written: 0 });
    await project({ table }, [{ old: before, new: after }]);
    expect(seen.puts.filter(({ pk }) => pk.includes("#WORD#"))).toEqual([
      { pk: "org_1#WORD#lamp", sk: "prd_1", gone: true },
      { pk: "org_1#WORD#chair", sk: "prd_1" },
    ]);
  });

  it("leaves out what is no product", async () => {
    const { table } = watched();
    const others = [
      { new: { pk: "org_1#PRODUCT", sk: "~COUNT#1", entity: "counter" } },
      { new: { pk: "org_1#WORD#lamp", sk: "prd_1" } },
      { old: { pk: "org_1#SKU", sk: "S1", entity: "sku" } },
      { new: { pk: "org_1#OFFER", sk: "off_1", entity: "product", name: "x y" } },
      {},
    ];
    expect(await project({ table }, others)).toEqual({ written: 0 });
  });

  it("keeps organisations apart within one batch", async () => {
    const { table, seen } = watched();
    await project({ table }, [
      { new: product("prd_1", "Lamp") },
      { new: { ...product("prd_2", "Lamp"), pk: "org_2#PRODUCT" } },
    ]);
    const postings = seen.puts.filter(({ pk }) => pk.endsWith("#WORD#lamp"));
    expect(postings).toEqual([
      { pk: "org_1#WORD#lamp", sk: "prd_1" },
      { pk: "org_2#WORD#lamp", sk: "prd_2" },
    ]);
  });
});
