import { PageSchema } from "../../../core/platform/resources.ts";
import * as Production from "../../../core/production/index.ts";
import { RecipeAnswer, RecipeStockAnswer, ShortagesAnswer } from "../answers/production.ts";
import { pageOf } from "../pages.ts";
import { type Route, route } from "../route.ts";

const write = { permission: "inventory.adjust", tag: "Recipes" } as const;
const read = { permission: "inventory.read", tag: "Recipes" } as const;
const PRODUCT = "prd_01J9Z3NDEKTSV4RRFFQ69G5FA";

export const recipeRoutes: Route[] = [
  route({
    method: "post",
    path: "/v1/recipes",
    ...write,
    summary: "Say what a product is made of",
    description: "Quantities are whole units: of what one run makes, and of what it takes.",
    body: Production.CreateRecipeSchema,
    status: 201,
    answer: RecipeAnswer,
    errors: ["NOT_FOUND", "STATE_CONFLICT"],
    example: {
      body: {
        name: "Gift box",
        productId: `${PRODUCT}A`,
        outputQuantity: 10,
        ingredients: [
          { productId: `${PRODUCT}B`, quantity: 10 },
          { productId: `${PRODUCT}C`, quantity: 30 },
        ],
        expectedYield: 95,
        shelfLifeDays: 180,
      },
    },
    handle: (ctx, { body }) => Production.createRecipe(ctx, body),
  }),
  route({
    method: "get",
    path: "/v1/recipes",
    ...read,
    summary: "List recipes, newest first",
    query: PageSchema,
    answer: pageOf(RecipeAnswer),
    handle: (ctx, { query }) => Production.listRecipes(ctx, query),
  }),
  route({
    method: "get",
    path: "/v1/recipes/{id}",
    ...read,
    summary: "Read a recipe with its ingredients' stock",
    query: Production.RecipeStockSchema,
    answer: RecipeStockAnswer,
    errors: ["NOT_FOUND"],
    handle: (ctx, { params, query }) => Production.getRecipe(ctx, { id: params.id, query }),
  }),
  route({
    method: "patch",
    path: "/v1/recipes/{id}",
    ...write,
    summary: "Change a recipe; batches that are planned keep what it said",
    body: Production.UpdateRecipeSchema,
    answer: RecipeAnswer,
    errors: ["NOT_FOUND", "STATE_CONFLICT", "VERSION_CONFLICT"],
    example: { body: { outputQuantity: 12, notes: "Twelve to a box since May" } },
    handle: (ctx, { params, body, expectedVersion }) =>
      Production.updateRecipe(ctx, { id: params.id, expectedVersion, changes: body }),
  }),
  route({
    method: "get",
    path: "/v1/recipes/{id}/shortages",
    ...read,
    summary: "See what so many runs would lack, and how many are possible",
    query: Production.ShortagesSchema,
    answer: ShortagesAnswer,
    errors: ["NOT_FOUND"],
    handle: (ctx, { params, query }) => Production.listShortages(ctx, { id: params.id, query }),
  }),
];
