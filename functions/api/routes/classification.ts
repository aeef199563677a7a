import * as z from "zod";
import * as Catalog from "../../../core/catalog/index.ts";
import { PageSchema } from "../../../core/platform/resources.ts";
import {
  BrandAnswer,
  BrandPatternAnswer,
  BrandTestAnswer,
  CategoryAnswer,
  SizeAnswer,
  SizeReadAnswer,
} from "../answers/classification.ts";
import { pageOf } from "../pages.ts";
import { type Route, route } from "../route.ts";

const write = { permission: "catalog.write" } as const;
const read = { permission: "catalog.read" } as const;

const categoryRoutes: Route[] = [
  route({
    method: "post",
    path: "/v1/categories",
    ...write,
    tag: "Categories",
    summary: "Create a category",
    body: Catalog.CreateCategorySchema,
    status: 201,
    answer: CategoryAnswer,
    errors: ["NAME_EXISTS", "NOT_FOUND", "STATE_CONFLICT"],
    handle: (ctx, { body }) => Catalog.createCategory(ctx, body),
  }),
  route({
    method: "get",
    path: "/v1/categories",
    ...read,
    tag: "Categories",
    summary: "List categories, newest first",
    query: PageSchema,
    answer: pageOf(CategoryAnswer),
    handle: (ctx, { query }) => Catalog.listCategories(ctx, query),
  }),
  route({
    method: "get",
    path: "/v1/categories/{id}",
    ...read,
    tag: "Categories",
    summary: "Read a category",
    answer: CategoryAnswer,
    errors: ["NOT_FOUND"],
    handle: (ctx, { params }) => Catalog.getCategory(ctx, params.id),
  }),
  route({
    method: "patch",
    path: "/v1/categories/{id}",
    ...write,
    tag: "Categories",
    summary: "Change a category",
    body: Catalog.UpdateCategorySchema,
    answer: CategoryAnswer,
    errors: ["NOT_FOUND", "NAME_EXISTS", "STATE_CONFLICT", "VERSION_CONFLICT"],
    handle: (ctx, { params, body, expectedVersion }) =>
      Catalog.updateCategory(ctx, { id: params.id, expectedVersion, changes: body }),
  }),
];

const brandRoutes: Route[] = [
  route({
    method: "post",
    path: "/v1/brands",
    ...write,
    tag: "Brands",
    summary: "Create a brand",
    body: Catalog.CreateBrandSchema,
    status: 201,
    answer: BrandAnswer,
    errors: ["NAME_EXISTS"],
    handle: (ctx, { body }) => Catalog.createBrand(ctx, body),
  }),
  route({
    method: "get",
    path: "/v1/brands",
    ...read,
    tag: "Brands",
    summary: "List brands, newest first",
    query: PageSchema,
    answer: pageOf(BrandAnswer),
    handle: (ctx, { query }) => Catalog.listBrands(ctx, query),
  }),
  route({
    method: "get",
    path: "/v1/brands/{id}",
    ...read,
    tag: "Brands",
    summary: "Read a brand",
    answer: BrandAnswer,
    errors: ["NOT_FOUND"],
    handle: (ctx, { params }) => Catalog.getBrand(ctx, params.id),
  }),
  route({
    method: "post",
    path: "/v1/brand-patterns",
    ...write,
    tag: "Brands",
    summary: "Add a pattern that finds a brand in a title",
    body: Catalog.CreateBrandPatternSchema,
    status: 201,
    answer: BrandPatternAnswer,
    errors: ["NOT_FOUND"],
    handle: (ctx, { body }) => Catalog.createBrandPattern(ctx, body),
  }),
  route({
    method: "get",
    path: "/v1/brand-patterns",
    ...read,
    tag: "Brands",
    summary: "List patterns in the order in which they are tried",
    answer: z.object({ items: z.array(BrandPatternAnswer) }),
    handle: async (ctx) => ({ items: await Catalog.listBrandPatterns(ctx) }),
  }),
  route({
    method: "post",
    path: "/v1/brand-patterns/test",
    ...read,
    tag: "Brands",
    summary: "See what the patterns make of a text",
    body: Catalog.TestBrandPatternsSchema,
    answer: BrandTestAnswer,
    handle: (ctx, { body }) => Catalog.testBrandPatterns(ctx, body),
  }),
  route({
    method: "delete",
    path: "/v1/brand-patterns/{id}",
    ...write,
    tag: "Brands",
    summary: "Remove a pattern",
    status: 204,
    errors: ["NOT_FOUND"],
    handle: (ctx, { params }) => Catalog.deleteBrandPattern(ctx, params.id),
  }),
];

const sizeRoutes: Route[] = [
  route({
    method: "post",
    path: "/v1/sizes",
    ...write,
    tag: "Sizes",
    summary: "Add a row to the size table",
    body: Catalog.CreateSizeSchema,
    status: 201,
    answer: SizeAnswer,
    errors: ["NOT_FOUND"],
    example: { body: { audience: "men", equivalents: { US: "10", UK: "9", EU: "44", JP: "280", KR: "280" } } },
    handle: (ctx, { body }) => Catalog.createSize(ctx, body),
  }),
  route({
    method: "get",
    path: "/v1/sizes",
    ...read,
    tag: "Sizes",
    summary: "List the size table, newest first",
    query: PageSchema,
    answer: pageOf(SizeAnswer),
    handle: (ctx, { query }) => Catalog.listSizes(ctx, query),
  }),
  route({
    method: "post",
    path: "/v1/sizes/normalize",
    ...read,
    tag: "Sizes",
    summary: "Read a size as a feed writes it",
    body: Catalog.NormalizeSizeSchema,
    answer: SizeReadAnswer,
    example: { body: { text: "US 9.5 (sold out)" } },
    handle: (ctx, { body }) => Catalog.normalizeSize(ctx, body),
  }),
];

export const classificationRoutes: Route[] = [...categoryRoutes, ...brandRoutes, ...sizeRoutes];
