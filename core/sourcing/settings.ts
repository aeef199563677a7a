import * as z from "zod";
import type { Resource } from "../platform/resources.ts";

/** What the quality of an offer is made of. */
export const COMPONENTS = ["title", "images", "price", "rating", "sales", "commission", "identity", "details"] as const;

export type Component = (typeof COMPONENTS)[number];

export type Weights = Readonly<Record<Component, number>>;

const WEIGHTS: Weights = {
  title: 15,
  images: 15,
  price: 10,
  rating: 25,
  sales: 15,
  commission: 5,
  identity: 10,
  details: 5,
};

/** A number as it is kept: finer than a ten-thousandth it says nothing, and can be finer than what a store holds. */
const number = (least: number, most: number) =>
  z
    .number()
    .min(least)
    .max(most)
    .transform((value) => Math.round(value * 10_000) / 10_000);

const WeightsSchema = z.lazy(() =>
  z
    .object(
      Object.fromEntries(COMPONENTS.map((name) => [name, number(0, 1_000).default(WEIGHTS[name])])) as Record<
        Component,
        z.ZodDefault<ReturnType<typeof number>>
      >,
    )
    .strict()
    .refine((weights) => Object.values(weights).some((weight) => weight > 0), "one weight at least must be above 0"),
);

/** What is left out takes the value that it has before anybody sets it. */
export const SourcingSettingsSchema = z.lazy(() =>
  z
    .object({
      weights: WeightsSchema.default(WEIGHTS).describe("How much each part counts; only their proportions matter"),
      minQuality: number(0, 1).default(0.3).describe("Offers under this score are not shown"),
      minTitleLength: z.int().min(1).max(200).default(8).describe("Characters"),
      maxTitleLength: z.int().min(20).max(500).default(500).describe("Characters"),
      requireImage: z
        .boolean()
        .default(false)
        .describe("Drop offers without a picture: marketplaces that tell of none, too"),
      similarity: number(0.5, 1)
        .default(0.85)
        .describe("Share of the words of two titles, from which on they name the same goods"),
    })
    .strict()
    .refine(({ minTitleLength, maxTitleLength }) => minTitleLength <= maxTitleLength, {
      path: ["minTitleLength"],
      message: "must not be above maxTitleLength",
    })
    .meta({ examples: [{ minQuality: 0.4, requireImage: true, weights: { rating: 40, sales: 20 } }] }),
);

export type SourcingSettings = z.output<typeof SourcingSettingsSchema>;

/** As it is stored, once somebody has set it. */
export interface StoredSettings extends Resource, SourcingSettings {}
