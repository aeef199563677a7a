import { describe, expect, it } from "vitest";
import * as Catalog from "../../core/catalog/index.ts";
import type { AppError } from "../../core/platform/errors.ts";
import { cloudContext } from "../support/cloud.ts";
import { testActor } from "../support/context.ts";

describe("the category tree", () => {
  it("stays a tree when two processes each move one of two categories below the other", async () => {
    for (let round = 0; round < 5; round++) {
      const actor = testActor();
      const [one, other] = [cloudContext({ actor }), cloudContext({ actor })];
      const a = await Catalog.createCategory(one, { name: "A" });
      const b = await Catalog.createCategory(one, { name: "B" });
      const below = await Catalog.createCategory(one, { name: "Below B", parentId: b.id });
      const results = await Promise.allSettled([
        Catalog.updateCategory(one, { id: a.id, changes: { parentId: below.id } }),
        Catalog.updateCategory(other, { id: b.id, changes: { parentId: a.id } }),
      ]);
      const refused = results.flatMap((result) => (result.status === "rejected" ? [result.reason as AppError] : []));
      expect(refused.map(({ code }) => code)).toEqual([expect.stringMatching(/^(VERSION_CONFLICT|STATE_CONFLICT)$/)]);
    }
  });

  it("is judged as it is, not as a process remembers it from its cache", async () => {
    const actor = testActor();
    const [one, other] = [cloudContext({ actor }), cloudContext({ actor })];
    const a = await Catalog.createCategory(one, { name: "A" });
    const b = await Catalog.createCategory(one, { name: "B" });
    const price = { cost: { amount: "1.00", currency: "USD" } };
    await Catalog.previewPrice(other, { ...price, categoryId: b.id });
    await Catalog.updateCategory(one, { id: b.id, changes: { parentId: a.id } });
    await expect(Catalog.updateCategory(other, { id: a.id, changes: { parentId: b.id } })).rejects.toMatchObject({
      code: "STATE_CONFLICT",
      field: "parentId",
    });
  });
});
