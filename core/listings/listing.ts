import * as z from "zod";
import { AppError, type Fault, ValidationError } from "../platform/errors.ts";
import { type Money, MoneySchema } from "../platform/money.ts";
import { IdSchema, PageSchema, type Resource } from "../platform/resources.ts";
import { InstantSchema, type Presale, type PresaleChange, PresaleSchema, UnitsSchema } from "./presale.ts";
import { type Command, LISTING_STATUSES, type ListingStatus, statusAfter, UPDATE_STATES } from "./status.ts";

const MAX_LOCATIONS = 50;

const PlatformTypeSchema = z.lazy(() =>
  z
    .string()
    .trim()
    .max(40)
    .regex(/^[a-z][a-z0-9-]*$/, "must be a channel's name in small letters")
    .describe("The channel: `shop` is our own; others wait until they have a connector")
    .meta({ examples: ["shop"] }),
);

const PlatformSkuSchema = z.lazy(() =>
  z
    .string()
    .trim()
    .min(1)
    .max(200)
    .regex(/^[^\p{C}]+$/u, "must not hold control characters")
    .meta({ examples: ["MOUSE-001"] }),
);

const BufferSchema = z.lazy(() =>
  z.int().min(0).max(1_000_000).describe("Units kept back from this channel, beside the stock's own buffer"),
);
const MaxQuantitySchema = z.lazy(() => UnitsSchema.describe("Never show more than this"));
const MinQuantitySchema = z.lazy(() => UnitsSchema.describe("With fewer than this left, show none"));
const PriceSchema = z.lazy(() =>
  MoneySchema.refine(({ minor }) => minor > 0, "must be more than nothing").describe(
    "For how much it is offered on this channel, whatever the product's own price is",
  ),
);
const FollowPriceSchema = z.lazy(() =>
  z.boolean().describe("Offer it for the product's own price where `price` is absent; otherwise no price is told"),
);
const LocationsSchema = z.lazy(() =>
  z.array(IdSchema).min(1).max(MAX_LOCATIONS).describe("Whose stock may be shown; all locations where absent"),
);

export const CreateListingSchema = z.lazy(() =>
  z
    .object({
      productId: IdSchema,
      platformType: PlatformTypeSchema,
      platformSku: PlatformSkuSchema,
      buffer: BufferSchema.default(0),
      maxQuantity: MaxQuantitySchema.optional(),
      minQuantity: MinQuantitySchema.optional(),
      locations: LocationsSchema.optional(),
      price: PriceSchema.optional(),
      followPrice: FollowPriceSchema.optional(),
      presale: PresaleSchema.optional(),
    })
    .strict(),
);

/** What is left out stays; null removes. */
export const UpdateListingSchema = z.lazy(() =>
  z
    .object({
      buffer: BufferSchema.optional(),
      maxQuantity: MaxQuantitySchema.nullable().optional(),
      minQuantity: MinQuantitySchema.nullable().optional(),
      locations: LocationsSchema.nullable().optional(),
      price: PriceSchema.nullable().optional(),
      followPrice: FollowPriceSchema.optional(),
    })
    .strict(),
);

export const MarkPresaleSchema = z.lazy(() =>
  z
    .object({
      availableFrom: InstantSchema.nullable().describe("In the future; null takes the mark away"),
      quantity: UnitsSchema.optional(),
    })
    .strict(),
);

export const CommandSchema = z.lazy(() => z.object({}).strict().default({}));

export const ListListingsSchema = z.lazy(() =>
  PageSchema.unwrap()
    .extend({
      productId: IdSchema.optional(),
      platformType: PlatformTypeSchema.optional(),
      status: z.enum(LISTING_STATUSES).optional(),
      update: z
        .enum(UPDATE_STATES)
        .exclude(["none", "published"])
        .optional()
        .describe("What has not reached its channel"),
    })
    .strict(),
);

export interface Listing extends Resource {
  productId: string;
  platformType: string;
  platformSku: string;
  status: ListingStatus;
  /** Units. */
  buffer: number;
  maxQuantity?: number;
  minQuantity?: number;
  locations?: string[];
  price?: Money;
  followPrice?: boolean;
  presale?: Presale;
  /** Marks and their ends, the latest last. */
  presaleChanges?: PresaleChange[];
  /** Why its channel did not take it. */
  error?: { code: string; message: string; at: string };
  /** The organisation's own, which whoever works for it later needs to know. */
  currency: string;
  createdBy: string;
}

/** What a guard needs to know beside the listing. */
export interface Facts {
  productStatus: string;
  /** The channel's connector, where there is one. */
  target: { takesPresale: boolean } | undefined;
}

/** Why a listing may not be published yet. Each reason can be acted on. */
function publishFaults({ presale, platformType }: Listing, { productStatus, target }: Facts): Fault[] {
  const faults: Fault[] = [];
  if (productStatus !== "active") {
    const message = `The product is ${productStatus}: activate it first`;
    faults.push({ path: "productId", code: "PRODUCT_NOT_ACTIVE", message });
  }
  if (presale && target && !target.takesPresale) {
    const message = `${platformType} takes no presales, and a presale is never published as in stock`;
    faults.push({ path: "presale", code: "PRESALE_NOT_SUPPORTED", message });
  }
  return faults;
}

/** The status after a command. Throws STATE_CONFLICT with the reasons why not. */
export function nextStatus(listing: Listing, command: Command, facts?: Facts): ListingStatus {
  const { id, status } = listing;
  const next = statusAfter(status, command);
  if (!next)
    throw new AppError("STATE_CONFLICT", `A listing that is ${status} cannot be changed by ${command}`, {
      details: { id, status, command },
    });
  const reasons = next === "publishing" && facts ? publishFaults(listing, facts) : [];
  if (reasons.length > 0)
    throw new AppError("STATE_CONFLICT", "The listing cannot be published yet", { details: { id, status, reasons } });
  return next;
}

/** Throws STATE_CONFLICT for what has ended and VALIDATION_ERROR for limits that leave nothing to show. */
export function checkListing({ id, status, maxQuantity, minQuantity }: Listing): void {
  if (status === "ended")
    throw new AppError("STATE_CONFLICT", "This listing has ended: make a new one", { details: { id, status } });
  if (maxQuantity !== undefined && minQuantity !== undefined && minQuantity > maxQuantity)
    throw new ValidationError([
      { path: "minQuantity", code: "MORE_THAN_MAXIMUM", message: "minQuantity must not be more than maxQuantity" },
    ]);
}
