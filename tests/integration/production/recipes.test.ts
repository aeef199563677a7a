import { describe, expect, it } from "vitest";
import * as Inventory from "../../../core/inventory/index.ts";
import * as Production from "../../../core/production/index.ts";
import { cloudContext } from "../../support/cloud.ts";
import { testActor } from "../../support/context.ts";
import { bakery } from "../../support/production.ts";
import { stocked } from "../../support/stock.ts";
import { storeFaults } from "../../support/store-faults.ts";

describe("a recipe", () => {
  it("S3-22: comes with its ingredients' products and stock in two calls, or three at another location", async () => {
    const { around, calls } = storeFaults();
    const ctx = cloudContext({ around });
    const { recipe, flour, sugar, cake } = await bakery(ctx);
    const shed = await Inventory.createLocation(ctx, { name: "Shed" });
    calls.length = 0;
    expect(await Production.getRecipe(ctx, { id: recipe.id, query: {} })).toMatchObject({
      productId: cake.id,
      product: { sku: "CAKE" },
      possibleRuns: 10,
      ingredients: [
        { productId: flour.id, sku: "FLOUR", quantity: 2, onHand: 20, available: 20 },
        { productId: sugar.id, sku: "SUGAR", quantity: 3, onHand: 30, available: 30 },
      ],
    });
    expect(calls).toEqual(["GetItem", "BatchGetItem"]);
    calls.length = 0;
    const elsewhere = await Production.getRecipe(ctx, { id: recipe.id, query: { locationId: shed.id } });
    expect(elsewhere.possibleRuns).toBe(0);
    expect(calls).toHaveLength(3);
  });

  it("says what so many runs lack, what each ingredient would allow, and not what is promised to others", async () => {
    const ctx = cloudContext();
    const { recipe, flour, sugar } = await bakery(ctx);
    await Inventory.adjust(ctx, { productId: sugar.id, input: { changeType: "reserved", quantity: 6 } });
    expect(await Production.listShortages(ctx, { id: recipe.id, query: { runs: "9" } })).toEqual({
      recipeId: recipe.id,
      locationId: "loc_main",
      runs: 9,
      expectedQuantity: 81,
      possibleRuns: 8,
      isEnough: false,
      items: [
        {
          productId: flour.id,
          sku: "FLOUR",
          name: "Product FLOUR",
          needed: 18,
          available: 20,
          missing: 0,
          possibleRuns: 10,
        },
        {
          productId: sugar.id,
          sku: "SUGAR",
          name: "Product SUGAR",
          needed: 27,
          available: 24,
          missing: 3,
          possibleRuns: 8,
        },
      ],
    });
    const eight = await Production.listShortages(ctx, { id: recipe.id, query: { runs: 8 } });
    expect(eight.isEnough).toBe(true);
  });

  it("is changed by who has read its version, and lists newest first", async () => {
    const ctx = cloudContext();
    const { recipe } = await bakery(ctx);
    const changed = await Production.updateRecipe(ctx, {
      id: recipe.id,
      expectedVersion: 1,
      changes: { outputQuantity: 12, shelfLifeDays: null, notes: "Sieve it" },
    });
    expect(changed).toMatchObject({ version: 2, outputQuantity: 12, notes: "Sieve it" });
    expect(changed).not.toHaveProperty("shelfLifeDays");
    await expect(
      Production.updateRecipe(ctx, { id: recipe.id, expectedVersion: 1, changes: { outputQuantity: 9 } }),
    ).rejects.toMatchObject({ code: "VERSION_CONFLICT" });
    expect((await Production.listRecipes(ctx, {})).items).toEqual([changed]);
  });

  it("names whole units of products that there are and that have stock, each once, and not what it makes", async () => {
    const ctx = cloudContext();
    const { cake, flour, sugar } = await bakery(ctx);
    const set = await stocked(ctx, "SET", 0);
    await Inventory.setBundle(ctx, {
      productId: set.id,
      input: { components: [{ productId: flour.id, quantity: 1 }] },
    });
    const recipeOf = (ingredients: unknown[], more: object = {}) =>
      Production.createRecipe(ctx, { productId: cake.id, outputQuantity: 1, ingredients, ...more });
    const one = { productId: flour.id, quantity: 1 };
    for (const [ingredients, path] of [
      [[], "ingredients"],
      [[{ ...one, quantity: 1.5 }], "ingredients.0.quantity"],
      [[{ ...one, quantity: 0 }], "ingredients.0.quantity"],
      [[one, { ...one, quantity: 2 }], "ingredients.1.productId"],
      [[{ productId: cake.id, quantity: 1 }], "ingredients.0.productId"],
    ] as const)
      await expect(recipeOf([...ingredients])).rejects.toMatchObject({ code: "VALIDATION_ERROR", field: path });
    await expect(recipeOf([{ productId: "prd_none", quantity: 1 }])).rejects.toMatchObject({ code: "NOT_FOUND" });
    await expect(recipeOf([{ productId: set.id, quantity: 1 }])).rejects.toMatchObject({ code: "STATE_CONFLICT" });
    await expect(
      recipeOf([{ productId: sugar.id, quantity: 1_000_000 }]).then(({ id }) =>
        Production.listShortages(ctx, { id, query: { runs: 1_001 } }),
      ),
    ).rejects.toMatchObject({ code: "VALIDATION_ERROR", field: "runs" });
  });

  it("is unknown to another organisation", async () => {
    const ctx = cloudContext();
    const { recipe } = await bakery(ctx);
    const other = { ...ctx, actor: testActor() };
    await expect(Production.getRecipe(other, { id: recipe.id, query: {} })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await expect(Production.planBatch(other, { recipeId: recipe.id, runs: 1 })).rejects.toMatchObject({
      code: "NOT_FOUND",
    });
    await expect(Production.getRecipe(ctx, { id: recipe.id, query: { locationId: "loc_none" } })).rejects.toMatchObject(
      { code: "NOT_FOUND" },
    );
  });
});
