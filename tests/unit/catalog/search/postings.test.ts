import { describe, expect, it } from "vitest";
import { openPostings, type PostingChange, postingWrites } from "../../../../core/catalog/search/postings.store.ts";
import type { OrganizationId } from "../../../../core/platform/ids.ts";
import { memoryTable } from "./memory-table.ts";

const ORG = "org_1" as OrganizationId;
/** Ids of one second differ in what follows the first twelve characters. */
const id = (second: number, rest: number) => `prd_01JABCDE${String(second)[0]}${String(rest).padStart(17, "0")}`;
const otherSecond = (rest: number) => `prd_01JABCDZ0${String(rest).padStart(17, "0")}`;

const changes = (...entries: [string, PostingChange][]) => new Map(entries);
const put = (...entries: [string, PostingChange][]) => postingWrites(ORG, "lamp", changes(...entries));

async function read(...batches: ReturnType<typeof put>[]) {
  const table = memoryTable();
  for (const batch of batches) await table.batchWrite(batch);
  const list = openPostings(table, ORG, "lamp");
  await list.extend(100);
  return [...list.ids].sort();
}

describe("postings", () => {
  it("pack the products of one second that were created together, newest first in the key", () => {
    const writes = put([id(1, 1), "created"], [id(1, 2), "created"], [otherSecond(1), "created"]);
    expect(writes).toHaveLength(2);
    const packed = writes.find((write) => "ids" in write.put)?.put;
    expect(packed?.sk.startsWith(`${id(1, 2)}#`)).toBe(true);
    expect(writes.find((write) => !("ids" in write.put))?.put.sk).toBe(otherSecond(1));
  });

  it("never put one batch's pack over another's, however a replay cuts the batches", async () => {
    const [a, b, c] = [id(1, 1), id(1, 2), id(1, 3)];
    const first = put([a, "created"], [b, "created"], [c, "created"]);
    const again = put([b, "created"], [c, "created"]);
    expect(await read(first, again)).toEqual([a, b, c]);
    expect(await read(first, first)).toEqual([a, b, c]);
  });

  it("lose a product that is in a pack, and take it back", async () => {
    const [a, b] = [id(1, 1), id(1, 2)];
    const pack = put([a, "created"], [b, "created"]);
    expect(await read(pack, put([b, "removed"]))).toEqual([a]);
    expect(await read(pack, put([b, "removed"]), pack)).toEqual([a]);
    expect(await read(pack, put([b, "removed"]), put([b, "added"]))).toEqual([a, b]);
  });

  it("hold at most 256 products in a pack", () => {
    const many = Array.from({ length: 300 }, (_, n): [string, PostingChange] => [id(1, n), "created"]);
    expect(put(...many)).toHaveLength(2);
  });

  it("below a place include packs that begin above it", async () => {
    const table = memoryTable();
    await table.batchWrite(put([id(1, 1), "created"], [id(1, 2), "created"], [id(1, 3), "created"]));
    const list = openPostings(table, ORG, "lamp", id(1, 2));
    await list.extend(100);
    expect(list.ids.has(id(1, 1))).toBe(true);
    expect(list.floor).toBe("");
  });

  it("know only what is above the last key of a page", async () => {
    const table = memoryTable();
    await table.batchWrite(put([id(1, 2), "added"], [otherSecond(1), "added"]));
    const list = openPostings(table, ORG, "lamp");
    expect(list.floor > otherSecond(9)).toBe(true);
    await list.extend(1);
    expect(list.floor).toBe(otherSecond(1));
    await list.extend(5);
    expect(list.floor).toBe("");
    expect(list.read).toBe(2);
  });
});
