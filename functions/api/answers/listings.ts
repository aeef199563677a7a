import * as z from "zod";
import { LISTING_STATUSES, UPDATE_STATES } from "../../../core/listings/index.ts";
import { WireMoneySchema } from "../../../core/platform/money.ts";
import { resource } from "./resource.ts";

const OfferAnswer = z.lazy(() =>
  z
    .object({
      quantity: z.int(),
      as: z.enum(["inStock", "presale"]),
      availableFrom: z.iso.datetime().optional().describe("Of a presale"),
      price: WireMoneySchema.optional().describe("Where the channel is told one"),
    })
    .meta({ id: "ListingOffer" }),
);

const PresaleAnswer = z.lazy(() => z.object({ availableFrom: z.iso.datetime(), quantity: z.int().optional() }));

const fields = () => ({
  ...resource(),
  productId: z.string(),
  platformType: z.string(),
  platformSku: z.string(),
  status: z.enum(LISTING_STATUSES),
  buffer: z.int(),
  maxQuantity: z.int().optional(),
  minQuantity: z.int().optional(),
  locations: z.array(z.string()).optional(),
  price: WireMoneySchema.optional(),
  followPrice: z.boolean().optional(),
  presale: PresaleAnswer.optional(),
  presaleChanges: z
    .array(
      z.object({
        change: z.enum(["marked", "unmarked", "arrived"]),
        availableFrom: z.iso.datetime().optional(),
        quantity: z.int().optional(),
        by: z.string(),
        at: z.iso.datetime(),
      }),
    )
    .optional(),
  error: z
    .object({ code: z.string(), message: z.string(), at: z.iso.datetime() })
    .optional()
    .describe("Why its channel did not take it"),
  desired: OfferAnswer.optional().describe("What its channel should show"),
  published: OfferAnswer.optional().describe("What it was last told"),
  publishedAt: z.iso.datetime().optional(),
  update: z.object({
    state: z.enum(UPDATE_STATES),
    priority: z.enum(["urgent"]).optional(),
    reason: z.object({ code: z.string(), message: z.string() }).optional(),
    attempts: z.int().optional(),
    nextAttemptAt: z.iso.datetime().optional(),
    lastQueuedAt: z.iso.datetime().optional(),
  }),
  createdBy: z.string(),
});

export const ListingAnswer = z.lazy(() => z.object(fields()).meta({ id: "Listing" }));

export const ExplainedListingAnswer = z.lazy(() =>
  z
    .object({
      ...fields(),
      publishable: z
        .object({
          quantity: z.int(),
          as: z.enum(["inStock", "presale"]),
          availableFrom: z.iso.datetime().optional(),
          price: WireMoneySchema.optional(),
          trace: z.array(
            z.object({
              rule: z.string(),
              formula: z.string(),
              inputs: z.record(z.string(), z.union([z.int(), z.string()])),
              result: z.int(),
            }),
          ),
        })
        .describe("What it would show at this moment, step by step"),
    })
    .meta({ id: "ExplainedListing" }),
);
