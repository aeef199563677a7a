import * as z from "zod";
import { ERROR_STATUS, type ErrorCode } from "../../../core/platform/errors.ts";
import { WireMoneySchema } from "../../../core/platform/money.ts";
import { SOURCE_CODES } from "../../../core/sourcing/index.ts";

const ERROR_CODES = Object.keys(ERROR_STATUS) as ErrorCode[];

const origin = () => z.object({ accountId: z.string(), provider: z.string(), name: z.string() });

const share = () => z.number().min(0).max(1);

const explained = () =>
  z.object({
    component: z.string(),
    value: share(),
    weight: z.number(),
    contribution: share().describe("What it adds to the score: all of them make it up"),
    reason: z.string(),
  });

const stoodFor = () =>
  z.object({
    source: origin(),
    externalId: z.string(),
    name: z.string(),
    cost: WireMoneySchema,
    url: z.string().optional(),
    because: z.enum(["sameItem", "gtin", "styleCode", "image", "title"]),
    similarity: share().describe("Of the titles"),
  });

const offer = () =>
  z.object({
    source: origin(),
    externalId: z.string(),
    name: z.string(),
    description: z.string().optional().describe("Its first 500 characters, as plain text"),
    cost: WireMoneySchema,
    price: WireMoneySchema.optional().describe("What the source would have it sold for, or its list price"),
    quantity: z.int().optional(),
    url: z.string().optional().describe("As the source gave it; marketplaces may give none"),
    link: z
      .object({ url: z.string(), isAffiliate: z.boolean() })
      .optional()
      .describe("Earns a commission where there is one"),
    images: z.array(z.string()),
    gtin: z.string().optional(),
    styleCode: z.string().optional(),
    brand: z.string().optional(),
    vendor: z.string().optional(),
    categories: z.array(z.string()),
    attributes: z.record(z.string(), z.string()),
    signals: z
      .object({ rating: share().optional(), sales: z.number().optional(), commission: share().optional() })
      .optional(),
    score: share(),
    explain: z.array(explained()),
    standsFor: z.array(stoodFor()).describe("The same goods elsewhere, which are not shown by themselves"),
  });

const report = () =>
  z.object({
    ...origin().shape,
    status: z.enum(["ok", "timedOut", "failed"]),
    code: z
      .enum([...SOURCE_CODES, ...ERROR_CODES.filter((code) => code !== "RATE_LIMITED")])
      .optional()
      .describe(
        "Why it failed: of the source's own doing, such as `REFUSED` or `UNAVAILABLE`; otherwise the code of an error as the API answers them, such as `STATE_CONFLICT` for an account that was paused meanwhile",
      ),
    retryAfterSeconds: z.number().optional(),
    count: z.int().describe("Products that it gave"),
    ms: z.int(),
    cached: z.boolean().describe("From the last five minutes"),
  });

export const SourcingSearchAnswer = z.lazy(() =>
  z
    .object({
      query: z.string(),
      currency: z.string(),
      items: z.array(offer()),
      more: z.int().describe("Besides those shown; a higher `limit` shows them"),
      duplicates: z.int(),
      dropped: z.record(z.string(), z.int()).describe("How many were dropped, by the reason"),
      sources: z.array(report()),
    })
    .meta({ id: "SourcingSearch" }),
);

export const SourcingSettingsAnswer = z.lazy(() =>
  z
    .object({
      weights: z.record(z.string(), z.number()),
      minQuality: share(),
      minTitleLength: z.int(),
      maxTitleLength: z.int(),
      requireImage: z.boolean(),
      similarity: share(),
      version: z.int().optional().describe("Absent while nobody has set them"),
      updatedAt: z.iso.datetime().optional(),
    })
    .meta({ id: "SourcingSettings" }),
);
