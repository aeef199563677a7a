import * as z from "zod";
import { WireMoneySchema } from "../../../core/platform/money.ts";
import { resource } from "./resource.ts";

const units = () => ({ productId: z.string(), quantity: z.int() });
const names = () => ({ sku: z.string(), name: z.string() });

const recipe = () => ({
  ...resource(),
  name: z.string().optional(),
  productId: z.string(),
  outputQuantity: z.int(),
  expectedYield: z.int().describe("Percent"),
  shelfLifeDays: z.int().optional(),
  notes: z.string().optional(),
});

export const RecipeAnswer = z.lazy(() =>
  z.object({ ...recipe(), ingredients: z.array(z.object(units())) }).meta({ id: "Recipe" }),
);

export const RecipeStockAnswer = z.lazy(() =>
  z
    .object({
      ...recipe(),
      product: z.object(names()),
      locationId: z.string(),
      ingredients: z.array(
        z.object({
          ...units(),
          ...names(),
          onHand: z.int(),
          available: z.int().describe("Units that a batch may take: neither reserved nor blocked; the buffer counts"),
        }),
      ),
      possibleRuns: z.int(),
    })
    .meta({ id: "RecipeWithStock" }),
);

export const ShortagesAnswer = z.lazy(() =>
  z
    .object({
      recipeId: z.string(),
      locationId: z.string(),
      runs: z.int(),
      expectedQuantity: z.int(),
      possibleRuns: z.int().describe("Of the recipe with what is there"),
      isEnough: z.boolean(),
      items: z.array(
        z.object({
          productId: z.string(),
          ...names(),
          needed: z.int(),
          available: z.int(),
          missing: z.int(),
          possibleRuns: z.int().describe("That this ingredient alone would allow"),
        }),
      ),
    })
    .meta({ id: "Shortages" }),
);

const lotTake = () => ({
  lotId: z.string(),
  lotNumber: z.string().optional(),
  expirationDate: z.iso.date().optional(),
  quantity: z.int(),
  cost: WireMoneySchema.optional(),
});

export const ProductionBatchAnswer = z.lazy(() =>
  z
    .object({
      ...resource(),
      status: z.enum(["planned", "started", "finished", "cancelled"]),
      recipeId: z.string(),
      recipeVersion: z.int(),
      productId: z.string(),
      runs: z.int(),
      locationId: z.string(),
      ingredients: z.array(z.object(units())).describe("Of all runs together"),
      nominalQuantity: z.int(),
      expectedQuantity: z.int(),
      shelfLifeDays: z.int().optional(),
      lotNumber: z.string().optional(),
      notes: z.string().optional(),
      consumed: z.array(z.object({ ...units(), lots: z.array(z.object(lotTake())) })).optional(),
      cost: WireMoneySchema.optional().describe("Of what went in, and so of what came out"),
      uncosted: z.int().optional().describe("Consumed units whose cost nobody knows"),
      output: z
        .object({
          quantity: z.int(),
          lotId: z.string().optional(),
          expirationDate: z.iso.date().optional(),
          yieldPercent: z.number(),
        })
        .optional(),
      startedAt: z.iso.datetime().optional(),
      finishedAt: z.iso.datetime().optional(),
      cancelledAt: z.iso.datetime().optional(),
    })
    .meta({ id: "ProductionBatch" }),
);

const bundle = () => ({
  productId: z.string(),
  components: z.array(z.object(units())),
  version: z.int(),
  createdAt: z.iso.datetime(),
  updatedAt: z.iso.datetime(),
});

export const BundleAnswer = z.lazy(() => z.object(bundle()).meta({ id: "Bundle" }));

export const BundleStockAnswer = z.lazy(() =>
  z
    .object({
      ...bundle(),
      available: z.int().describe("Over all locations that sell; a bundle is packed at one of them"),
      locations: z.array(z.object({ locationId: z.string(), available: z.int() })),
    })
    .meta({ id: "BundleWithStock" }),
);
