import * as z from "zod";
import { resource } from "./resource.ts";

export const CategoryAnswer = z.lazy(() =>
  z
    .object({ ...resource(), name: z.string(), parentId: z.string().optional(), minMargin: z.string().optional() })
    .meta({ id: "Category" }),
);

export const BrandAnswer = z.lazy(() =>
  z.object({ ...resource(), name: z.string(), slug: z.string() }).meta({ id: "Brand" }),
);

export const BrandPatternAnswer = z.lazy(() =>
  z
    .object({ ...resource(), brandId: z.string(), kind: z.string(), pattern: z.string(), position: z.int() })
    .meta({ id: "BrandPattern" }),
);

export const BrandTestAnswer = z.lazy(() =>
  z.object({
    match: z
      .object({
        brandId: z.string(),
        patternId: z.string(),
        confidence: z.number(),
        matched: z.string(),
        brand: BrandAnswer,
      })
      .nullable(),
    tried: z.int(),
  }),
);

const equivalents = z.lazy(() => z.record(z.string(), z.string()));

export const SizeAnswer = z.lazy(() =>
  z.object({ ...resource(), brandId: z.string().optional(), audience: z.string(), equivalents }).meta({ id: "Size" }),
);

export const SizeReadAnswer = z.lazy(() =>
  z.object({
    system: z.string().optional(),
    value: z.string(),
    soldOut: z.boolean(),
    size: SizeAnswer.nullable(),
  }),
);
