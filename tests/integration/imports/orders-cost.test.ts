import { expect, it } from "vitest";
import * as Imports from "../../../core/imports/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { testActor } from "../../support/context.ts";
import { storeFaults } from "../../support/store-faults.ts";
import { queueImport } from "../../support/work.ts";

const spec = {
  kind: "orders",
  format: "csv",
  mapping: { externalId: "no", title: "title", unitPrice: "price", placedAt: "at" },
};
const fileOf = (rows: number) =>
  ["no,title,price,at", ...Array.from({ length: rows }, (_, index) => `${index},Lamp,1.00,2024-05-01`)].join("\n");

/** Calls of an import by operation: of new rows, and of the same again. */
async function callsOf(rows: number): Promise<Record<string, number>[]> {
  const actor = testActor();
  const counts: Record<string, number>[] = [];
  for (let time = 0; time < 2; time++) {
    const { around, calls } = storeFaults();
    const id = await queueImport(cloudContext({ actor }), fileOf(rows), spec);
    await Imports.runImport(cloudContext({ actor, around }), { id, remainingMs: () => 600_000 });
    const count: Record<string, number> = {};
    for (const call of calls) count[call] = (count[call] ?? 0) + 1;
    counts.push(count);
  }
  return counts;
}

it("a page of a hundred orders costs two batch reads and eight transactions, and one that says nothing new a batch read", async () => {
  const [few, many] = [await callsOf(200), await callsOf(300)];
  const page = (time: number) =>
    Object.fromEntries(
      Object.entries(many[time] ?? {})
        .map(([call, count]): [string, number] => [call, count - (few[time]?.[call] ?? 0)])
        .filter(([, count]) => count !== 0),
    );
  // With the page's own commit.
  expect(page(0)).toEqual({ BatchGetItem: 2, TransactWriteItems: 9 });
  expect(page(1)).toEqual({ BatchGetItem: 1, TransactWriteItems: 1 });
});
