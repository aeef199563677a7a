import * as z from "zod";
import { FormatNameSchema, MappingSchema } from "../ingest/index.ts";
import { formatDecimal } from "../platform/decimal.ts";
import { CurrencySchema, RatioSchema } from "../platform/money.ts";
import { IdSchema, type Resource } from "../platform/resources.ts";

/** A supplier's offers have one source: two would each take the other's for vanished. */
export const ONE_SOURCE = { path: ["connection"], message: "a supplier has a feed or a connection, not both" };

const MarginSchema = z.lazy(() => RatioSchema.transform(formatDecimal));

const PolicySchema = z.lazy(() =>
  z
    .object({
      createProducts: z
        .boolean()
        .default(true)
        .describe("Make a draft product of an offer whose SKU the catalogue lacks"),
      updateProducts: z.boolean().default(true).describe("Carry changes of an offer over to its product"),
      reprice: z
        .boolean()
        .default(false)
        .describe(
          "Calculate the price anew when the cost changes also where somebody set it; calculated prices follow anyway",
        ),
      createMissing: z.boolean().default(true).describe("Create brands and categories that the feed names"),
      margin: MarginSchema.optional().describe("Wanted margin on cost; 0.3 where absent"),
      maxVanishedPercent: z
        .number()
        .int()
        .min(0)
        .max(100)
        .default(50)
        .describe(
          "When more than so many percent of at least 20 offers are missing at once, the feed is taken for broken and none is marked unavailable",
        ),
    })
    .strict(),
);

const FeedSchema = z.lazy(() =>
  z
    .object({
      url: z
        .url({ protocol: /^https?$/ })
        .max(2_048)
        .optional()
        .describe("Where the feed is fetched from; without one every sync names an upload"),
      format: FormatNameSchema,
      mapping: MappingSchema.optional(),
      currency: CurrencySchema.optional().describe("Of amounts that name none; the organisation's own where absent"),
      everyMinutes: z.number().int().min(5).max(43_200).optional().describe("Sync by itself this often"),
    })
    .strict()
    .refine((feed) => feed.everyMinutes === undefined || feed.url !== undefined, {
      path: ["everyMinutes"],
      message: "needs a url to fetch from",
    }),
);

const ConnectionSchema = z.lazy(() =>
  z
    .object({
      accountId: IdSchema.describe("An account at a provider that has a catalogue"),
      everyMinutes: z.number().int().min(5).max(43_200).optional().describe("Sync by itself this often"),
      fullEveryMinutes: z
        .number()
        .int()
        .min(60)
        .max(43_200)
        .default(1_440)
        .describe("Read everything this often; in between only what the provider says has changed, where it says"),
    })
    .strict(),
);

export const CreateSupplierSchema = z.lazy(() =>
  z
    .object({
      name: z.string().trim().min(1).max(200),
      policy: PolicySchema.default(PolicySchema.parse({})),
      feed: FeedSchema.optional(),
      connection: ConnectionSchema.optional().describe("In place of a feed: read by the provider's API"),
    })
    .strict()
    .refine((supplier) => !(supplier.feed && supplier.connection), ONE_SOURCE),
);

export const UpdateSupplierSchema = z.lazy(() =>
  z
    .object({
      name: z.string().trim().min(1).max(200).optional(),
      policy: PolicySchema.optional(),
      feed: FeedSchema.nullable().optional(),
      connection: ConnectionSchema.nullable().optional(),
    })
    .strict()
    .refine((supplier) => !(supplier.feed && supplier.connection), ONE_SOURCE),
);

export const StartSyncSchema = z.lazy(() =>
  z
    .object({
      uploadId: IdSchema.optional().describe("Read this upload instead of the feed's URL"),
      dryRun: z.boolean().default(false),
      full: z
        .boolean()
        .default(false)
        .describe("Of a supplier read by its account: everything, not only what has changed"),
    })
    .strict()
    .default({ dryRun: false, full: false }),
);

export type SupplierPolicy = z.output<typeof PolicySchema>;

export type Feed = z.output<typeof FeedSchema>;

export type StartSync = z.output<typeof StartSyncSchema>;

/** With whose the account is. */
export type SupplierConnection = z.output<typeof ConnectionSchema> & { provider: string };

export interface Supplier extends Resource {
  name: string;
  policy: SupplierPolicy;
  feed?: Feed;
  connection?: SupplierConnection;
}

/** How often it syncs by itself. */
export function intervalOf({ feed, connection }: Pick<Supplier, "feed" | "connection">): number | undefined {
  return feed?.everyMinutes ?? connection?.everyMinutes;
}
